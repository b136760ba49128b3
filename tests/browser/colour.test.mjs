// @ts-check
// Images in three channels: the parts of the page that show images, given made-up ones.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

describe("images in colour", () => {
  const site = startSite();
  /** @type {Bench} */ let bench;
  before(async () => {
    const { context } = await visitor(site.browser, { colorScheme: "dark" });
    bench = new Bench(await context.newPage(), site.server.url);
    await bench.open();
    // Two images of 2×3: planes of red, green and blue, all numbers different.
    await bench.page.evaluate(async () => {
      const app = /** @type {any} */ (document.querySelector("bench-app"));
      const image = (/** @type {number} */ start) => Uint8Array.from({ length: 18 }, (_, at) => start + 10 * at);
      const info = {
        name: "made-up",
        title: "Made up",
        digest: "made-up",
        train: 2,
        test: 1,
        classes: ["cat", "ship"],
        channels: 3,
        height: 2,
        width: 3,
      };
      const examples = [
        { pixels: image(1), label: 1 },
        { pixels: image(5), label: 0 },
      ];
      // A bench with a state of its own, which a run on these images is prepared in, and no worker.
      const state = new app.bench.state.constructor();
      state.change(() => {
        const { run, recipe, data } = state.stores;
        run.dispatch({ type: "choose" });
        run.dispatch({ type: "prepared", prepared: { steps: 1, epochs: 1 } });
        recipe.update({ parsed: { ...app.bench.state.recipe.parsed, values: { data: "made-up" } } });
        data.update({ info, examples });
      });
      /** @type {(Float32Array | null)[]} */
      const given = [];
      const bare = {
        state,
        connection: { request: async () => examples[0], requestOrThrow: async () => examples[0] },
        subscriptions: {
          try(/** @type {Float32Array | null} */ picture) {
            given.push(picture);
            const { inspection } = state.stores;
            inspection.set({ ...inspection.current, picture, example: null });
          },
          watch(/** @type {{ pixels: Uint8Array } | null} */ example) {
            given.push(example && Float32Array.from(example.pixels, (value) => value / 255));
            const { inspection } = state.stores;
            inspection.set({ ...inspection.current, picture: null, example });
          },
          showMaps() {},
        },
      };
      for (const name of ["data-panel", "stage-panel"]) {
        const element = /** @type {any} */ (document.createElement(name));
        Object.assign(element, { id: name, bench: bare });
        document.body.append(element);
        await element.updateComplete;
      }
      Object.assign(globalThis, { given });
    });
  });

  /**
   * The pixels of a picture, four numbers each, and the filter that it is shown through.
   * @param {import("playwright-core").Locator} picture
   */
  const shown = (picture) =>
    picture.evaluate((element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element);
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, 3, 2);
      return { pixels: Array.from(data), filter: getComputedStyle(canvas).filter };
    });

  test("are shown in their colours, the same on a dark page", async () => {
    const panel = bench.page.locator("#data-panel");
    const { pixels, filter } = await shown(panel.getByRole("img", { name: "Example of ship" }));
    assert.deepEqual(pixels.slice(0, 8), [1, 61, 121, 255, 11, 71, 131, 255]);
    assert.deepEqual(pixels.slice(-4), [51, 111, 171, 255]);
    assert.equal(filter, "none");
    await panel.getByRole("img", { name: "Example of cat" }).waitFor();
  });

  test("are not drawn with a pen: a test image stands there", async () => {
    const panel = bench.page.locator("#stage-panel");
    await panel.getByRole("img", { name: "The test image" }).waitFor();
    assert.equal(await panel.getByRole("img", { name: /^Drawing pad/ }).count(), 0);
    await panel.getByRole("button", { name: "Next image" }).click();
    const { pixels } = await shown(panel.getByRole("img", { name: "The test image" }));
    assert.deepEqual(pixels.slice(0, 4), [1, 61, 121, 255]);
    await panel.getByText("Test image: ship").waitFor();
    const given = await bench.page.evaluate(() => {
      const all = /** @type {any} */ (globalThis).given;
      return Array.from(all.at(-1), (/** @type {number} */ value) => Math.round(255 * value));
    });
    assert.deepEqual(given.slice(0, 3), [1, 11, 21]);
    assert.equal(given.length, 18);

    await panel.getByRole("button", { name: "Clear" }).click();
    assert.equal(await panel.getByRole("img", { name: "The test image" }).count(), 0);
    assert.deepEqual(bench.complaints, []);
  });
});
