// @ts-check
// Checked links and run files with the package, under Node.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { forged } from "./support/checkpoint.mjs";
import { load } from "./support/paths.mjs";

const LINK = "model=lenet5&data=digits&subset=640&batch=16&steps=40&seed=7";

/** A checkpoint that says that a GPU computed it, as one that was handed over does. @param {Uint8Array} checkpoint */
const byGpu = (checkpoint) => forged(checkpoint, { entries: { engine: "gpu" } });

describe("a run that is compared", () => {
  /** @type {any} */ let bunsen;
  /** @type {any} */ let lab;
  /** @type {{ link: string, file: string, part: string, check: string, checkpoint: Uint8Array, last: Uint8Array }} */ let kept;

  before(async () => {
    bunsen = await load("index.js");
    lab = await bunsen.openLab();
    const run = await lab.start(LINK);
    assert.equal(run.verdict(), undefined, "nothing is promised");
    assert.equal(await run.checkedLink(), undefined, "nothing is proven yet");
    await run.step(5);
    const part = await run.runFile();
    await run.step(15);
    const checkpoint = await run.checkpoint();
    assert.equal(await run.checkedLink(), undefined, "a run that has not ended has none");
    assert.equal(run.checkedLinkObstacle(), "unfinished");
    await run.step(20);
    await run.evaluate();
    assert.equal(run.checkedLinkObstacle(), undefined);
    const link = await run.checkedLink();
    const last = await run.checkpoint();
    kept = { link, file: await run.runFile(), part, check: await run.check(), checkpoint, last };
    assert.ok(kept.link.endsWith(`&v=1&check=${kept.check}&marks=${run.marks()}`));
    run.free();
  });
  after(() => lab?.close());

  /** What is said after all steps of a link. @param {string} link @param {object} [options] */
  async function said(link, options = {}) {
    const run = await lab.start(link, options);
    const kinds = [run.verdict()?.kind];
    while ((await run.step(7)).length > 0) kinds.push(run.verdict()?.kind);
    const verdict = run.verdict();
    const [checked, obstacle] = [await run.checkedLink(), run.checkedLinkObstacle()];
    run.free();
    return { kinds, verdict, checked, obstacle };
  }

  test("a checked link is the same, and so is one that goes on from a checkpoint", async () => {
    const text = `The same run: check ${kept.check.slice(0, 4)}… matches.`;
    const { kinds, verdict, checked } = await said(kept.link);
    assert.deepEqual(kinds, ["waiting", ...Array(5).fill("same-so-far"), "same"]);
    assert.deepEqual(verdict, { kind: "same", text, computedFrom: 0 });
    assert.equal(checked, kept.link);
    const own = await said(kept.link, { checkpoint: kept.checkpoint, computedHere: true });
    assert.equal(own.kinds[0], "same-so-far", "the steps before the checkpoint are compared too");
    assert.equal(own.verdict.text, text);
    assert.equal(own.checked, kept.link);
  });

  test("of a run that goes on from a file, only what was computed here is the same", async () => {
    const { kinds, verdict, checked, obstacle } = await said(kept.link, { checkpoint: kept.checkpoint });
    assert.equal(kinds[0], "waiting");
    assert.deepEqual(verdict, {
      kind: "same",
      text: "Steps 21 to 40 are the same; the first 20 come from a file.",
      computedFrom: 20,
    });
    assert.deepEqual([checked, obstacle], [undefined, "from-file"]);
  });

  test("a checkpoint of the last step with every weight set to 0 is not the same run", async () => {
    const zeroed = forged(kept.last, {
      tensors: (tensors) => {
        for (const [name, values] of tensors) if (name !== "trace") values.fill(0);
      },
    });
    for (const options of [{}, { runFile: kept.file }]) {
      const { verdict, checked } = await said(kept.link, { checkpoint: zeroed, ...options });
      assert.equal(verdict.kind, "from-file");
      assert.match(verdict.text, /^Nothing was compared: steps 1 to 40 come from a file, and this lab computed none/);
      assert.equal(checked, undefined);
    }
    const vouched = await said(kept.link, { checkpoint: zeroed, computedHere: true });
    assert.equal(vouched.verdict.kind, "differs");
    assert.match(vouched.verdict.text, /after the last of them: all 32 are met, but check /);
  });

  test("a run file of 5 of 40 steps promises 5", async () => {
    const { kinds, verdict } = await said(LINK, { runFile: kept.part });
    assert.deepEqual(kinds, ["waiting", ...Array(6).fill("same-in-part")]);
    assert.equal(
      verdict.text,
      "Steps 1 to 5 are the same, which is as far as the run file goes; steps 6 to 40 are compared with nothing.",
    );
  });

  test("a run that stopped has no checked link", async () => {
    const run = await lab.start(
      "model=mlp&data=digits&subset=64&batch=32&steps=60&opt=sgd&lr=10&wd=1&warmup=0&schedule=constant",
    );
    await assert.rejects(
      async () => {
        while ((await run.step(60)).length > 0);
      },
      { kind: "nan" },
    );
    assert.ok(run.losses().length < 60, "it stopped before its end");
    assert.equal(await run.checkedLink(), undefined);
    assert.equal(run.checkedLinkObstacle(), "unfinished");
    run.free();
  });

  test("a run that was handed over is a band, and has no proof to share", async () => {
    const { kinds, verdict, checked } = await said(kept.link, {
      checkpoint: byGpu(kept.checkpoint),
      computedHere: true,
    });
    assert.equal(kinds[0], "within-so-far");
    assert.equal(verdict.kind, "within");
    assert.doesNotMatch(verdict.text, /same/i);
    assert.equal(checked, undefined);
  });

  test("another seed's check differs from step 1 on", async () => {
    const { verdict } = await said(kept.link.replace("seed=7", "seed=8"));
    assert.equal(verdict.kind, "differs");
    assert.match(verdict.text, /^Differs from step 1 on: expected loss \d\.\d{4}, got \d\.\d{4}\.$/);
    assert.deepEqual([verdict.departure.after, verdict.departure.step], [0, 1]);
  });

  test("a run file is read, and its run repeated", async () => {
    const file = lab.readRunFile(kept.file);
    assert.equal(file.link, lab.parse(LINK).link);
    assert.deepEqual([file.steps, file.losses.length, file.exact, file.check], [40, 40, true, kept.check]);
    assert.ok(file.losses instanceof Float32Array);
    assert.equal(file.scores[0].step, 40);
    assert.ok(file.seconds > 0);
    const { verdict } = await said(file.link, { runFile: kept.file });
    assert.equal(verdict.kind, "same");
  });

  test("a run file of another recipe, and one that is damaged, are refused", async () => {
    const wrong = (/** @type {RegExp} */ message) => (/** @type {any} */ error) => {
      assert.ok(error instanceof bunsen.BunsenError);
      assert.equal(error.kind, "file");
      assert.match(error.message, message);
      return true;
    };
    await assert.rejects(
      lab.start(`${LINK}&lr=0.5`, { runFile: kept.file }),
      wrong(/it is of the run model=lenet5&.*, not of model=/),
    );
    await assert.rejects(lab.start(LINK, { runFile: "{" }), wrong(/it is cut short/));
    assert.throws(
      () => lab.readRunFile(kept.file.replace('"steps": 40', '"steps": 39')),
      wrong(/its trace has 40 losses/),
    );
  });

  test("asking costs less than 1 % of a step, asked after each", async (context) => {
    const run = await lab.start(kept.link);
    const times = { step: Infinity, verdict: Infinity };
    for (let step = 0; step < 20; step++) {
      const began = performance.now();
      await run.step(1);
      const between = performance.now();
      for (let i = 0; i < 20; i++) run.verdict();
      const ended = performance.now();
      // The best of all: others use the machine too.
      times.step = Math.min(times.step, between - began);
      times.verdict = Math.min(times.verdict, (ended - between) / 20);
    }
    run.free();
    context.diagnostic(`a step of 16 images ${times.step.toFixed(2)} ms, a verdict ${times.verdict.toFixed(4)} ms`);
    assert.ok(times.verdict < 0.01 * times.step, `${times.verdict} ms of ${times.step} ms`);
  });

  test("asking while the run is at work is refused", async () => {
    const run = await lab.start(LINK);
    const step = run.step(1);
    assert.throws(() => run.verdict(), /The run is at work/);
    await step;
    run.free();
  });
});
