// @ts-check
// What becomes of an instance of the module that stops, and how a GPU that has not enough memory is told, under Node and
// without WebAssembly of ours.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";

describe("a GPU that has not enough memory", () => {
  /** @type {any} */ let allocations;
  /** @type {any} */ let BunsenError;
  before(async () => {
    const { AllocationWatcher } = await load("allocation-watcher.js");
    ({ BunsenError } = await load("errors.js"));
    allocations = new AllocationWatcher();
  });

  for (const [said, sentence] of [
    [
      "The GPU stopped before step 3 was done: it gave no answer (can't allocate buffer of size: 1288490188).",
      "The GPU has not enough memory for this run: it was asked for 1.3 GB at once. A smaller batch needs less; or use the CPU engine.",
    ],
    [
      "The GPU stopped before step 3 was done: it reported an error (Out of Memory).",
      "The GPU has not enough memory for this run. A smaller batch needs less; or use the CPU engine.",
    ],
  ]) {
    test(`is told with what it said: ${said}`, () => {
      const { kind, message } = allocations.explain(new BunsenError("gpu", said));
      assert.deepEqual([kind, message], ["gpu", sentence]);
    });
  }

  test("is told apart from any other fault", () => {
    const other = new BunsenError("gpu", "The GPU stopped before step 3 was done: the device was lost.");
    assert.equal(allocations.explain(other), other);
  });
});

describe("a build", () => {
  test("is instantiated anew as often as its instance stops", async () => {
    const { loadBuild } = await load("module.js");
    const memories = new Set();
    for (let stops = 0; stops < 3; stops++) {
      const build = await loadBuild("cpu");
      assert.equal(await loadBuild("cpu"), build, "labs share an instance that is sound");
      assert.ok(build.guard.call(() => build.exports.fields()).length > 10);
      memories.add(build.memory);
      const trap = () => {
        throw new WebAssembly.RuntimeError("unreachable");
      };
      assert.throws(() => build.guard.call(trap), { name: "BunsenError", message: /Open a new lab/ });
    }
    assert.equal(memories.size, 3);
  });
});

describe("an instance that stops", () => {
  // (module (func (export "panic") unreachable))
  const code = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 9, 1, 5, 112, 97, 110, 105, 99, 0, 0, 10, 5, 1, 3, 0,
    0, 11,
  ];
  const panic = /** @type {() => void} */ (
    new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports.panic
  );
  const sentence = "The module stopped: index out of bounds, zoo.rs:7. Open a new lab.";
  /** @type {any} */ let TrapGuard;
  /** @type {any} */ let BunsenError;
  before(async () => {
    ({ TrapGuard } = await load("trap-guard.js"));
    ({ BunsenError } = await load("errors.js"));
  });

  test("says what stopped it, ends what is pending, and answers nothing more", async () => {
    let ended = 0;
    const guard = new TrapGuard(
      () => "index out of bounds, zoo.rs:7",
      () => ended++,
    );
    assert.equal(
      guard.call(() => 42),
      42,
    );
    const pending = guard.callAsync(() => new Promise(() => {}));
    const stopped = { name: "BunsenError", kind: "run", message: sentence };
    assert.throws(() => guard.call(panic), stopped);
    await assert.rejects(pending, stopped);
    assert.throws(() => guard.call(() => 42), stopped);
    await assert.rejects(
      guard.callAsync(async () => 42),
      stopped,
    );
    assert.equal(ended, 1);
  });

  test("the module's own errors keep their kind and sentence", async () => {
    const guard = new TrapGuard(
      () => undefined,
      () => assert.fail("a wrong link is no reason to give the instance up"),
    );
    const inner = Object.assign(new Error("batch=0 is not allowed."), { name: "BunsenError", kind: "recipe" });
    await assert.rejects(
      guard.callAsync(() => Promise.reject(inner)),
      (/** @type {any} */ error) =>
        error instanceof BunsenError && error.kind === "recipe" && error.message === inner.message,
    );
    assert.equal(
      guard.call(() => 42),
      42,
    );
  });

  test("a GPU fault gives the instance up for the next lab, not for this one", async () => {
    let ended = 0;
    const guard = new TrapGuard(
      () => undefined,
      () => ended++,
    );
    const lost = Object.assign(new Error("The GPU was lost."), { kind: "gpu" });
    await assert.rejects(
      guard.callAsync(() => Promise.reject(lost)),
      { kind: "gpu" },
    );
    assert.equal(ended, 1);
    assert.equal(
      guard.call(() => 42),
      42,
    );
  });
});
