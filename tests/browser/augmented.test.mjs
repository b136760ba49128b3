// @ts-check
// What augmentation makes of training images, on the page before anything trains.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

describe("training images as the run sees them", () => {
  const site = startSite();
  /** @type {Bench} */ let bench;
  before(async () => {
    const { context } = await visitor(site.browser);
    bench = new Bench(await context.newPage(), site.server.url);
  });

  /** The pixels of the pictures with such a name. @param {RegExp} name */
  const pictures = (name) =>
    bench.page.getByRole("img", { name }).evaluateAll((elements) =>
      elements.map((element) => {
        const canvas = /** @type {HTMLCanvasElement} */ (element);
        const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, 28, 28);
        return data.join();
      }),
    );

  test("are shown before it trains, and anew when the augmentation is another one", async () => {
    await bench.open("model=lenet5&data=digits&subset=600&epochs=4&aug=rotate&seed=7");
    await bench.page.getByText("framed as they are, then as epochs 1 to 4 show them (Rotation; seed 7).").waitFor();
    const list = bench.page.getByRole("list", { name: "Training images and what augmentation makes of them" });
    assert.equal(await list.getByRole("listitem").count(), 4);
    const originals = await pictures(/^Training image of \d, as it is$/);
    const second = await pictures(/^The same image of \d, as epoch 2 shows it$/);
    const first = await pictures(/^The same image of \d, as epoch 1 shows it$/);
    assert.deepEqual([originals.length, first.length], [4, 4]);
    for (const [at, original] of originals.entries()) {
      assert.notEqual(first[at], original);
      assert.notEqual(first[at], second[at]);
    }
    await bench.open("model=lenet5&data=digits&subset=600&epochs=4&aug=shift,cutout&seed=7");
    await bench.page.getByText("as epochs 1 to 4 show them (Shift, Cutout; seed 7)").waitFor();
    assert.deepEqual(await pictures(/^Training image of \d, as it is$/), originals, "the same images");
    assert.notDeepEqual(await pictures(/^The same image of \d, as epoch 1 shows it$/), first);
    await bench.page
      .getByText(
        "Pixels, from 0 to 1, are centred on the mean in MNIST's training images (0.1307) and divided by their standard deviation (0.3081).",
      )
      .waitFor();
    assert.equal((await bench.progress()).done, 0);
    assert.deepEqual(bench.complaints, []);
  });

  test("are said to be as they are where there is no augmentation", async () => {
    await bench.open("model=lenet5-1998&data=digits&subset=600&epochs=4");
    await bench.page.getByText("There is no augmentation: each epoch shows the images as they are.").waitFor();
    await bench.page.getByText("This network scales pixels in its paper's own way.").waitFor();
    assert.equal(await bench.page.getByRole("list", { name: /augmentation/ }).count(), 0);
  });
});
