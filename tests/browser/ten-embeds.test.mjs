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
/** No secure context: there are no locks at all. */
const INSECURE = "school.test";
/** The part of the time, by the clock, that may lie in longer tasks all the same, as they wait for a core. */
const LONG_SHARE = 0.05;

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;

before(async () => {
  server = await Server.start();
  const rules = [NAME, INSECURE].map((name) => `MAP ${name} localhost`).join(",");
  browser = await launch({ args: ["--site-per-process", `--host-resolver-rules=${rules}`] });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** An empty page of a course, which has a window for ten embeds. @param {string} address */
async function open(address) {
  const context = await browser.newContext({ viewport: { width: 1900, height: 1000 } });
  const page = await context.newPage();
  server.break("/course.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>A course</title>");
  });
  await page.goto(`${address}course.html`);
  return page;
}

/** Adds embeds to it, and waits until all of them stand. @param {import("playwright-core").Page} page @param {string} site @param {number} frames */
async function trainAll(page, site, frames) {
  await page.evaluate(course, { src: `${site}embed.html?start=visible&until=${STEPS}#${LINK}`, frames });
  const { atOnce, steps } = await until(
    () => page.evaluate(() => /** @type {any} */ (window).course),
    ({ stood }) => stood === frames,
    { timeout: 200_000, what: "runs that stand at their step" },
  );
  assert.equal(atOnce, 1, "one trains at a time");
  assert.deepEqual(steps, Array(frames).fill(STEPS));
}

test("embeds of a site over plain http train one at a time", { timeout: 120_000 }, async () => {
  const site = server.url.replace("localhost", INSECURE);
  const page = await open(site);
  assert.equal(await page.evaluate(() => "locks" in navigator), false);
  await trainAll(page, site, 3);
  await page.context().close();
});

test("a page with ten embeds stays responsive, and one trains at a time", { timeout: 240_000 }, async () => {
  const site = server.url.replace("localhost", NAME);
  const page = await open(server.url);
  const measured = await mainThreadUse(browser, page, () => trainAll(page, site, FRAMES));
  const targets = await (await browser.newBrowserCDPSession()).send("Target.getTargets");
  const processes = targets.targetInfos.filter(({ type, url }) => type === "iframe" && url.startsWith(site)).length;
  const words =
    `${FRAMES} embeds, ${processes} of them targets of their own: in ${(measured.span / 1000).toFixed(1)} s the page's main thread computed ` +
    `${Math.round(measured.busy)} ms, its longest task ${measured.longest.toFixed(1)} ms; long tasks by the clock: ${measured.entries.length}`;
  console.log(words);
  assert.equal(processes, FRAMES, "the frames are in other processes than the page");
  assert.ok(measured.longest <= TASK_MS, words);
  const waited = measured.entries.reduce((sum, each) => sum + each, 0);
  assert.ok(waited <= LONG_SHARE * measured.span, `${words}, ${Math.round(waited)} ms together`);
  await page.context().close();
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
