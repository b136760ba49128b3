// @ts-check
// The panel of learning rate, gradients and speed: rate, gradient and speed over the steps, the batch as the network got it, and what starts a new run.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { bytesOf } from "./support/canvas.mjs";
import { until } from "./support/until.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5&data=digits&subset=640&batch=16&steps=60&seed=3&schedule=cosine&aug=shift";

/** What the module says of the run under Node, when nobody looks at it. */
async function expected() {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  const run = await lab.start(LINK);
  const unseen = await lab.start(LINK);
  const reports = await run.step(30);
  const batches = [1, 30, 60].map((step) => run.batch(step));
  assert.deepEqual(run.batch(61), []);
  assert.deepEqual(run.batch(0), []);
  reports.push(...(await run.step(30)));
  await unseen.step(60);
  const found = { reports, batches, check: await run.check(), unseen: await unseen.check() };
  lab.close();
  return found;
}

describe("the training itself", () => {
  const site = startSite();
  /** @type {Awaited<ReturnType<typeof expected>>} */ let module;
  before(async () => {
    module = await expected();
  });

  async function visit() {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    return { context, bench, panel: bench.page.getByRole("region", { name: "Learning rate, gradients, speed" }) };
  }

  test("the module gives batches and the gradient's norm, and asking changes no bit", () => {
    assert.equal(module.check, module.unseen);
    for (const batch of module.batches) {
      assert.equal(batch.length, 16);
      assert.ok(
        batch.every(
          (/** @type {{ pixels: Uint8Array, label: number }} */ { pixels, label }) =>
            pixels.length === 28 * 28 && label < 10,
        ),
      );
    }
    assert.notDeepEqual(module.batches[0], module.batches[1]);
    for (const { gradientNorm } of module.reports) assert.ok(gradientNorm > 0 && Number.isFinite(gradientNorm));
  });

  test(
    "with every panel open, a checked link gives the same run, and the pictures say what was reported",
    { timeout: 120_000 },
    async () => {
      const { context, bench, panel } = await visit();
      await bench.open(`${LINK}&check=${module.check}`);
      for (const summary of ["Learning rate, gradients, speed", "What it gets wrong", "See the batch"]) {
        await bench.page.getByText(summary, { exact: true }).click();
      }
      await bench.compare();
      await bench.button("Train").click();
      await bench.finalAccuracy(60, { timeout: 90_000 });
      await bench.assertSameRun();
      const three = (/** @type {number} */ value) =>
        value < 1e-4
          ? Number(value.toPrecision(3)).toExponential()
          : value.toLocaleString("en", { maximumSignificantDigits: 3 });
      const [first, last] = [module.reports[0], module.reports[59]];
      for (const [name, key] of /** @type {const} */ ([
        ["Learning rate", "learningRate"],
        ["Gradient norm", "gradientNorm"],
      ])) {
        const words = `${name} against the step: ${three(first[key])} at first, ${three(last[key])} at step 60`;
        await panel.getByRole("img", { name: words }).waitFor();
      }
      await panel.getByRole("img", { name: /^Images per second against the step: \d/ }).waitFor();
      const limits = await bench.status("What limits it").innerText();
      assert.match(
        limits,
        /^Computed by CPU, .*\. A batch is cut into 4 parts, so that up to 4 threads can share it; \d+ of them (is|are) at work\. A step of 16 images takes [\d.]+ ms\.$/,
      );
      assert.deepEqual(bench.complaints, []);
      await context.close();
    },
  );

  test("a batch is trained by Step and seen as the network got it", { timeout: 60_000 }, async () => {
    const { context, bench, panel } = await visit();
    await bench.open(LINK);
    await bench.page.getByText("Learning rate, gradients, speed", { exact: true }).click();
    await bench.page.getByText("See the batch", { exact: true }).click();
    await bench
      .status("Batch")
      .filter({ hasText: asRead(/^The batch of step 1, which is trained first: its 16 images/) })
      .waitFor();
    await bench.button("Step").click();
    await bench
      .status("Batch")
      .filter({ hasText: asRead(/^The batch of step 1, which was trained last.*as the network gets them, augmented/) })
      .waitFor();
    const pictures = panel.getByRole("list", { name: "Images of the batch" }).getByRole("img");
    const labels = await pictures.evaluateAll((all) =>
      all.map((one) => Number(/of (\d)$/.exec(one.getAttribute("aria-label") ?? "")?.[1])),
    );
    assert.deepEqual(
      labels,
      module.batches[0].map((/** @type {{ label: number }} */ { label }) => label),
    );
    assert.deepEqual(await bytesOf(pictures.first()), [...module.batches[0][0].pixels]);
    await bench.button("Step").click();
    await bench
      .status("Batch")
      .filter({ hasText: asRead(/^The batch of step 2/) })
      .waitFor();
    await context.close();
  });

  test(
    "in mid-run no control changes the recipe; paused, a changed setting waits for Train again, which trains a new network",
    { timeout: 90_000 },
    async () => {
      const { context, bench } = await visit();
      await bench.open(LINK.replace("steps=60", "steps=5000"));
      await bench.page.getByText("All settings").click();
      const rate = bench.page.getByRole("textbox", { name: "Learning rate", exact: true });
      await bench.button("Train").click();
      await bench.reach(5);
      await bench.openMore();
      for (const name of ["Network", "Data", "Engine"]) assert.ok(await bench.choice(name).isDisabled(), name);
      await bench.closeMore();
      assert.ok(await rate.isDisabled());
      await bench.page.getByText("Settings are fixed while it trains. Pause to change them.").waitFor();
      await bench.button("Pause").click();
      await bench
        .status("Recipe")
        .filter({ hasText: /^Paused: Go on or Step trains this run further\. Changed settings wait for Train again; / })
        .waitFor();
      const { done } = await bench.progress();
      await rate.fill("0.001");
      await rate.press("Enter");
      await bench.page.waitForURL(/lr=0\.001/);
      await bench.page
        .getByText("Train again trains a new network with these settings. The trained one stays until then.")
        .waitFor();
      assert.equal((await bench.progress()).done, done, "the trained network stays");
      await bench.button("Train again").click();
      await until(
        () => bench.progress(),
        (now) => now.done < done,
        { what: "the new run" },
      );
      await bench.button("Pause").click();
      await bench.button("Go on").waitFor();
      assert.match(bench.link, /lr=0\.001/);
      await bench.compare();
      const listed = bench.page.getByRole("checkbox", { name: /^Show [AB], learning rate 0\.00\d+$/ });
      await until(
        () => listed.count(),
        (count) => count === 2,
        { what: "both runs in the list" },
      );
      await context.close();
    },
  );
});
