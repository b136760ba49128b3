// @ts-check
// `bunsen/worker`: a lab that computes in a worker of its own, in Chromium, in Firefox where it is installed, and under Node.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, firefox } from "../replays/browsers.mjs";
import { launch } from "./support/browser.mjs";
import { load, pkg } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=200&batch=10&steps=20&warmup=0.2&seed=7";

/** What the main module says of the same link. @type {{ check: string, accuracy: number, guess: number[] }} */ let expected;

before(async () => {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(LINK);
  await run.step(20);
  const { accuracy } = await run.evaluate();
  const guess = [...(await run.predict(new Float32Array(784).fill(0.5)))];
  expected = { check: await run.check(), accuracy, guess };
  lab.close();
});

/**
 * Works with a lab, here or in a page, and gives what it found.
 * @param {any} bunsen the module @param {string} link
 */
async function use({ openLab, BunsenError }, link) {
  /** @param {Promise<unknown>} promise */
  const failureOf = (promise) =>
    promise.then(
      () => "nothing failed",
      (error) => {
        const { kind, key, code, message } = error;
        return { isOurs: error instanceof BunsenError, kind, key, code, message };
      },
    );
  /** @type {Record<string, any>} */
  const found = {};
  /** @type {string[]} */
  const asked = [];
  /** @type {any[]} */
  const progress = [];
  const lab = await openLab({
    engine: "cpu",
    workers: 2,
    onProgress: (/** @type {any} */ told) => progress.push(told),
    data: {
      base: "https://nowhere.invalid/",
      folder: "/nowhere",
      mirrors: async (/** @type {string} */ name) => asked.push(name) < 0,
    },
  });
  found.progress = progress;
  found.engine = [lab.engine.kind, lab.engine.workers];
  found.fields = (await lab.fields()).length > 10;

  const run = await lab.start(link);
  found.run = [run.plan.steps, run.data.name, run.engine.kind, run.notices];
  found.steps = [];
  for await (const { step } of run) {
    found.steps.push(step);
    if (step === 3) break;
  }
  found.left = (await run.step(20)).length;
  found.check = await run.check();
  found.accuracy = (await run.evaluate()).accuracy;
  found.guess = [...(await run.predict(new Float32Array(784).fill(0.5)))];
  const { shape, values } = (await run.stateDict()).get("fc1.weight");
  const weights = await run.weights();
  found.weights = [shape, values.length, weights.length > 61_706 * 4];
  const model = await lab.load("model=lenet5&data=digits", weights);
  found.model = [model.input, model.classes.length, model.engine.kind];
  found.modelGuess = [...(await model.predict({ brightness: new Float32Array(784).fill(0.5) }))];
  model.free();
  found.freedModel = await failureOf(model.predict(new Float32Array(784)));
  run.free();
  found.freed = await failureOf(run.step(1));

  const long = await lab.start(new URLSearchParams({ model: "lenet5", data: "digits", seed: "7", steps: "100000" }));
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 500);
  const began = performance.now();
  const aborted = long.step(100_000, { signal: controller.signal });
  found.aborted = await failureOf(aborted);
  found.cause = await aborted.catch((/** @type {any} */ { cause }) => cause === reason);
  found.soon = performance.now() - began < 10_000;
  found.goesOn = (await long.step(1))[0].step > 1;
  found.early = await failureOf(lab.start(link, { signal: AbortSignal.abort() }));

  found.recipe = await failureOf(lab.start({ model: "lenet5", lr: -1 }));
  found.option = await failureOf(lab.start(link, { chekpoint: 1 }));
  found.withheld = await failureOf(lab.start("model=lenet5&data=mnist&steps=1"));
  found.asked = asked;
  found.unsendable = await failureOf(lab.readStack("fc10", Symbol("mnist")));
  found.engineOption = await failureOf(openLab({ engine: "tpu" }));

  const stopped = failureOf(long.step(100_000));
  lab.close();
  found.stopped = await stopped;
  found.closed = await failureOf(lab.fields());
  lab.close();
  return found;
}

/** What was told while the module was loaded. @param {any[]} progress */
function assertProgress(progress) {
  const states = progress.map(({ state }) => state);
  assert.deepEqual([...new Set(states)].slice(-2), ["compiling", "ready"]);
  assert.deepEqual(states.slice(-2), ["compiling", "ready"]);
  const { engine, loaded, total } = progress.at(-1);
  assert.ok(engine === "cpu" && loaded === total && loaded > 1_000_000, JSON.stringify(progress.at(-1)));
  const counts = progress.map((told) => told.loaded);
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
}

/** @param {Record<string, any>} found */
function assertFound(found) {
  /** @param {any} failure @param {string} kind @param {RegExp} message @param {object} [more] */
  const assertFailure = (failure, kind, message, more = {}) => {
    assert.match(String(failure.message), message);
    assert.deepEqual({ ...failure, message: "" }, { isOurs: true, kind, ...more, message: "" });
  };
  assertProgress(found.progress);
  assert.deepEqual(found.engine, ["cpu", 2]);
  assert.ok(found.fields);
  assert.deepEqual(found.run, [20, "digits", "cpu", []]);
  assert.deepEqual([found.steps, found.left], [[1, 2, 3], 17]);
  const { check, accuracy, guess } = found;
  assert.deepEqual({ check, accuracy, guess }, expected);
  assert.deepEqual(found.weights, [[120, 400], 48_000, true]);
  assert.deepEqual([found.model, found.modelGuess], [[[1, 28, 28], 10, "cpu"], guess]);
  assertFailure(found.freedModel, "run", /^This run was given back with free\(\)/);
  assertFailure(found.freed, "run", /^This run was given back with free\(\)/);
  assertFailure(found.aborted, "aborted", /^This was called off\.$/);
  assert.ok(found.cause && found.soon && found.goesOn);
  assertFailure(found.early, "aborted", /^This was called off\.$/);
  assertFailure(found.recipe, "recipe", /-1/, { key: "lr" });
  assertFailure(found.option, "run", /^lab\.start has no option "chekpoint"/);
  assertFailure(found.withheld, "data", /^MNIST is not here, and no other server/, { code: "mirrors-not-asked" });
  assert.ok(found.asked.length > 0 && found.asked.every((/** @type {string} */ name) => name === "mnist"));
  assertFailure(found.unsendable, "run", /^This cannot be sent to the lab's worker \(.+\)\.$/);
  assertFailure(found.engineOption, "engine", /^There is no engine "tpu"/);
  assertFailure(found.stopped, "run", /^This lab is closed: open another with openLab\(\)\.$/);
  assertFailure(found.closed, "run", /^This lab is closed/);
}

test("a lab in a worker does under Node what a lab does", { timeout: 120_000 }, async () => {
  assertFound(JSON.parse(JSON.stringify(await use(await load("worker.js"), LINK))));
});

test("a program of Node's waits for what it asks of a worker, and ends with it", { timeout: 60_000 }, () => {
  const script = `
    const { openLab } = await import(${JSON.stringify(pathToFileURL(join(pkg, "worker.js")).href)});
    const lab = await openLab({ engine: "cpu" });
    const run = await lab.start("${LINK}");
    await run.step(20);
    console.log(await run.check());`;
  const node = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { timeout: 50_000 });
  assert.deepEqual([node.stdout.toString(), node.stderr.toString(), node.status], [`${expected.check}\n`, "", 0]);
});

for (const browser of [chromium, firefox]) {
  const missing = browser.missing();
  describe(
    `in ${browser.name}, a lab in a worker`,
    { skip: missing ? `no ${browser.name} here: ${missing}` : false },
    () => {
      for (const where of ["beside the page", "on another origin"]) {
        test(`does what a lab does, with the package ${where}`, { timeout: 180_000 }, async () => {
          const server = await Server.start({ data: undefined });
          const other = await Server.start({ data: undefined, headers: { "access-control-allow-origin": "*" } });
          /** @type {(() => Promise<void>) | undefined} */ let close;
          try {
            const address = `${where === "beside the page" ? "./" : other.url}pkg/worker.js`;
            server.break("/app.html", (_, response) => {
              response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>An app</title>
              <script type="module">
                import * as bunsen from "${address}";
                ${use}
                const found = await use(bunsen, "${LINK}").catch((error) => ({ failed: String(error) }));
                await fetch("/found", { method: "POST", body: JSON.stringify(found) });
              </script>`);
            });
            const found = new Promise((done) => {
              server.break("/found", async (request, response) => {
                let text = "";
                for await (const piece of request) text += piece;
                response.writeHead(204).end();
                done(JSON.parse(text));
              });
            });
            close = await browser.open(`${server.url}app.html`);
            const said = await found;
            assert.equal(said.failed, undefined);
            assertFound(said);
          } finally {
            await close?.();
            await server.close();
            await other.close();
          }
        });
      }
    },
  );
}

describe("a lab's worker", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  /** @type {import("playwright-core").Page} */ let page;
  before(async () => {
    server = await Server.start();
    browser = await launch();
    page = await browser.newPage();
    await page.goto(`${server.url}blank-for-tests.html`);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  test("ends with the lab, and its pool workers with it", async () => {
    await page.evaluate(async (link) => {
      const { openLab } = await import(/** @type {string} */ ("./pkg/worker.js"));
      await new Promise((joined) => {
        void openLab({ engine: "cpu", workers: 2, onWorkers: () => joined(undefined) }).then(
          (/** @type {any} */ lab) => {
            Object.assign(globalThis, { lab });
            return lab.start(link);
          },
        );
      });
    }, LINK);
    const lab = () => /** @type {any} */ (globalThis).lab;
    assert.equal(await page.evaluate(`(${lab})().engine.threads`), 2);

    assert.deepEqual(
      page
        .workers()
        .map((worker) => worker.url().split("/").at(-1))
        .sort(),
      ["lab-worker-web.js", "pool-worker-web.js"],
    );
    await page.evaluate(`(${lab})().close()`);
    await until(
      async () => page.workers().length,
      (count) => count === 0,
      { timeout: 10_000, what: "the worker's end" },
    );
  });

  test("is told of as the module's own lab is: how many bytes came, of how many", async () => {
    const progress = await page.evaluate(async () => {
      const { openLab } = await import(/** @type {string} */ ("./pkg/index.js"));
      /** @type {any[]} */
      const told = [];
      const onProgress = (/** @type {any} */ progress) => told.push(progress);
      (await openLab({ engine: "cpu", onProgress })).close();
      (await openLab({ engine: "cpu", onProgress: () => told.push("loaded again") })).close();
      return told;
    });
    assertProgress(progress);
    const loading = progress.filter(({ state }) => state === "loading");
    assert.ok(loading.length > 1);
    for (const { total } of loading) assert.equal(total, progress.at(-1).total);
  });

  test("says that its script is not there", async () => {
    server.break("/pkg/lab-worker-web.js", (_, response) => void response.writeHead(404).end());
    const failure = await page.evaluate(async () => {
      const { openLab } = await import(/** @type {string} */ ("./pkg/worker.js"));
      return openLab().catch((/** @type {any} */ { name, kind, message }) => [name, kind, message].join(": "));
    });
    assert.match(
      failure,
      /^BunsenError: engine: The lab's worker could not be started \(its script could not be loaded\)\.$/,
    );
  });
});
