// @ts-check
// <bunsen-lab> in a page that knows nothing else of Bunsen.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";

/** What the element may cost its page before it is pressed. */
const HOST_BYTES = 15_000;

/** The host's. @type {Server} */ let server;
/** That of the copy of the site. @type {Server} */ let site;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;

before(async () => {
  server = await Server.start();
  site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
});
afterEach(async () => {
  await page.context().close();
  server.reset();
  site.reset();
});

/** A page with these elements, which keeps what they tell. @param {string} body */
async function open(body) {
  server.break("/host.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>A course</title>
      <script>
        window.told = [];
        for (const name of ["ready", "state", "progress", "finish", "error", "resize"])
          addEventListener("bunsen-" + name, (event) => told.push([name, event.detail]));
      </script>
      <script type="module" src="element.js"></script>${body}`);
  });
  await page.goto(`${server.url}host.html`);
}

/** @param {string} [attributes] @param {string} [src] */
const element = (attributes = "", src = site.url) =>
  `<bunsen-lab recipe="${LINK}" src="${src}" ${attributes}><a href="${src}#${LINK}">Train LeNet-5</a></bunsen-lab>`;

/** Waits for an event, and gives what it told. @param {string} name */
async function told(name) {
  const found = await page.waitForFunction(
    (name) => /** @type {any} */ (window).told.find((/** @type {any} */ [each]) => each === name)?.[1],
    name,
  );
  return found.jsonValue();
}

test("ten of them cost nothing until one is pressed, which then trains", async () => {
  await open(Array.from({ length: 10 }, () => element()).join(""));
  await page.getByRole("button", { name: "Train" }).nth(9).waitFor();
  assert.equal(await page.getByRole("link", { name: "Train LeNet-5" }).count(), 10);
  assert.deepEqual(site.requests, []);
  const resources = await page.evaluate(() =>
    performance.getEntriesByType("resource").map((entry) => ({
      name: entry.name.replace(/^.*\//, ""),
      bytes: /** @type {PerformanceResourceTiming} */ (entry).encodedBodySize,
    })),
  );
  assert.ok(
    resources.some(({ name, bytes }) => name === "element.js" && bytes > 0),
    JSON.stringify(resources),
  );
  const bytes = resources.reduce((sum, each) => sum + each.bytes, 0);
  // As the test's server sends them, which compresses nothing.
  assert.ok(bytes < HOST_BYTES, `the page fetched ${bytes} bytes for ten elements`);
  await page.getByRole("button", { name: "Train" }).nth(3).click();
  const state = await told("finish");
  assert.equal(state.step, 20);
  assert.match(state.check, /^[0-9a-z]{16}/);
  assert.equal(await page.locator("iframe").count(), 1);
  const lab = page.locator("bunsen-lab").nth(3);
  assert.equal(await lab.evaluate((lab) => /** @type {any} */ (lab).check), state.check);
  assert.match(String(await lab.evaluate((lab) => /** @type {any} */ (lab).snapshot())), /^data:image\/png/);
  const losses = await lab.evaluate(async (lab) => [...(await /** @type {any} */ (lab).losses())]);
  assert.equal(losses.length, 20);
  assert.equal(losses.at(-1), state.loss);
});

test("it is driven by its page", async () => {
  await open(element('load="now" start="never" edit="lr"'));
  await told("ready");
  const lab = page.locator("bunsen-lab");
  const call = (/** @type {string} */ name, /** @type {unknown[]} */ ...more) =>
    lab.evaluate(
      (lab, [name, more]) => /** @type {any} */ (lab)[String(name)](.../** @type {unknown[]} */ (more)),
      /** @type {const} */ ([name, more]),
    );
  await call("set", "lr", 0.002);
  await assert.rejects(call("set", "seed", 8), /“seed” may not be changed in this embed/);
  await call("start");
  const state = await told("finish");
  assert.match(state.recipe, /lr=0\.002/);
});

test("a copy of the site that does not answer is told, and the link stays", async () => {
  await page.clock.install();
  site.break("/embed.html", (_, response) => void response.writeHead(404).end("not here"));
  await open(element());
  await page.getByRole("button", { name: "Train" }).click();
  await page.frameLocator("iframe").getByText("not here").waitFor();
  await page.clock.runFor(31_000);
  await page
    .getByRole("alert")
    .filter({ hasText: `Bunsen does not answer at ${site.url}embed.html` })
    .waitFor();
  await page.getByRole("link", { name: "Train LeNet-5" }).waitFor();
  assert.match((await told("error")).message, /does not answer/);
});

for (const src of ["javascript://x/%0aalert(1)//", "http://[", "data:text/html,hello"]) {
  test(`loads nothing from ${src}`, async () => {
    page.on("dialog", () => assert.fail("a script ran"));
    await open(element('poster="http://["', src));
    await page.getByRole("button", { name: "Train" }).click();
    await page.getByRole("alert").filter({ hasText: "is no address of a site" }).waitFor();
    await page.getByRole("link", { name: "Train LeNet-5" }).waitFor();
    assert.equal(await page.locator("iframe").count(), 0);
  });
}

test("what another site says in its frame changes nothing", async () => {
  site.break("/embed.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<script>
      addEventListener("message", ({ ports: [port] }) => {
        for (const said of [null, 7, {}, { type: "resize", height: 1e9 }, { type: "resize", height: "x" }, { type: "ready" }]) port.postMessage(said);
      });
    </script>`);
  });
  const errors = /** @type {Error[]} */ ([]);
  page.on("pageerror", (error) => errors.push(error));
  await open(element('height="auto" load="now"'));
  await told("ready");
  assert.equal(await page.locator("bunsen-lab").evaluate((lab) => lab.style.height), "");
  assert.deepEqual(errors, []);
});

test("without a copy of the site it says what is missing", async () => {
  await open(element("", ""));
  await page.getByRole("button", { name: "Train" }).click();
  await page.getByRole("alert").filter({ hasText: "its attribute src has to name a copy of Bunsen's site" }).waitFor();
});
