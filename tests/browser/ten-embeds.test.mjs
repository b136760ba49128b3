// @ts-check
// Ten experiments on one page of a course: the page stays responsive, and one of them trains at a time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { mainThreadUse } from "./support/main-thread.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const FRAMES = 10;
/** A longer task of the page's main thread is felt. */
const TASK_MS = 50;
/** Each stops there first, and lets the next one train. */
const STEPS = 20;
const LINK = "model=lenet5&data=digits&subset=400&batch=20&epochs=9&seed=7";
/** Another site than `localhost`, so that its frames are in another process than the page, without storage and without locks. */
const NAME = "course.localhost";

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;

before(async () => {
  server = await Server.start();
  browser = await launch({ args: ["--site-per-process", `--host-resolver-rules=MAP ${NAME} localhost`] });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("a page with ten embeds stays responsive, and one trains at a time", { timeout: 240_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 1900, height: 1000 } });
  const page = await context.newPage();
  const site = server.url.replace("localhost", NAME);
  server.break("/course.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>A course</title>");
  });
  await page.goto(`${server.url}course.html`);
  const measured = await mainThreadUse(browser, page, async () => {
    await page.evaluate(course, { src: `${site}embed.html?start=visible&until=${STEPS}#${LINK}`, frames: FRAMES });
    await until(
      () => page.evaluate(() => /** @type {any} */ (window).course),
      ({ stood }) => stood === FRAMES,
      { timeout: 200_000, what: "ten runs that stand at their step" },
    );
  });
  const { atOnce, steps } = await page.evaluate(() => /** @type {any} */ (window).course);
  const targets = await (await browser.newBrowserCDPSession()).send("Target.getTargets");
  const processes = targets.targetInfos.filter(({ type, url }) => type === "iframe" && url.startsWith(site)).length;
  const words =
    `${FRAMES} embeds, ${processes} of them targets of their own: in ${(measured.span / 1000).toFixed(1)} s the page's main thread computed ` +
    `${Math.round(measured.busy)} ms, its longest task ${measured.longest.toFixed(1)} ms; long tasks by the clock: ${measured.entries.length}`;
  console.log(words);
  assert.equal(processes, FRAMES, "the frames are in other processes than the page");
  assert.equal(atOnce, 1, "one trains at a time");
  assert.deepEqual(
    steps,
    Array.from({ length: FRAMES }, () => STEPS),
  );
  assert.ok(measured.longest <= TASK_MS, words);
  assert.deepEqual(measured.entries, [], words);
  await context.close();
});

/**
 * Runs in the page: makes the frames, says hello to each, and keeps what they say.
 * @param {{ src: string, frames: number }} given
 */
function course({ src, frames }) {
  const phases = /** @type {string[]} */ ([]);
  const steps = /** @type {number[]} */ ([]);
  const all = { atOnce: 0, stood: 0, steps };
  Object.assign(window, { course: all });
  const made = Array.from({ length: frames }, (_, at) => {
    const frame = document.createElement("iframe");
    return Object.assign(frame, { width: "350", height: "210", src, title: `Experiment ${at}` });
  });
  // Each says that it is loaded by the height that it asks for.
  addEventListener("message", ({ source, data }) => {
    const at = made.findIndex(({ contentWindow }) => contentWindow === source);
    if (at < 0 || data.type !== "resize" || at in phases) return;
    phases[at] = "";
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { state } }) => {
      if (!state) return;
      phases[at] = state.phase;
      steps[at] = state.step;
      all.atOnce = Math.max(all.atOnce, phases.filter((phase) => phase === "training").length);
      all.stood = phases.filter((phase, each) => phase === "paused" && (steps[each] ?? 0) > 0).length;
    };
    made[at]?.contentWindow?.postMessage({ bunsen: 1, type: "hello" }, "*", [port2]);
  });
  document.body.append(...made);
}
