// @ts-check
// Inside the network: what the module gives, that the page shows it, and that a run that is looked at stays the same run.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { ON_SOFTWARE_GPU, unlessLong } from "./support/long.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { bytesOf } from "./support/canvas.mjs";
import { until } from "./support/until.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5&data=digits&subset=2000&steps=60&seed=3";

/** @param {Float32Array} values */
const length = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** A run under Node. @param {string} link */
async function start(link) {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  return { lab, run: await lab.start(link) };
}

/** An image as the network takes it. @param {{ examples: Function }} run */
const pixelsOf = (run) =>
  Float32Array.from(run.examples("test", 0, 1)[0].pixels, (/** @type {number} */ value) => value / 255);

describe("the inside of a network, in the module", () => {
  test("a run that is looked at is the same run", async () => {
    const { lab, run } = await start(LINK);
    await run.step(60);
    const { lab: other, run: watched } = await start(LINK);
    const image = pixelsOf(watched);
    watched.recordGradientStatistics(true);
    for (let step = 0; step < 60; step += 10) {
      await watched.step(10);
      await watched.activations(image, 4);
      await watched.saliency(image, 3);
      assert.equal((await watched.gradientStatistics()).length, 10, "ten parameters");
    }
    assert.equal(await watched.check(), await run.check());
    lab.close();
    other.close();
  });

  test("layers give what their shapes say, and the last of them the answer", async () => {
    const { lab, run } = await start(LINK);
    const image = pixelsOf(run);
    const { layers } = lab.describe(LINK);
    const maps = await run.activations(image, 4);
    assert.deepEqual(layers[4].shape, [...maps.shape]);
    assert.ok(
      maps.values.every((/** @type {number} */ value) => value >= 0),
      "after ReLU nothing is below 0",
    );
    const { values: logits } = await run.activations(image, layers.length - 1);
    const powers = Array.from(logits, Math.exp);
    const sum = powers.reduce((all, one) => all + one, 0);
    const probabilities = await run.predict(image);
    powers.forEach((power, at) => assert.ok(Math.abs(power / sum - probabilities[at]) < 1e-5));
    lab.close();
  });

  test("evidence is the slope of the class's score", async () => {
    const { lab, run } = await start(LINK);
    await run.step(30);
    // On paper of one colour pooling has equals to choose from, and no slope.
    const image = pixelsOf(run).map((value, at) => 0.9 * value + 0.05 * (1 + Math.sin(1.7 * at)));
    const last = lab.describe(LINK).layers.length - 1;
    const evidence = await run.saliency(image, 5);
    const way = Float32Array.from(evidence, (value) => value / length(evidence));
    const moved = async (/** @type {number} */ by) =>
      (
        await run.activations(
          image.map((value, at) => value + by * (way[at] ?? 0)),
          last,
        )
      ).values[5];
    const slope = ((await moved(0.002)) - (await moved(-0.002))) / 0.004;
    assert.ok(Math.abs(slope / length(evidence) - 1) < 0.02, `${slope} against ${length(evidence)}`);
    lab.close();
  });

  test("an image of another size, a class and a layer that there are not", async () => {
    const { lab, run } = await start(LINK);
    await assert.rejects(
      run.activations(new Float32Array(3), 0),
      /^BunsenError: An image for this network has 784 numbers from 0 to 1 \(1×28×28\); these are 3\.$/,
    );
    await assert.rejects(run.saliency(pixelsOf(run), 10), /^BunsenError: There is no class 10 among 10\.$/);
    assert.equal(await run.activations(pixelsOf(run), 99), undefined);
    lab.close();
  });
});

/**
 * The rollout of a transformer without a class token, by the paper's formula: the mean over tokens of the product of
 * (mean of heads + identity) / 2 over the layers.
 * @param {{ shape: number[], values: Float32Array }[]} layers
 */
function rolledOut(layers) {
  const tokens = layers[0]?.shape[1] ?? 0;
  let share = new Array(tokens).fill(1 / tokens);
  for (const { shape, values } of [...layers].reverse()) {
    const [heads = 1] = shape;
    const mean = (/** @type {number} */ from, /** @type {number} */ to) =>
      Array.from({ length: heads }, (_, head) => values[(head * tokens + from) * tokens + to] ?? NaN).reduce(
        (a, b) => a + b,
      ) / heads;
    share = share.map((own, to) => 0.5 * own + 0.5 * share.reduce((sum, part, from) => sum + part * mean(from, to), 0));
  }
  return share;
}

describe("the inside of a network, on the page", () => {
  const site = startSite({ gpu: true });

  /** The drawer under the stage, with a layer in it. @param {Bench} bench @param {string} [name] of the layer */
  async function opened(bench, name = "Convolution 1") {
    const panel = await bench.openLayer();
    await panel
      .getByRole("radio")
      .filter({ hasText: new RegExp(`^\\s*${name}\\s*\\d`) })
      .click();
    return panel;
  }

  /** Whether a picture has more than one colour. @param {import("playwright-core").Locator} picture */
  const isDrawn = (picture) =>
    picture.evaluate((element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element);
      const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4) colours.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
      return colours.size > 1;
    });

  for (const engine of ["cpu", "gpu"]) {
    test(
      `shows layers while it trains on the ${engine.toUpperCase()} engine`,
      { skip: engine === "gpu" && (noGpuBuild || unlessLong(ON_SOFTWARE_GPU)), timeout: 240_000 },
      async () => {
        const { lab, run } = await start(LINK);
        await run.step(60);
        const check = await run.check();
        lab.close();
        const { context } = await visitor(site.browser);
        const bench = new Bench(await context.newPage(), site.server.url);
        await bench.open(`${LINK}&check=${check}`);
        if (engine === "gpu") await bench.chooseEngine("GPU");
        // On a GPU the network is built when it trains.
        const early = engine === "cpu" ? await opened(bench) : null;
        await bench.button("Train").click();
        const panel = early ?? (await opened(bench));
        await bench.finalAccuracy(60, { timeout: 200_000 });
        await panel.getByRole("status", { name: "Looked at" }).filter({ hasText: "After step 60" }).waitFor();

        assert.ok(
          await isDrawn(
            panel.getByRole("img", { name: "What Convolution 1 gives: 6 feature maps of 28×28", exact: true }),
          ),
        );
        assert.ok(await isDrawn(panel.getByRole("img", { name: "Convolution 1: 6 filters of 5×5", exact: true })));
        assert.ok(
          await isDrawn(panel.getByRole("img", { name: /^Input gradient of the score for \d, over the image$/ })),
        );
        await panel.getByRole("img", { name: /^Weight norm against the step/ }).waitFor();
        await panel.getByRole("img", { name: /^Update to weight against the step/ }).waitFor();

        // By the keyboard from layer to layer.
        const first = panel.getByRole("radio", { name: /^Convolution 1\b(?! after)/ });
        await first.focus();
        await bench.page.keyboard.press("ArrowRight");
        await panel.getByRole("radio", { name: /^Convolution 1 after ReLU/, checked: true }).waitFor();
        await panel
          .getByRole("status", { name: "Dead units" })
          .filter({ hasText: asRead(/of 6 stayed at 0 for each of 16 test images/) })
          .waitFor();
        await bench.page.keyboard.press("End");
        await panel.getByRole("img", { name: "What Linear 3 gives: 10 units" }).waitFor();
        await panel.getByRole("img", { name: "Linear 3: a matrix of 10×84 weights, a row for each output" }).waitFor();
        assert.equal(await panel.getByRole("table", { name: "Softmax of Linear 3" }).getByRole("row").count(), 12);

        // Another image, and the picture on the pad in its place.
        const image = panel.getByRole("img", { name: /^Test image: \d$/ });
        const before = await bytesOf(image, "ink");
        await bench.button("Next image").click();
        await until(
          async () => (await bytesOf(image, "ink")).join(),
          (now) => now !== before.join(),
          { what: "another image" },
        );
        await bench.draw();
        await panel.getByRole("img", { name: "Your picture" }).waitFor();
        if (engine === "cpu") await bench.assertSameRun();
        assert.deepEqual(bench.complaints, []);
        await context.close();
      },
    );
  }

  test("the norms of a run that nobody looked into are there afterwards", { timeout: 90_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.finalAccuracy(60);
    const panel = await opened(bench);
    for (const name of [/^Weight norm against the step: .+ at step 60,/, /^Update to weight against the step/]) {
      await panel.getByRole("img", { name }).waitFor();
    }
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("stays as high as it was while a new run gets ready", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    const panel = await opened(bench);
    const filters = panel.getByRole("img", { name: "Convolution 1: 6 filters of 5×5", exact: true });
    const picture = () => filters.evaluate((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
    await filters.waitFor();
    const before = await picture();
    const heights = await panel.evaluateHandle((element) => {
      const seen = { before: element.clientHeight, least: element.clientHeight };
      const look = () => {
        seen.least = Math.min(seen.least, element.clientHeight);
        requestAnimationFrame(look);
      };
      look();
      location.hash = location.hash.replace("seed=3", "seed=4");
      return seen;
    });
    await until(
      async () => ((await filters.count()) === 1 ? picture() : before),
      (now) => now !== before,
      { what: "the other network's filters" },
    );
    const seen = await heights.jsonValue();
    assert.ok(seen.least > 0.9 * seen.before, `${seen.least} of ${seen.before} pixels`);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("a click on the drawing opens that layer", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    await bench.page
      .getByRole("img", { name: /^LeNet-5: from an image/ })
      .locator("rect")
      .nth(3)
      .click();
    const panel = bench.page.getByRole("region", { name: "Layer", exact: true });
    await panel.getByRole("radio", { name: /^Convolution 2/, checked: true }).waitFor();
    await panel.getByRole("status", { name: "Looked at" }).filter({ hasText: "Not trained yet" }).waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("a transformer's attention, its rollout and its positions", { timeout: 120_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    const link = "model=vit&data=digits&subset=200&batch=16&steps=3";
    const { lab, run } = await start(link);
    const scores = lab
      .describe(link)
      .layers.flatMap((/** @type {{ kind: string }} */ { kind }, /** @type {number} */ at) =>
        kind === "attention" ? [at] : [],
      );
    const shares = [];
    for (const at of scores) shares.push(await run.activations(pixelsOf(run), at));
    const expected = rolledOut(shares);
    assert.ok(Math.abs(expected.reduce((a, b) => a + b) - 1) < 1e-5, "shares of a whole");
    lab.close();
    await bench.open(link);
    const panel = await opened(bench, "Attention of block 1");
    const said = (/** @type {number} */ value) => value.toLocaleString("en", { maximumSignificantDigits: 3 });
    await panel
      .getByText(
        `From ${said(Math.min(...expected))} to ${said(Math.max(...expected))}, ${said(1 / expected.length)} on average.`,
      )
      .waitFor();
    await panel
      .getByRole("img", {
        name: "Attention rollout over the image: how much of each place of the image reaches the tokens, on average, through all layers",
      })
      .waitFor();
    const heads = panel.getByRole("img", {
      name: "Attention: what all tokens, on average, looked at, in each of 4 heads",
    });
    assert.ok(await isDrawn(heads));
    await panel.getByRole("slider", { name: /^Attention of token/ }).fill("7");
    assert.ok(await isDrawn(panel.getByRole("img", { name: "Attention: what token 7 looked at, in each of 4 heads" })));
    await panel.getByRole("radio", { name: /^Positions/ }).click();
    assert.ok(
      await isDrawn(panel.getByRole("img", { name: /for each of 7×7 places, how alike its learned position is/ })),
    );
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});
