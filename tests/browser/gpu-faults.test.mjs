// @ts-check
// What the package says where a GPU is too small or is lost, and that the next lab has another. What the page makes of it is
// in engine-faults.test.mjs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { ON_SOFTWARE_GPU, unlessLong } from "./support/long.mjs";
import { noGpuBuild } from "./support/paths.mjs";
import { BLANK, Server } from "./support/server.mjs";
import { Tab } from "./support/tab.mjs";
import { until } from "./support/until.mjs";
import { visitEach } from "./support/visits.mjs";

const LINK = "model=lenet5&data=digits&subset=128&batch=8&seed=7&steps=40";

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("./support/page.mjs").Bench} */ let bench;

/**
 * What the package's users see of a failure.
 * @typedef {{ kind: string, message: string }} Said
 */

describe("the package, with a GPU", { skip: noGpuBuild }, () => {
  visitEach({ gpu: true }, (visit) => ({ server, bench } = visit));

  /** Runs a script in an empty page. @template A, R @param {(argument: A) => Promise<R>} script @param {A} argument */
  async function inPage(script, argument) {
    await bench.page.goto(new URL(BLANK, server.url).href);
    return bench.page.evaluate(/** @type {any} */ (script), argument);
  }

  test("refuses an adapter that is too small, and takes one that is not", { timeout: 120_000 }, async () => {
    /** @type {Said[]} */
    const refusals = await inPage(async () => {
      /** @type {any} */
      const { openLab } = await import(`${location.origin}/pkg/index.js`);
      const refusals = [];
      for (const [name, value] of /** @type {[keyof GPUSupportedLimits, number][]} */ ([
        ["maxComputeWorkgroupStorageSize", 8192],
        ["maxComputeInvocationsPerWorkgroup", 64],
        ["maxStorageBuffersPerShaderStage", 4],
      ])) {
        const { prototype } = GPUSupportedLimits;
        const own = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, name));
        Object.defineProperty(prototype, name, { configurable: true, get: () => value });
        refusals.push(
          await openLab({ engine: "gpu" }).then(
            () => ({ kind: "none", message: "" }),
            (/** @type {any} */ { kind, message }) => ({ kind, message }),
          ),
        );
        Object.defineProperty(prototype, name, own);
      }
      const lab = await openLab({ engine: "gpu" });
      refusals.push({ kind: "none", message: lab.engine.label });
      lab.close();
      return refusals;
    }, null);
    const said = ["8192 bytes of memory for a workgroup", "64 threads in a workgroup", "4 storage buffers in a kernel"];
    for (const [i, what] of said.entries()) {
      assert.equal(refusals[i]?.kind, "engine");
      assert.match(
        refusals[i]?.message ?? "",
        new RegExp(`does not suffice: it has ${what}, and \\d+ are needed\\. Use`),
      );
    }
    assert.deepEqual(refusals.at(-1), { kind: "none", message: "GPU, software adapter" });
  });

  test(
    "says when a device was lost, whatever it was at, and the next lab has another",
    { timeout: 240_000 },
    async () => {
      /** @type {Record<string, Said & { step: number }>} */
      const said = await inPage(async (link) => {
        /** What ruins the device, and when: before so many more calls of the method. */
        const plan = { method: "", calls: 0 };
        /** @type {GPUDevice | undefined} */
        let device;
        const { requestDevice } = GPUAdapter.prototype;
        GPUAdapter.prototype.requestDevice = async function (...given) {
          return (device = await requestDevice.apply(this, given));
        };
        for (const [prototype, method] of /** @type {[any, string][]} */ ([
          [GPUDevice.prototype, "createComputePipelineAsync"],
          [GPUQueue.prototype, "submit"],
          [GPUBuffer.prototype, "mapAsync"],
        ])) {
          const original = prototype[method];
          prototype[method] = function (/** @type {any[]} */ ...given) {
            if (plan.method === method && --plan.calls === 0) device?.destroy();
            return original.apply(this, given);
          };
        }
        /** @type {any} */
        const { openLab } = await import(`${location.origin}/pkg/index.js`);
        /** @type {Record<string, Said & { step: number }>} */
        const said = {};
        const sites = /** @type {const} */ ({
          "while it compiles": ["start", "createComputePipelineAsync"],
          "in the self-test": ["start", "mapAsync"],
          "in mid-step": ["step", "submit"],
          "while it scores": ["evaluate", "submit"],
          "at sleep": ["sleep", ""],
        });
        for (const [name, [phase, method]] of Object.entries(sites)) {
          const lab = await openLab({ engine: "gpu" });
          const plant = (/** @type {string} */ now) => {
            if (now === phase) Object.assign(plan, { method, calls: 2 });
          };
          let step = 0;
          try {
            plant("start");
            const run = await lab.start(link);
            plant("step");
            await run.step(2);
            step = 2;
            plant("evaluate");
            await run.evaluate();
            if (phase === "sleep") device?.destroy();
            await device?.lost;
            await run.step(1);
            said[name] = { kind: "none", message: "", step };
          } catch (thrown) {
            const { kind, message } = /** @type {any} */ (thrown);
            said[name] = { kind, message, step };
          }
          plan.method = "";
          lab.close();
        }
        const lab = await openLab({ engine: "gpu" });
        const run = await lab.start(link);
        const [{ loss }] = await run.step(1);
        said["afterwards"] = { kind: "none", message: String(loss), step: 1 };
        lab.close();
        return said;
      }, LINK);
      for (const [name, step, sentence] of /** @type {const} */ ([
        ["while it compiles", 0, /^The GPU stopped: .*\blost\b/],
        ["in the self-test", 0, /^The GPU stopped: .*\blost\b/],
        ["in mid-step", 0, /^The GPU stopped before step [12] was done: .*\blost\b/],
        ["while it scores", 2, /^The GPU stopped before step 2 was done: .*\blost\b/],
        ["at sleep", 2, /^The GPU stopped before step 3 was done: .*\blost\b/],
      ])) {
        assert.deepEqual([said[name]?.kind, said[name]?.step], ["gpu", step], `${name}: ${said[name]?.message}`);
        assert.match(said[name]?.message ?? "", sentence, name);
      }
      assert.match(said["afterwards"]?.message ?? "", /^\d\.\d+$/, "a loss");
    },
  );

  test("says when a kernel is refused, and when there is no memory left in mid-run", { timeout: 120_000 }, async () => {
    /** @type {Record<string, Said>} */
    const said = await inPage(async (link) => {
      /** @type {any} */
      const { openLab } = await import(`${location.origin}/pkg/index.js`);
      /** @type {Record<string, Said>} */
      const said = {};
      const failure = (/** @type {any} */ { kind, message }) => ({ kind, message });
      const none = () => ({ kind: "none", message: "" });

      const { createShaderModule, createBuffer } = GPUDevice.prototype;
      let lab = await openLab({ engine: "gpu" });
      GPUDevice.prototype.createShaderModule = function (descriptor) {
        return createShaderModule.call(this, { ...descriptor, code: `${descriptor.code}\nno shader` });
      };
      said["a kernel"] = await lab.start(link).then(none, failure);
      GPUDevice.prototype.createShaderModule = createShaderModule;
      lab.close();

      // As a real device does that has no room left, it answers with a buffer that is none, and says so to whoever listens.
      let isFull = false;
      GPUDevice.prototype.createBuffer = function (descriptor) {
        if (isFull) {
          const error = new GPUOutOfMemoryError("Failed to allocate memory for buffer.");
          queueMicrotask(() => this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error })));
        }
        return createBuffer.call(this, descriptor);
      };
      lab = await openLab({ engine: "gpu" });
      const run = await lab.start(link);
      await run.step(1);
      isFull = true;
      // Steps take buffers of their own for what they tell, the more the more steps they are.
      let outcome = none();
      for (let steps = 1; steps <= 16 && outcome.kind === "none"; steps *= 2) {
        outcome = await run.step(steps).then(none, failure);
        if (outcome.kind === "none") outcome = await run.evaluate().then(none, failure);
      }
      said["memory"] = outcome;
      GPUDevice.prototype.createBuffer = createBuffer;
      lab.close();
      return said;
    }, LINK);
    assert.equal(said["a kernel"]?.kind, "gpu", said["a kernel"]?.message);
    assert.match(said["a kernel"]?.message ?? "", /^The GPU stopped: .*error/i);
    assert.equal(said["memory"]?.kind, "gpu", said["memory"]?.message);
    assert.match(said["memory"]?.message ?? "", /^The GPU has not enough memory for this run/);
  });

  test(
    "trains two runs at once, each as it does alone",
    { skip: unlessLong(ON_SOFTWARE_GPU), timeout: 120_000 },
    async () => {
      const { alone, together } = await inPage(async (link) => {
        /** @type {any} */
        const { openLab } = await import(`${location.origin}/pkg/index.js`);
        const lab = await openLab({ engine: "gpu" });
        const links = [link, link.replace("seed=7", "seed=8")];
        const losses = async (/** @type {any} */ run) => {
          /** @type {number[]} */
          const losses = [];
          for (let pull = 0; pull < 4; pull++)
            losses.push(...(await run.step(2)).map((/** @type {any} */ report) => report.loss));
          return losses;
        };
        const alone = [];
        for (const each of links) {
          const run = await lab.start(each);
          alone.push(await losses(run));
          run.free();
        }
        const together = await Promise.all(links.map(async (each) => losses(await lab.start(each))));
        lab.close();
        return { alone, together };
      }, LINK);
      assert.deepEqual(together, alone);
      assert.notDeepEqual(alone[0], alone[1]);
    },
  );
});

test("a worker with a GPU trains on in a tab that nobody sees", { skip: noGpuBuild, timeout: 120_000 }, async () => {
  const server = await Server.start();
  const browser = await launch({ gpu: true, throttles: true });
  try {
    const tab = await Tab.open(browser, new URL(BLANK, server.url).href);
    await until(
      () => tab.evaluate("document.readyState"),
      (state) => state === "complete",
    );
    await tab.hide();
    await until(
      () => tab.evaluate("document.visibilityState"),
      (state) => state === "hidden",
    );
    const script = (/** @type {string} */ link) => {
      const source = `
        const { openLab } = await import("${location.origin}/pkg/index.js");
        const lab = await openLab({ engine: "gpu" });
        const run = await lab.start("${link}");
        postMessage((await run.step(8)).map(({ loss }) => loss));`;
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(url, { type: "module" });
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    };
    const losses = await tab.evaluate(`(${script})(${JSON.stringify(LINK)})`);
    assert.equal(losses.length, 8);
    assert.ok(losses.every(Number.isFinite), losses.join());
    assert.equal(await tab.evaluate("document.visibilityState"), "hidden");
  } finally {
    await browser.close();
    await server.close();
  }
});
