// @ts-check
// Workers that share a step: the same bits however many there are, whatever becomes of them, and wherever the page is.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { assertWorkers } from "./support/workers.mjs";
import * as faults from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { BLANK, Server } from "./support/server.mjs";
import { Tab } from "./support/tab.mjs";
import { until } from "./support/until.mjs";

const LINKS = ["model=lenet5", "model=lenet5-1998"].map(
  (model) => `${model}&data=digits&subset=768&steps=12&warmup=0.3&aug=crop`,
);
const [LINK] = LINKS;

/** @typedef {{ check: string, weights: string, score: string, threads: number, notices: string[] }} Outcome */

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {import("playwright-core").Page} */ let page;
/** What one worker alone computes, under Node, by link. @type {Map<string, Outcome>} */
const alone = new Map();

before(async () => {
  const { openLab } = await load("index.js");
  for (const link of LINKS) alone.set(link, await train({ openLab, link, workers: 1 }));
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  ({ context } = await visitor(browser));
  page = await context.newPage();
});
afterEach(async () => {
  await context?.close();
  server.reset();
});

/**
 * A whole run, begun once all workers are there. It is sent to pages as text, so it sees nothing of this file.
 * @param {{ openLab?: any, module?: string, link: string, workers: number, patience?: number }} options
 * @returns {Promise<Outcome>}
 */
async function train({ openLab, module, link, workers, patience = 10_000 }) {
  openLab ??= (await import(/** @type {string} */ (module))).openLab;
  let changed = () => {};
  const lab = await openLab({ engine: "cpu", workers, onWorkers: () => changed() });
  const run = await lab.start(link);
  const there = new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no more than ${lab.engine.label}`)), patience);
    changed = () => {
      if (lab.engine.threads < workers && run.notices.length === 0) return;
      clearTimeout(timer);
      done(undefined);
    };
    changed();
  });
  await there;
  const { threads } = lab.engine;
  await run.step(run.plan.steps);
  const hex = (/** @type {ArrayBuffer} */ bytes) =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16)).join();
  const outcome = {
    check: await run.check(),
    weights: hex(await crypto.subtle.digest("SHA-256", await run.weights())),
    score: JSON.stringify(await run.evaluate()),
    threads,
    notices: run.notices,
  };
  lab.close();
  return outcome;
}

/** The same in the page. @param {{ link?: string, workers: number, module?: string }} options */
async function trainThere({ link = LINK, workers, module = `${server.url}pkg/index.js` }) {
  if (page.url() === "about:blank") await page.goto(new URL(BLANK, server.url).href);
  return page.evaluate(train, { module, link, workers });
}

/** @param {Outcome} outcome @param {Partial<Outcome>} rest @param {string} [link] */
function assertSame(outcome, rest, link = LINK) {
  assert.deepEqual(outcome, { ...alone.get(link), ...rest });
}

/** How often the script of helpers was asked for. */
const helpersAsked = () => server.requests.filter((path) => path === faults.POOL_WORKER).length;

describe("any number of workers gives the same bits", () => {
  for (const link of LINKS) {
    test(`in Chromium, ${link}`, { timeout: 60_000 }, async () => {
      for (const workers of [1, 2, 3, 4]) {
        assertSame(await trainThere({ link, workers }), { threads: workers }, link);
        await assertWorkers(page, 0);
      }
    });

    test(`under Node, ${link}`, { timeout: 60_000 }, async () => {
      const { openLab } = await load("index.js");
      for (const workers of [2, 3, 4]) {
        assertSame(await train({ openLab, link, workers }), { threads: workers }, link);
      }
    });
  }

  test("and no more are started than there are shards", async () => {
    const shards = `${LINK}&shards=2`;
    const outcome = await page.goto(new URL(BLANK, server.url).href).then(() =>
      page.evaluate(
        async ({ module, link }) => {
          const lab = await (await import(module)).openLab({ workers: 8 });
          const run = await lab.start(link);
          while (lab.engine.threads < 2) await new Promise((done) => setTimeout(done, 20));
          // More of them would join while it trains.
          await run.step(run.plan.steps);
          const { threads } = lab.engine;
          lab.close();
          return { threads };
        },
        { module: `${server.url}pkg/index.js`, link: shards },
      ),
    );
    assert.deepEqual(outcome, { threads: 2 });
    assert.equal(helpersAsked(), 1);
  });
});

describe("a helper", () => {
  const lost = (/** @type {string} */ why) =>
    `A helping worker was lost (${why}). Its part of the step was computed again, with the same result; 1 thread goes on.`;

  test("that dies in mid-step changes no bit, and is mentioned", async () => {
    server.break(faults.POOL_WORKER, faults.inFront(faults.failAtThirdTask, "throw"));
    const outcome = await trainThere({ workers: 2 });
    assertSame(outcome, { threads: 2, notices: [lost("Uncaught Error: it fell over")] });
    await assertWorkers(page, 0);
  });

  test("that is given a damaged task changes no bit, and is mentioned", async () => {
    server.break(faults.POOL_WORKER, faults.inFront(faults.failAtThirdTask, "damage"));
    const outcome = await trainThere({ workers: 2 });
    assertSame(outcome, { threads: 2, notices: outcome.notices });
    assert.match(outcome.notices.join(), /^A helping worker was lost \(.*damaged.*\)\. Its part/);
  });

  test("that hangs in mid-step is given up, ended and mentioned, and changes no bit", { timeout: 60_000 }, async () => {
    server.break(faults.POOL_WORKER, faults.inFront(faults.failAtThirdTask, "hang"));
    const outcome = await trainThere({ workers: 2 });
    assertSame(outcome, { threads: 2, notices: outcome.notices });
    assert.match(outcome.notices.join(), /^A helping worker was lost \(it gave no answer within \d+ s\)\. Its part/);
    await assertWorkers(page, 0);
  });

  test("whose script is missing is done without", async () => {
    server.break(faults.POOL_WORKER, faults.status(404));
    assertSame(await trainThere({ workers: 4 }), {
      threads: 1,
      notices: [
        "A helping worker could not be started (its script could not be loaded); 1 thread goes on, with the same results.",
      ],
    });
    await assertWorkers(page, 0);
  });
});

describe("helpers start", () => {
  test("from a worker of a page of another origin, through a blob", async () => {
    server.break("/pkg/*", faults.forAnyOrigin);
    const other = await Server.start();
    try {
      await page.goto(new URL(BLANK, other.url).href);
      const outcome = await page.evaluate(
        ({ text, options }) => {
          const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
          const worker = new Worker(blob, { type: "module" });
          return new Promise((done, fail) => {
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = (event) => fail(new Error(event.message));
            worker.postMessage(options);
          });
        },
        {
          text: `${train}\nonmessage = async ({ data }) => postMessage(await train(data));`,
          options: { module: `${server.url}pkg/index.js`, link: LINK, workers: 2 },
        },
      );
      assertSame(outcome, { threads: 2 });
      assert.equal(helpersAsked(), 1);
      assert.deepEqual(other.requests, [BLANK]);
    } finally {
      await other.close();
    }
  });

  test("in a frame of another origin", async () => {
    const other = await Server.start();
    try {
      await page.goto(new URL(BLANK, other.url).href);
      await page.evaluate((src) => {
        const frame = document.createElement("iframe");
        frame.src = src;
        document.body.append(frame);
        return new Promise((done) => (frame.onload = done));
      }, new URL(BLANK, server.url).href);
      const frame = page.frames()[1];
      assert.ok(frame);
      const outcome = await frame.evaluate(train, { module: `${server.url}pkg/index.js`, link: LINK, workers: 2 });
      assertSame(outcome, { threads: 2 });
    } finally {
      await other.close();
    }
  });
});

describe("the page", () => {
  /** @type {Bench} */ let bench;
  beforeEach(() => {
    bench = new Bench(page, server.url);
  });

  /** @param {number} count */
  const cores = (count) => server.break(faults.ENTRANCE, faults.inFront(faults.claimCores, count));

  /** Waits for the words of the engine's status. @param {string} words */
  const engineSays = (words) =>
    bench.page.waitForFunction(
      (words) => {
        const path = ["bench-app", "bench-bar", "run-line"];
        const line = path.reduce(
          (/** @type {any} */ root, selector) => root?.querySelector(selector)?.shadowRoot,
          document,
        );
        return line?.querySelector("[aria-label=Engine]")?.textContent.trim() === words;
      },
      words,
      { timeout: 10_000 },
    );

  /** Trains a link to its end, and makes sure that its check is the one of an undisturbed run. */
  async function assertVerified() {
    await bench.finalAccuracy(12);
    await bench.assertSameRun();
    assert.equal(await bench.alert.count(), 0);
  }
  const verified = () => `${LINK}&check=${alone.get(LINK)?.check}`;

  test("says how many threads compute", async () => {
    cores(3);
    await bench.open(verified());
    await engineSays("CPU, SIMD, 3 threads");
    await assertWorkers(page, 3);
    await bench.button("Train").click();
    await assertVerified();
    assert.equal(await bench.page.getByRole("note").count(), 0, "nothing else is to be said");
    assert.deepEqual(bench.complaints, []);
  });

  test("starts no helper on one core", async () => {
    cores(1);
    await bench.open(verified());
    await bench.button("Train").click();
    await assertVerified();
    await engineSays("CPU, SIMD, 1 thread");
    assert.equal(helpersAsked(), 0);
    await assertWorkers(page, 1);
  });

  test("says once that a helper was lost, and how many go on", async () => {
    cores(2);
    server.break(faults.POOL_WORKER, faults.inFront(faults.failAtThirdTask, "throw"));
    await bench.open(verified());
    // The page times some steps before "Train" is pressed. They may have cost it the helper already, so "2 threads" is not waited for.
    await bench.button("Train").click();
    await assertVerified();
    await engineSays("CPU, SIMD, 1 thread");
    assert.equal(helpersAsked(), 1);
    const notice = bench.page.getByRole("note").filter({ hasText: "A helping worker was lost" });
    assert.equal(await notice.count(), 1);
    assert.match(await notice.innerText(), /computed again, with the same result; 1 thread goes on\./);
  });

  test("says once that helpers could not be started", async () => {
    cores(4);
    server.break(faults.POOL_WORKER, faults.status(404));
    await bench.open(verified());
    const notice = bench.page.getByRole("note").filter({ hasText: "A helping worker could not be started" });
    await notice.first().waitFor();
    await bench.button("Train").click();
    await assertVerified();
    assert.equal(await notice.count(), 1);
    await engineSays("CPU, SIMD, 1 thread");
  });

  test("pauses, steps and goes on with helpers to the same check", async () => {
    cores(2);
    await bench.open(verified());
    await engineSays("CPU, SIMD, 2 threads");
    for (const step of [1, 2, 3]) {
      await bench.button("Step").click();
      await bench.reach(step);
      await bench.finished();
    }
    await bench.button("Go on").click();
    await bench.button("Pause").click();
    await bench.finished();
    await bench.trainIfIdle();
    await assertVerified();
    await engineSays("CPU, SIMD, 2 threads");
  });

  test("piles no workers up, however often it starts over", { timeout: 60_000 }, async () => {
    cores(3);
    await bench.open(LINK);
    for (let turn = 0; turn < 6; turn++) {
      await bench.button("Reset").click();
      await bench.choice("Network").selectOption(turn % 2 ? "lenet5" : "lenet5-1998");
      await bench.chooseEngine(turn % 2 ? "CPU" : "Auto");
      if (turn % 3 === 0) await bench.button("Train").click();
      if (turn % 3 === 0) await bench.button("Pause").click();
      await bench.finished();
    }
    await engineSays("CPU, SIMD, 3 threads");
    await assertWorkers(page, 3);
    assert.deepEqual(bench.complaints, []);
  });
});

test("a page that nobody sees goes on training as fast", { timeout: 90_000 }, async () => {
  const throttling = await launch({ throttles: true });
  try {
    const tab = await Tab.open(throttling, `${server.url}#model=lenet5&data=digits&epochs=100`);
    const text = `(function all(root) {
      return [...root.querySelectorAll("*")].flatMap((at) => [at, ...(at.shadowRoot ? all(at.shadowRoot) : [])]);
    })(document)`;
    /** @param {string} role @returns {Promise<string>} */
    const status = (role) => tab.evaluate(`${text}.find((at) => at.ariaLabel === "${role}")?.textContent.trim() ?? ""`);
    const done = async () => {
      const [epoch = 1, , step = 0, steps = 0] = (await status("Progress")).match(/\d+/g)?.map(Number) ?? [];
      return (epoch - 1) * steps + step;
    };
    /** Waits until so many steps are done. @param {number} steps */
    const reach = (steps) => until(done, (reached) => reached >= steps, { timeout: 60_000, what: `step ${steps}` });
    /** Steps a second, over 400 of them. */
    const speed = async () => {
      const [from, began] = [await done(), performance.now()];
      const reached = await reach(from + 400);
      return (1_000 * (reached - from)) / (performance.now() - began);
    };
    await until(
      () => status("Engine"),
      (engine) => /CPU/.test(engine),
    );
    await tab.evaluate(`${text}.find((at) => at.localName === "button" && at.textContent.trim() === "Train").click()`);
    await reach(20);

    assert.equal(await tab.evaluate("document.visibilityState"), "visible");
    const seen = await speed();
    await tab.hide();
    await until(
      () => tab.evaluate("document.visibilityState"),
      (state) => state === "hidden",
    );
    const slept = await tab.evaluate(`(async () => {
      const began = performance.now();
      for (let i = 0; i < 3; i++) await new Promise((over) => setTimeout(over, 10));
      return performance.now() - began;
    })()`);
    assert.ok(slept > 1_000, `the browser slows a hidden page's own timers: ${slept} ms for 30 ms`);
    const unseen = await speed();
    // Machines that run tests are busy with other things too.
    assert.ok(unseen > 0.4 * seen, `${unseen} steps a second when hidden, ${seen} when seen`);
  } finally {
    await throttling.close();
  }
});
