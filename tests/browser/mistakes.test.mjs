// @ts-check
// What the network gets wrong, on the page: it is what the module says of the same run, and looking changes nothing.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { bytesOf } from "./support/canvas.mjs";
import { Bench } from "./support/page.mjs";
import { ON_SOFTWARE_GPU, unlessLong } from "./support/long.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5&data=digits&subset=2000&steps=60&seed=3";
/** Shorter: a software adapter takes its time. */
const GPU_LINK = "model=lenet5&data=digits&subset=2000&steps=20&batch=16&seed=3";
const CLASSES = 10;

/** The run's answers under Node, and its check. */
async function expected() {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  const run = await lab.start(LINK);
  assert.equal(run.predictions(), undefined, "nothing was scored yet");
  await run.step(60);
  const score = await run.evaluate();
  const { step, truth, logits } = run.predictions();
  const found = { score, step, truth: [...truth], logits: [...logits], check: await run.check() };
  lab.close();
  return found;
}

describe("what it gets wrong", () => {
  const site = startSite({ gpu: true });
  /** @type {Awaited<ReturnType<typeof expected>>} */ let module;
  before(async () => {
    module = await expected();
  });

  test("the module gives the class scores that the score was taken from", () => {
    const { score, step, truth, logits } = module;
    assert.equal(step, 60);
    assert.equal(truth.length, score.examples);
    assert.equal(logits.length, CLASSES * score.examples);
    const guesses = truth.map((_, i) => {
      const scores = logits.slice(i * CLASSES, (i + 1) * CLASSES);
      return scores.indexOf(Math.max(...scores));
    });
    const confusion = Array.from({ length: CLASSES }, () => new Array(CLASSES).fill(0));
    truth.forEach((label, i) => confusion[label][/** @type {number} */ (guesses[i])]++);
    assert.deepEqual(confusion, score.confusion);
  });

  for (const engine of ["cpu", "gpu"]) {
    test(
      `shows matrix, calibration and the worst mistakes on the ${engine.toUpperCase()} engine`,
      { skip: engine === "gpu" && (noGpuBuild || unlessLong(ON_SOFTWARE_GPU)), timeout: 240_000 },
      async () => {
        const { context } = await visitor(site.browser);
        const bench = new Bench(await context.newPage(), site.server.url);
        // The link says what the run must come to: looking changes nothing.
        await bench.open(engine === "gpu" ? GPU_LINK : `${LINK}&check=${module.check}`);
        const steps = engine === "gpu" ? 20 : 60;
        const { page } = bench;
        if (engine === "gpu") await bench.chooseEngine("GPU");
        await page.getByText("What it gets wrong").click();
        const panel = page.getByRole("region", { name: "What it gets wrong" });
        await panel.getByText(asRead(/Shown once the network has been scored/)).waitFor();
        await bench.button("Train").click();
        await bench.finalAccuracy(steps, { timeout: 200_000 });
        const status = panel.getByRole("status", { name: "Mistakes" });
        await status.filter({ hasText: `After step ${steps}` }).waitFor();

        const cells = await panel
          .getByRole("button", { name: /taken for/ })
          .evaluateAll((all) => all.map((cell) => cell.getAttribute("aria-label")));
        const shown = Array.from({ length: CLASSES }, () => new Array(CLASSES).fill(0));
        for (const label of cells) {
          const [, truth, guess, many] = /^(\d) taken for (\d|what it is): ([\d,]+)$/.exec(label ?? "") ?? [];
          assert.ok(truth !== undefined && guess !== undefined && many !== undefined, String(label));
          shown[Number(truth)][guess === "what it is" ? Number(truth) : Number(guess)] = Number(
            many.replaceAll(",", ""),
          );
        }
        const wrong = shown
          .flatMap((row, truth) => row.filter((_, guess) => guess !== truth))
          .reduce((sum, many) => sum + many, 0);
        assert.match(await status.innerText(), new RegExp(`${wrong.toLocaleString("en")} of 2,000 test images wrong`));
        assert.equal(
          shown.flat().reduce((sum, many) => sum + many, 0),
          2_000,
        );
        // On the CPU engine the page's run is the module's, bit for bit.
        if (engine === "cpu") assert.deepEqual(shown, module.score.confusion);

        const gallery = panel.getByRole("list", { name: "The worst mistakes" });
        assert.equal(await gallery.getByRole("listitem").count(), Math.min(24, wrong));
        await panel.getByRole("img", { name: /^Reliability diagram/ }).waitFor();
        await panel.getByText(asRead(/expected calibration error/)).waitFor();

        // A number opens its images.
        const worst = shown
          .flatMap((row, truth) => row.map((many, guess) => ({ truth, guess, many })))
          .filter(({ truth, guess }) => truth !== guess);
        const { truth, guess, many } = worst.sort((a, b) => b.many - a.many)[0] ?? { truth: 0, guess: 0, many: 0 };
        const cell = panel.getByRole("button", { name: `${truth} taken for ${guess}: ${many.toLocaleString("en")}` });
        await cell.click();
        assert.equal(await cell.getAttribute("aria-pressed"), "true");
        const chosen = panel.getByRole("list", { name: `${truth} taken for ${guess}` });
        assert.equal(await chosen.getByRole("listitem").count(), Math.min(24, many));
        await chosen
          .getByRole("img", { name: new RegExp(`: ${truth}$`) })
          .first()
          .waitFor();
        // The picture is there, not only its place.
        const ink = await bytesOf(chosen.getByRole("img").first());
        assert.ok(ink.some((value) => value > 0));
        await bench.button("Show the worst mistakes").click();
        await gallery.waitFor();
        if (engine === "cpu") await bench.assertSameRun();
        assert.deepEqual(bench.complaints, []);
        await context.close();
      },
    );
  }
});
