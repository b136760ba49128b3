// @ts-check
// After a deployment: nobody mixes files of two builds, and a page whose files are gone says that a new version is there.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { ENTRANCE, POOL_WORKER, status } from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { dist, load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";
const NEW_VERSION =
  "There is a new version of Bunsen, so that files of this page are gone. Load the page again: its address keeps the recipe.";

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {Bench} */ let bench;

before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  ({ context } = await visitor(browser));
  bench = new Bench(await context.newPage(), server.url);
});
afterEach(async () => {
  await context?.close();
  server.reset();
});

/** From now on the site has another build, and the files of this one are gone. @param {string[]} gone paths, or prefixes with * at their ends */
async function deploy(...gone) {
  const html = await readFile(join(dist, "index.html"), "utf8");
  const other = html.replace(/assets\/index-[\w-]+\.js/g, "assets/index-AnotherOne.js");
  assert.notEqual(other, html);
  server.break("/", (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(other));
  for (const path of gone) server.break(path, status(404));
}

describe("a page whose files are gone after a deployment says that a new version is there", () => {
  /** Deploys as soon as the page itself was sent. @param {string[]} gone */
  function deployWhenSent(...gone) {
    server.break("/", async (_, response) => {
      const html = await readFile(join(dist, "index.html"));
      await deploy(...gone);
      response.writeHead(200, { "content-type": "text/html" }).end(html);
    });
  }

  test("where its first script is gone", async () => {
    deployWhenSent("/assets/*");
    await bench.visit(LINK);
    assert.equal(await bench.alertText(), NEW_VERSION);
  });

  test("where the module is gone", async () => {
    deployWhenSent("/pkg/*");
    await bench.visit(LINK);
    assert.equal(await bench.alertText(), NEW_VERSION);
  });

  test("where a panel is gone", async () => {
    await bench.open(LINK);
    await deploy("/assets/*");
    await bench.page.getByRole("heading", { name: "Kept in this browser" }).click();
    assert.equal((await bench.alertText()).split("\n")[0], NEW_VERSION);
  });

  test("and not where the network is at fault", async () => {
    server.break("/pkg/cpu/bunsen_bg.wasm", status(503));
    await bench.visit(LINK);
    assert.match(await bench.alertText(), /^The module could not be loaded .*503/);
  });
});

describe("files of another build", () => {
  /** The file with another build's id. @type {import("./support/server.mjs").Fault} */
  const ofAnotherBuild = async (_, response, file) => {
    const text = await readFile(file, "utf8");
    const other = text.replace(/build = "[\w-]+"/, 'build = "0123456789"');
    assert.notEqual(other, text);
    response.writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" }).end(other);
  };

  test("the page does not work with another build's module", async () => {
    server.break("/pkg/build.js", ofAnotherBuild);
    await bench.visit(LINK);
    assert.match(
      await bench.alertText(),
      /The page and its module are of two builds of Bunsen\. Load the page again\.$/,
    );
  });

  test("a pool's worker of another build computes nothing, and the run is the same", async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start(LINK);
    await run.step(20);
    const check = await run.check();
    lab.close();

    // Its script names its build by itself, as where a browser kept it.
    server.break(POOL_WORKER, async (_, response) => {
      const text = `import { handle } from "./pool-worker.js";
        self.onmessage = ({ data }) => handle(data.type === "load" ? { ...data, build: "0123456789" } : data, (said, transfer) => self.postMessage(said, { transfer }));`;
      response.writeHead(200, { "content-type": "text/javascript" }).end(text);
    });
    await bench.page.goto(`${server.url}blank-for-tests.html`);
    const outcome = await bench.page.evaluate(
      async ({ module, link }) => {
        const { openLab } = await import(module);
        let changed = () => {};
        const told = new Promise((done) => (changed = () => done(undefined)));
        const lab = await openLab({ engine: "cpu", workers: 2, onWorkers: () => changed() });
        const run = await lab.start(link);
        await told;
        await run.step(20);
        const outcome = { check: await run.check(), notices: run.notices };
        lab.close();
        return outcome;
      },
      { module: new URL(ENTRANCE, server.url).href, link: LINK },
    );
    assert.equal(outcome.check, check);
    const ofWorkers = outcome.notices.filter((/** @type {string} */ notice) => notice.includes("worker"));
    assert.deepEqual(ofWorkers, [
      "A helping worker could not be started (its script is of another build of Bunsen); 1 thread goes on, with the same results.",
    ]);
  });
});
