// @ts-check
// From overview to number: a layer opened under the stage, and each of its values taken apart in the network's own numbers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";
import { panelOf } from "./support/try.mjs";
import { until } from "./support/until.mjs";

/** @typedef {import("playwright-core").Locator} Locator */
/** @typedef {{ shape: number[], values: Float32Array }} Numbers */

const LINK = "model=lenet5&data=digits&subset=600&steps=40&test=100&seed=3";
const STEPS = 40;

/** A number as it is read. @param {string} text */
const numberIn = (text) => Number(text.replaceAll("−", "-").replaceAll(",", ""));

/** Whether a number that was written with four digits is that one. @param {number} read @param {number} value */
const isRead = (read, value) => Math.abs(read - value) <= 6e-4 * Math.abs(value) + 1e-6;

describe("from overview to number", { timeout: 300_000 }, () => {
  const site = startSite();
  /** The same run under Node: its image, and what each layer makes of that. */
  const expected =
    /** @type {{ lab: any, run: any, pixels: Float32Array, state: Map<string, Numbers>, maps: Numbers[] }} */ ({});

  before(async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab();
    const run = await lab.start(LINK);
    await run.step(STEPS);
    const [{ pixels: bytes }] = run.examples("test", 0, 1);
    const pixels = Float32Array.from(bytes, (/** @type {number} */ value) => value / 255);
    const { activations } = await run.forward(
      pixels,
      Array.from({ length: 11 }, (_, at) => at),
    );
    Object.assign(expected, { lab, run, pixels, state: await run.stateDict(), maps: activations });
  });
  after(() => expected.lab.close());

  /** @param {string} link @param {(bench: Bench, stage: Locator) => Promise<void>} use @param {object} [options] */
  async function visit(link, use, options = {}) {
    const { context } = await visitor(site.browser, {
      viewport: { width: 1280, height: 900 },
      // The first test image stays.
      reducedMotion: "reduce",
      ...options,
    });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    const stage = panelOf(bench.page);
    await stage.getByText("Not trained yet: all weights are random.").waitFor({ timeout: 60_000 });
    await use(bench, stage);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  /** @param {Bench} bench */
  async function train(bench) {
    await bench.button("Train").click();
    await bench.finalAccuracy(STEPS, { timeout: 60_000 });
  }

  /** @param {Locator} stage @param {string} name */
  const column = (stage, name) =>
    stage.getByRole("list", { name: "Layers" }).getByRole("button").filter({ hasText: name }).first();
  /** @param {Bench} bench */
  const drawer = ({ page }) => page.getByRole("region", { name: "Layer", exact: true });
  /** Moves to another layer of the drawer. @param {Bench} bench @param {string} name */
  const choose = (bench, name) => drawer(bench).getByRole("radio").filter({ hasText: name }).first().click();
  /** @param {Bench} bench @param {string} name */
  const heading = (bench, name) => drawer(bench).getByRole("heading", { level: 2, name, exact: true }).waitFor();

  /** Which value is taken apart: its place, counted from 1, and what it is said to be. @param {Bench} bench */
  async function value(bench) {
    const text = (await drawer(bench).getByRole("status", { name: "Value" }).innerText()).replaceAll(/\s+/g, " ");
    const [, map, row = "1", column = "1", number] =
      /^[A-Za-z]* ?(\d+)(?:, row (\d+), column (\d+))?: (−?[\d.e-]+)\./.exec(`${text}.`.replace(/\. It sees.*/, ".")) ??
      [];
    assert.ok(number !== undefined && map !== undefined, text);
    return {
      map: Number(map),
      row: Number(row),
      column: Number(column),
      number: numberIn(number.replace(/\.$/, "")),
      text,
    };
  }

  /** The steps as texts. @param {Bench} bench */
  const steps = async (bench) =>
    (
      await drawer(bench)
        .getByRole("list", { name: "How this value comes about" })
        .getByRole("listitem")
        .allInnerTexts()
    ).map((text) => text.replaceAll(/\s+/g, " "));

  /** A convolution's value, computed here. @param {string} name @param {Numbers} input @param {number} padding @param {number[]} at */
  function convolved(
    name,
    { shape: [channels = 0, rows = 0, columns = 0], values },
    padding,
    [map = 0, row = 0, column = 0],
  ) {
    const { shape, values: weight } = /** @type {Numbers} */ (expected.state.get(`${name}.weight`));
    const [, , height = 0, width = 0] = shape;
    let sum = expected.state.get(`${name}.bias`)?.values[map] ?? 0;
    for (let channel = 0; channel < channels; channel++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [top, left] = [row - padding + y, column - padding + x];
          if (top < 0 || left < 0 || top >= rows || left >= columns) continue;
          sum +=
            (values[(channel * rows + top) * columns + left] ?? NaN) *
            (weight[((map * channels + channel) * height + y) * width + x] ?? NaN);
        }
    return sum;
  }

  /** The terms of a line "0.5 − 0.2 (the other 3 channels) + 0.1 (bias) = 0.4", and what they make. @param {string} line */
  function termsOf(line) {
    const [sum = "", ...rest] = line.split("=").slice(-2);
    const numbers = [...sum.replaceAll(/\([^)]*\)/g, "").matchAll(/([−+])?\s*(−?\d[\d,.]*(?:e-?\d+)?)/g)];
    return {
      terms: numbers.map(([, sign, number = ""]) => (sign === "−" ? -1 : 1) * numberIn(number)),
      result: numberIn(rest[0] ?? ""),
    };
  }

  test("a layer opens under the stage, with the focus, and Escape and the button close it", () =>
    visit(LINK, async (bench, stage) => {
      const { page } = bench;
      assert.equal(await drawer(bench).count(), 0);
      await column(stage, "Convolution 2").focus();
      await page.keyboard.press("Enter");
      await heading(bench, "Convolution 2 after ReLU");
      const focused = () =>
        page.evaluate(() => {
          let active = document.activeElement;
          while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
          return active?.textContent?.replaceAll(/\s+/g, " ").trim();
        });
      await until(focused, (now) => now === "Convolution 2 after ReLU", { what: "the focus in the drawer" });
      // Under the stage, and part of that still in view.
      const [above, below] = [await stage.boundingBox(), await drawer(bench).boundingBox()];
      assert.ok(above && below && below.y >= above.y + above.height, "below the stage");
      assert.ok(below.y > 100 && below.y < 700, `it begins at ${below.y}`);
      await page.keyboard.press("Escape");
      await drawer(bench).waitFor({ state: "hidden" });
      assert.match((await focused()) ?? "", /^Convolution 2/);
      await page.keyboard.press("Enter");
      await heading(bench, "Convolution 2 after ReLU");
      await drawer(bench).getByRole("button", { name: "Close", exact: true }).click();
      await drawer(bench).waitFor({ state: "hidden" });
      assert.match((await focused()) ?? "", /^Convolution 2/);
    }));

  test("a convolution's value is the sum of patch times filter, as it is computed here", () =>
    visit(LINK, async (bench, stage) => {
      await train(bench);
      await column(stage, "Convolution 1").click();
      await choose(bench, "Convolution 2");
      await heading(bench, "Convolution 2");
      const map = drawer(bench).getByRole("application", { name: /^Map 1, large/ });
      await map.focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await bench.page.keyboard.press(key);
      const { map: number, row, column: at, number: read, text } = await value(bench);
      assert.deepEqual([number, row, at], [1, 8, 7], text);
      const input = /** @type {Numbers} */ (expected.maps[2]);
      const own = convolved("conv2", input, 0, [0, 7, 6]);
      assert.ok(isRead(read, own), `${read} against ${own}`);
      const line = (
        await drawer(bench)
          .getByText(/\(bias\)/)
          .innerText()
      ).replaceAll(/\s+/g, " ");
      const { terms, result } = termsOf(line);
      assert.equal(result, read, "the sum is the map's value");
      // Three channels, all others, the bias.
      assert.equal(terms.length, 5, line);
      const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
      assert.ok(Math.abs(terms.reduce((sum, term) => sum + term, 0) - read) < 5e-4 * size, line);
      // The patch is the one that the filter lies on.
      const patch = drawer(bench)
        .getByRole("table", { name: /^Patch, channel/ })
        .first();
      const channel = Number(/\d+/.exec((await patch.locator("caption").innerText()) ?? "")?.[0]) - 1;
      const titles = await patch
        .getByRole("cell")
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("title")));
      assert.equal(titles.length, 25);
      for (const [index, title] of titles.entries()) {
        const place = (channel * 14 + 7 + Math.floor(index / 5)) * 14 + 6 + (index % 5);
        assert.ok(isRead(numberIn(title ?? ""), input.values[place] ?? NaN), `${title} at ${index}`);
      }
      // After the activation function its step comes last, and a tile's filter is marked with it.
      await choose(bench, "Convolution 2 after ReLU");
      await heading(bench, "Convolution 2 after ReLU");
      const after = await steps(bench);
      assert.equal(after.length, 2);
      assert.match(after[1] ?? "", asRead(/^ReLU\(−?[\d.e-]+\) = [\d.e-]+$/));
      await drawer(bench)
        .getByRole("img", { name: /^Convolution 2: what each of 16 filters does/ })
        .waitFor();
    }));

  test("pooling, a unit and softmax say their numbers", () =>
    visit(LINK, async (bench, stage) => {
      await train(bench);
      await column(stage, "Pooling 1").click();
      await heading(bench, "Pooling 1");
      const pooled = await value(bench);
      const place = ((pooled.map - 1) * 14 + pooled.row - 1) * 14 + pooled.column - 1;
      assert.ok(isRead(pooled.number, expected.maps[2]?.values[place] ?? NaN), pooled.text);
      assert.match((await steps(bench))[0] ?? "", /The greatest of 4 numbers = /);

      await bench.button("Softmax in numbers").click();
      await heading(bench, "Linear 3");
      const logits = /** @type {Numbers} */ (expected.maps[10]).values;
      const status = drawer(bench).getByRole("status", { name: "Value" });
      // Units are called by their classes; the digit 0 is the first.
      await status.filter({ hasText: /^\s*0:/ }).waitFor();
      assert.match((await status.innerText()).trim(), /It sees all of the image\.$/);
      const [sum = ""] = await steps(bench);
      const [, last = ""] = /Sum (−?[\d.,e-]+)$/.exec(sum) ?? [];
      assert.ok(isRead(numberIn(last), logits[0] ?? NaN), `${sum} against ${logits[0]}`);
      const table = drawer(bench).getByRole("table", { name: "Softmax of Linear 3" });
      const rows = (await table.getByRole("row").allInnerTexts()).map((text) => text.split(/\s+/).filter(Boolean));
      assert.equal(rows.length, 12);
      const powers = Array.from(logits, (logit) => Math.exp(logit));
      const total = powers.reduce((all, power) => all + power, 0);
      for (const [at, power] of powers.entries()) {
        const [, logit = "", read = "", share = ""] = rows[at + 1] ?? [];
        assert.ok(isRead(numberIn(logit), logits[at] ?? NaN), `logit ${logit}`);
        assert.ok(isRead(numberIn(read), power), `${read} against ${power}`);
        assert.ok(Math.abs(numberIn(share) - (100 * power) / total) <= 0.06, share);
      }
      assert.ok(isRead(numberIn(rows[11]?.[1] ?? ""), total));
    }));

  test("what a value sees is outlined: nothing else of the image changes it", () =>
    visit(LINK, async (bench, stage) => {
      await train(bench);
      const canvas = column(stage, "Convolution 2").locator("canvas");
      const box = await canvas.boundingBox();
      assert.ok(box);
      await bench.page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.06);
      const caption = stage.getByText(/^Convolution 2, map \d+, row \d+, column \d+: .* It sees rows/);
      await caption.waitFor();
      const [map = 0, row = 0, at = 0, top = 0, bottom = 0, left = 0, right = 0] = (
        /map (\d+), row (\d+), column (\d+):.*rows (\d+) to (\d+), columns (\d+) to (\d+)/.exec(
          await caption.innerText(),
        ) ?? []
      )
        .slice(1)
        .map((text) => Number(text) - 1);
      const seen = async (/** @type {(y: number, x: number) => boolean} */ isChanged) => {
        const pixels = expected.pixels.map((value, index) =>
          isChanged(Math.floor(index / 28), index % 28) ? 1 - value : value,
        );
        const { values } = await expected.run.activations(pixels, 3);
        return values[(map * 10 + row) * 10 + at];
      };
      const isInside = (/** @type {number} */ y, /** @type {number} */ x) =>
        y >= top && y <= bottom && x >= left && x <= right;
      const own = await seen(() => false);
      assert.equal(await seen((y, x) => !isInside(y, x)), own, "nothing outside of it matters");
      assert.notEqual(await seen(isInside), own);
      // The frame stands over what the network sees, in its place.
      const frame = await stage.locator(".network-input .field").boundingBox();
      const image = await stage.getByRole("img", { name: "What the network sees", exact: true }).boundingBox();
      assert.ok(frame && image);
      assert.ok(Math.abs(frame.x - image.x - (left * image.width) / 28) < 2, "its left edge");
      assert.ok(Math.abs(frame.height - ((bottom - top + 1) * image.height) / 28) < 3, "its height");
      // A press opens the layer at that very value.
      await bench.page.mouse.down();
      await bench.page.mouse.up();
      await heading(bench, "Convolution 2 after ReLU");
      const opened = await value(bench);
      assert.deepEqual([opened.map, opened.row, opened.column], [map + 1, row + 1, at + 1]);
    }));

  test("a finger opens a layer and moves the pixel", () =>
    visit(
      LINK,
      async (bench, stage) => {
        await column(stage, "Convolution 1").tap();
        await heading(bench, "Convolution 1 after ReLU");
        const map = drawer(bench).getByRole("img", { name: /^Map \d+, large/ });
        await map.scrollIntoViewIfNeeded();
        const box = await map.boundingBox();
        assert.ok(box);
        await bench.page.touchscreen.tap(box.x + (box.width * 3.5) / 28, box.y + (box.height * 20.5) / 28);
        const { row, column: at } = await value(bench);
        assert.deepEqual([row, at], [21, 4]);
        const width = await bench.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 360, `the page is ${width} px wide`);
        await drawer(bench).getByRole("button", { name: "Close", exact: true }).tap();
        await drawer(bench).waitFor({ state: "hidden" });
      },
      { viewport: { width: 360, height: 740 }, hasTouch: true },
    ));

  test("each picture has a bar with numbers, and attention has its own", () =>
    visit("model=vit&data=digits&subset=64&test=64&batch=16&steps=3", async (bench, stage) => {
      const bars = stage.getByRole("list", { name: "Layers" }).getByRole("img", { name: /^Colours: / });
      assert.equal(await bars.count(), await stage.getByRole("list", { name: "Layers" }).getByRole("button").count());
      await column(stage, "Block").click();
      await drawer(bench)
        .getByRole("heading", { level: 2, name: /^Block \d · sum 2$/ })
        .waitFor();
      await choose(bench, "Attention of block 1");
      await heading(bench, "Attention of block 1");
      const shares = drawer(bench).getByRole("img", { name: /^Colours: blue is [\d.]+; the least value is [\d.]+$/ });
      // The heads, one head large, and the rollout.
      assert.equal(await shares.count(), 3);
      await drawer(bench).getByText("softmax(q · k ÷ √d)", { exact: false }).waitFor();
      await choose(bench, "Block 1 · layer norm 1");
      await heading(bench, "Block 1 · layer norm 1");
      await drawer(bench).getByText("(x − mean) ÷ √(variance + ε)", { exact: false }).waitFor();
    }));

  test("what is not taken apart says so", () =>
    visit("model=lenet5-1998&data=digits&subset=64&test=64&steps=3", async (bench, stage) => {
      await column(stage, "Convolution 1").click();
      await drawer(bench).getByText("This layer’s values are not taken apart here.").waitFor();
    }));

  test("a network of 110 layers at 360 px: a sentence, and a strip to swipe", () =>
    visit(
      "model=resnet-110&data=digits&subset=64&epochs=1&test=64",
      async (bench, stage) => {
        await stage.getByText(/8 of 383 layers stand here for all of them\./).waitFor();
        const list = stage.getByRole("list", { name: "Layers" });
        await list.evaluate((element) => element.scrollIntoView({ block: "center" }));
        const left = () => list.evaluate((element) => element.scrollLeft);
        assert.equal(await left(), 0);
        const box = await list.boundingBox();
        assert.ok(box);
        const session = await bench.page.context().newCDPSession(bench.page);
        const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number[]} */ ...xs) =>
          session.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x) => ({ x, y: box.y + 60 })) });
        await touch("touchStart", box.x + 150);
        for (let moved = 10; moved <= 120; moved += 10) await touch("touchMove", box.x + 150 - moved);
        await touch("touchEnd");
        const [all, seen] = await list.evaluate((element) => [element.scrollWidth, element.clientWidth]);
        assert.ok(all > seen + 100, `${all} px in ${seen} px`);
        assert.ok((await left()) > 50, `swiped by ${await left()} px`);
        const width = await bench.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 360, `the page is ${width} px wide`);
      },
      { viewport: { width: 360, height: 740 }, hasTouch: true },
    ));
});
