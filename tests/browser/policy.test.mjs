// @ts-check
// The page's own Content-Security-Policy: it asks its own origin and the mirrors of the data sets, and nobody else, whatever its scripts do.
// That no view needs what the policy forbids is held with the rest of each view: see accessible.test.mjs.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { launch, visitor } from "./support/browser.mjs";
import { BenchmarkPage } from "./support/benchmark.mjs";
import { Bench } from "./support/page.mjs";
import { dist, pkg } from "./support/paths.mjs";
import { policyViolations } from "./support/policy.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

/** Under a name that nobody has. */
const ELSEWHERE = "https://elsewhere.test/";

/** Without data sets. @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** What was asked of other hosts. @type {string[]} */ let outside;
/** @type {ReadonlySet<string>} */ let blocked;
/** @type {Bench} */ let bench;

before(async () => {
  server = await Server.start({ data: undefined });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  ({ context, outside } = await visitor(browser));
  blocked = await policyViolations(context);
  bench = new Bench(await context.newPage(), server.url);
});
afterEach(() => context.close());

/** The address prefixes of the mirrors, as the module tells them. */
async function mirrors() {
  const build = await import(pathToFileURL(join(pkg, "cpu", "bunsen.js")).href);
  build.initSync({ module: await readFile(join(pkg, "cpu", "bunsen_bg.wasm")) });
  /** @type {{ mirrors: string[], sheets: string[] }[]} */
  const sources = build.dataSources();
  return sources.flatMap(({ mirrors, sheets }) => [...mirrors, ...sheets]);
}

/** Asks another host, from a page or a worker: gives what the policy says to that. @param {{ evaluate: import("playwright-core").Page["evaluate"] }} where */
const ask = (where) =>
  where.evaluate(
    (address) =>
      new Promise((answer) => {
        addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
          answer(`${effectiveDirective} forbids ${blockedURI}`),
        );
        // Where nothing forbids it, the browser's way there is cut off by the test.
        fetch(address).then(
          () => answer("answered"),
          () => setTimeout(answer, 1_000, "asked"),
        );
      }),
    `${ELSEWHERE}asked`,
  );
const FORBIDDEN = `connect-src forbids ${ELSEWHERE}asked`;

/** @param {RegExp} violation */
const seen = (violation) =>
  until(
    () => [...blocked],
    (all) => all.some((text) => violation.test(text)),
    { what: `${violation}` },
  );

for (const page of ["index.html", "embed.html", "bench.html", "learn/index.html", "learn/resnet/index.html"]) {
  test(`${page} may ask its own origin and the mirrors of the module`, async () => {
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(
      await readFile(join(dist, page), "utf8"),
    ) ?? [""];
    const directives = new Map(policy.split("; ").map((text) => [text.split(" ")[0], text.split(" ").slice(1)]));
    assert.deepEqual(directives.get("default-src"), ["'none'"]);
    assert.deepEqual(directives.get("script-src"), ["'self'", "'wasm-unsafe-eval'"]);
    assert.deepEqual(directives.get("style-src"), ["'self'"]);
    // A lesson has embeds of the same site in it.
    assert.deepEqual(directives.get("frame-src"), page.startsWith("learn/") ? ["'self'"] : undefined);
    assert.ok((await mirrors()).length > 0);
    assert.deepEqual(directives.get("connect-src"), ["'self'", ...(await mirrors())]);
  });
}

describe("the policy", () => {
  test("keeps the page from other hosts, and from styles and scripts in its text", async () => {
    await bench.open();
    assert.equal(await ask(bench.page), FORBIDDEN);
    await seen(/^connect-src: https:\/\/elsewhere\.test/);
    await bench.page.evaluate((address) => {
      const image = new Image();
      image.src = `${address}image.png`;
      document.body.append(image);
      document.body.setAttribute("style", "color: red");
      const script = document.createElement("script");
      script.textContent = "globalThis.wasRun = true";
      document.body.append(script);
    }, ELSEWHERE);
    await seen(/^img-src/);
    await seen(/^style-src-attr: inline/);
    await seen(/^script-src-elem: inline/);
    assert.equal(await bench.page.evaluate(() => "wasRun" in globalThis), false);
    assert.deepEqual(outside, []);
  });

  test("keeps the workers, which have the images, from other hosts", async () => {
    await bench.open("model=lenet5&data=digits&subset=200&batch=10&steps=20");
    const workers = bench.page.workers();
    assert.ok(workers.length >= 1);
    for (const worker of workers) assert.equal(await ask(worker), FORBIDDEN, worker.url());
    await seen(/^connect-src: https:\/\/elsewhere\.test/);
    assert.deepEqual(outside, []);
  });

  test("lets a run have its data from the mirrors, which alone are asked", async () => {
    await bench.open("model=lenet5&data=mnist&steps=20");
    assert.equal(outside.length, 0, "nobody is asked before Train is pressed");
    await bench.button("Train").click();
    await bench.alertThatMatches(/MNIST could not be had/);
    const allowed = await mirrors();
    assert.ok(outside.length > 0);
    assert.deepEqual(
      outside.filter((url) => !allowed.some((mirror) => url.startsWith(mirror))),
      [],
    );
    assert.deepEqual([...blocked], []);
  });

  test("lets an embed train", async () => {
    await bench.page.goto(`${server.url}embed.html#model=lenet5&data=digits&subset=200&batch=10&steps=20`);
    await bench.pressable("Train").click();
    await bench.button("Train again").waitFor({ timeout: 60_000 });
    assert.deepEqual([...blocked], []);
    assert.deepEqual(outside, []);
  });

  test("lets the benchmark's peers compute", { timeout: 120_000 }, async () => {
    const benchmark = new BenchmarkPage(bench.page, server.url);
    await benchmark.open("?seconds=1&rounds=1&time=&networks=lenet5&engines=bunsen-cpu,jax-js-wasm,tfjs-cpu");
    await benchmark.button("Run").click();
    await benchmark.reach(/^finished$/, 100_000);
    for (const peer of [/^jax-js/, /^TensorFlow\.js/]) {
      const [milliseconds = ""] = await benchmark.row(/LeNet-5/, peer);
      assert.ok(Number(milliseconds.replaceAll(",", "")) > 0, milliseconds);
    }
    assert.deepEqual([...blocked], []);
    assert.deepEqual(outside, []);
  });
});
