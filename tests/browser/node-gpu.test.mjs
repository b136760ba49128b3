// @ts-check
// The GPU engine under Node, by the npm package `webgpu`, on a software adapter: it computes what the CPU engine computes, and what fails is a
// sentence. The browser's is in gpu.test.mjs and gpu-faults.test.mjs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { load, noGpuBuild, pkg } from "./support/paths.mjs";
import { npmTools } from "./support/tools.mjs";
import { softwareVulkan } from "./support/vulkan.mjs";

const LINK = "model=lenet5&data=digits&subset=128&batch=8&seed=7&steps=6";

/** A network with few kernels, of which each fault costs a compilation. */
const FEW_KERNELS = "model=stack&layers=fc10&data=digits&subset=128&batch=8&seed=7&steps=6";

const driver = softwareVulkan();
// The names that newer and older loaders know.
if (driver) Object.assign(process.env, { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver });

/** The package's folder of its own, and why there is none. @type {import("./support/tools.mjs").Installed} */ let tools;
/** Why WebGPU has no adapter here. @type {string | undefined} */ let noAdapter;
/** @type {string} */ let folder;
/** @type {any} */ let openLab;
const started = process.cwd();

/**
 * Runs the package's command; it is killed where it does not end by itself.
 * @param {string[]} words @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {Promise<{ status: unknown, out: string, err: string }>}
 */
const bunsen = (words, { cwd, env = {} }) =>
  new Promise((done) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 300_000 };
    execFile(process.execPath, [join(pkg, "command.js"), ...words], options, (error, out, err) =>
      done({ status: error ? (error.code ?? error.signal) : 0, out, err }),
    );
  });

describe("the GPU engine under Node", { skip: noGpuBuild }, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-node-gpu-"));
    ({ openLab } = await load("index.js"));
    tools = await npmTools(new URL("../webgpu/", import.meta.url), "the npm package webgpu");
    if (tools.why !== undefined) return;
    // A package that is not installed beside this one is looked for in the project that a program is started in.
    process.chdir(tools.folder);
    const lab = await openLab({ engine: "gpu" }).catch(
      (/** @type {Error} */ error) => void (noAdapter = error.message),
    );
    lab?.close();
  });
  beforeEach((context) => {
    const why = tools.why ?? noAdapter;
    if (why !== undefined) /** @type {import("node:test").TestContext} */ (context).skip(why);
  });
  after(async () => {
    process.chdir(started);
    await rm(folder, { recursive: true, force: true });
  });

  test("names its adapter, and leaves nothing of a browser in the process", async () => {
    const lab = await openLab({ engine: "gpu" });
    const { kind, adapter, software, label } = lab.engine;
    lab.close();
    assert.equal(kind, "gpu");
    assert.notEqual(adapter, "");
    if (driver) assert.deepEqual([software, label], [true, "GPU, software adapter"]);
    assert.equal("WorkerGlobalScope" in globalThis, false);
    assert.equal(/** @type {any} */ (globalThis).navigator?.gpu, undefined);
  });

  test("trains LeNet-5 within the CPU engine's band, by the command, which ends by itself", async () => {
    const lab = await openLab({ engine: "cpu" });
    const run = await lab.start(LINK);
    await run.step(6);
    const file = join(folder, "cpu.bunsen.json");
    await writeFile(file, await run.runFile());
    lab.close();
    const { status, out, err } = await bunsen(["check", file, "--engine", "gpu", "--json"], { cwd: process.cwd() });
    const { asPromised, replays } = JSON.parse(out);
    assert.deepEqual([asPromised, replays.length, replays[0]?.outcome], [true, 1, "within the band"], out + err);
    if (driver) assert.match(err, /^GPU, software adapter: .+$/m);
    assert.match(err, /step 6 of 6/);
    assert.equal(status, 0, err);
  });

  test("says when the device is lost, a kernel refused, or no memory left", async () => {
    /** @type {any} */ const { GPUDevice, GPUOutOfMemoryError, GPUUncapturedErrorEvent } = globalThis;
    /** Starts a run while a method of a class does something else. @param {any} type @param {string} method @param {(original: Function) => Function} change */
    const failing = async (type, method, change) => {
      const original = type.prototype[method];
      type.prototype[method] = change(original);
      try {
        const lab = await openLab({ engine: "gpu" });
        const said = await lab.start(FEW_KERNELS).then(
          () => ({ kind: "none", message: "" }),
          (/** @type {any} */ { kind, message }) => ({ kind, message }),
        );
        lab.close();
        return said;
      } finally {
        type.prototype[method] = original;
      }
    };
    const refused = await failing(
      GPUDevice,
      "createShaderModule",
      (original) =>
        /** @this {any} @param {any} descriptor */ function (descriptor) {
          return original.call(this, { ...descriptor, code: `${descriptor.code}\nno shader` });
        },
    );
    assert.equal(refused.kind, "gpu", refused.message);
    assert.match(refused.message, /^The GPU stopped: .*error/i);

    // As a real device does that has no room left.
    const full = await failing(
      GPUDevice,
      "createBuffer",
      (original) =>
        /** @this {any} @param {any} descriptor */ function (descriptor) {
          const error = new GPUOutOfMemoryError("Failed to allocate memory for buffer.");
          queueMicrotask(() => this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error })));
          return original.call(this, descriptor);
        },
    );
    assert.equal(full.kind, "gpu", full.message);
    assert.match(full.message, /^The GPU has not enough memory for this run/);

    let calls = 0;
    const lost = await failing(
      GPUDevice,
      "createComputePipelineAsync",
      (original) =>
        /** @this {any} @param {any[]} given */ function (...given) {
          if (++calls === 2) this.destroy();
          return original.apply(this, given);
        },
    );
    assert.equal(lost.kind, "gpu", lost.message);
    assert.match(lost.message, /^The GPU stopped: .*\blost\b/);
  });

  test(
    "says what to install where there is no adapter",
    { skip: !driver && "this system's adapters cannot be hidden" },
    async () => {
      const env = { VK_DRIVER_FILES: "/nowhere", VK_ICD_FILENAMES: "/nowhere" };
      const { status, err } = await bunsen(["train", LINK, "--engine", "gpu"], { cwd: process.cwd(), env });
      assert.match(
        err,
        /^WebGPU finds no graphics adapter, so the GPU engine cannot be used: install the graphics card's Vulkan driver, .*Or choose the CPU engine\.$/m,
      );
      assert.equal(status, 1);
    },
  );
});

test("without the package, the command says what to install", { skip: noGpuBuild }, async () => {
  const cwd = await mkdtemp(join(tmpdir(), "bunsen-no-gpu-"));
  const { status, out, err } = await bunsen(["train", LINK, "--engine", "gpu"], { cwd });
  await rm(cwd, { recursive: true, force: true });
  assert.equal(
    err,
    "Node has no WebGPU of its own, and the package `webgpu`, which has, is not installed: `npm install webgpu`. Or choose the CPU engine.\n",
  );
  assert.deepEqual([status, out], [1, ""]);
});
