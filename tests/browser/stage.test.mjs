// @ts-check
// The stage: the network at work, before anything is pressed and while it learns.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { bytesOf } from "./support/canvas.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { panelOf } from "./support/try.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=600&epochs=40&test=100";

describe("the stage", () => {
  const site = startSite();

  /** @param {string} link @param {(bench: Bench, stage: import("playwright-core").Locator) => Promise<void>} use @param {object} [options] */
  async function visit(link, use, options = {}) {
    const { context } = await visitor(site.browser, { viewport: { width: 1280, height: 720 }, ...options });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await use(bench, panelOf(bench.page));
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  /** @param {import("playwright-core").Locator} stage */
  const columns = (stage) => stage.getByRole("list", { name: "Layers" }).getByRole("button");
  /** What is drawn of a column. @param {import("playwright-core").Locator} stage @param {string} name */
  const drawn = (stage, name) => bytesOf(columns(stage).filter({ hasText: name }).locator("canvas"), "colour");
  /** The image that the network sees. @param {import("playwright-core").Locator} stage */
  const seen = async (stage) =>
    (await bytesOf(stage.getByRole("img", { name: "What the network sees", exact: true }), "ink")).join();

  test("shows a test image, its maps and a guess before anything is pressed", { timeout: 60_000 }, () =>
    visit(LINK, async ({ page }, stage) => {
      await stage.getByText("Not trained yet: all weights are random.").waitFor();
      await page
        .getByRole("status", { name: "Guess" })
        .filter({ hasText: asRead(/^\d Not trained yet: a guess (✓ Right|✗ Wrong: it is \d)$/) })
        .waitFor();
      await stage.getByText(/^Test image: \d$/).waitFor();
      const titles = (await columns(stage).allInnerTexts()).map(
        (text) => text.split(/\s*\n\s*| (?=\d+ (?:maps|units))/)[0],
      );
      assert.deepEqual(titles, ["Convolution 1", "Pooling 1", "Convolution 2", "Pooling 2", "Linear 1", "Linear 2"]);
      assert.ok(
        (await seen(stage)).split(",").some((value) => Number(value) > 100),
        "an image is there",
      );
      assert.ok(new Set(await drawn(stage, "Convolution 1")).size > 3, "maps are drawn");
      // All of it in the first view.
      const box = await stage.boundingBox();
      assert.ok(box && box.y + box.height <= 720, `the stage ends at ${box && box.y + box.height}`);
    }),
  );

  test("the numbers of neighbouring scales stay apart, of a network with values below 0 too", { timeout: 60_000 }, () =>
    visit("model=vit&data=digits&subset=600&test=100", async (_, stage) => {
      const scales = columns(stage).getByRole("img", { name: /^Colours: / });
      await until(
        () => scales.count(),
        (count) => count === 8,
        { what: "the scales of eight columns" },
      );
      const places = await scales.evaluateAll((bars) =>
        bars.flatMap((bar) =>
          [...bar.querySelectorAll(":scope > span:not(.strip)")].map((end) => {
            const { left, right } = end.getBoundingClientRect();
            return { text: end.textContent ?? "", left, right };
          }),
        ),
      );
      assert.ok(
        places.some(({ text }) => text.startsWith("−")),
        "some values are below 0",
      );
      places.slice(1).forEach(({ text, left }, at) => {
        const before = places[at];
        assert.ok(before && before.right < left, `${before?.text} and ${text} touch`);
      });
    }),
  );

  test("maps and answer change while it trains", { timeout: 90_000 }, () =>
    visit(
      LINK,
      async (bench, stage) => {
        await stage.getByText("Not trained yet: all weights are random.").waitFor();
        const [image, before] = [await seen(stage), await drawn(stage, "Convolution 1")];
        await bench.button("Train").click();
        await stage.getByText(/After step [\d,]+\./).waitFor();
        await until(
          async () => (await drawn(stage, "Convolution 1")).join(),
          (now) => now !== before.join(),
          { what: "other maps" },
        );
        assert.equal(await seen(stage), image, "the image stays where nothing is to move by itself");
        await bench.button("Pause").click();
        await bench
          .status("Guess")
          .filter({ hasText: asRead(/^\d (✓ Right|✗ Wrong: it is \d)$/) })
          .waitFor();
      },
      { reducedMotion: "reduce" },
    ),
  );

  test("its words never name another class than its bars", { timeout: 90_000 }, () =>
    visit(LINK, async (bench, stage) => {
      await stage.getByText(/^Test image: \d$/).waitFor();
      const differences = await bench.page.evaluateHandle(() => {
        /** @param {ParentNode} root @returns {Element[]} */
        const all = (root) =>
          [...root.querySelectorAll("*")].flatMap((element) => [
            element,
            ...(element.shadowRoot ? all(element.shadowRoot) : []),
          ]);
        const elements = all(document);
        const words = elements.find((element) => element.getAttribute("aria-label") === "Guess");
        const bars = elements.find((element) => element.localName === "class-bars");
        /** @type {{ seen: number, differ: string[] }} */
        const found = { seen: 0, differ: [] };
        const look = () => {
          const rows = [...(bars?.shadowRoot?.querySelectorAll("tr") ?? [])]
            .map((row) => /^(\d)\D+?([\d.]+)\s%$/.exec((row.textContent ?? "").replace(/\s+/g, " ").trim()))
            .filter((row) => row !== null)
            .map(([, name = "", share]) => ({ name, share: Number(share) }))
            .sort((a, b) => b.share - a.share);
          const said = words?.textContent?.trim().slice(0, 1) ?? "";
          if (/\d/.test(said) && rows.length === 10 && rows[0]?.share !== rows[1]?.share) {
            found.seen++;
            if (rows[0]?.name !== said) found.differ.push(`${said} is said, and ${rows[0]?.name} is drawn`);
          }
          requestAnimationFrame(look);
        };
        look();
        return found;
      });
      await bench.button("Train").click();
      await bench.finished();
      const { seen: looks, differ } = await differences.jsonValue();
      assert.ok(looks > 20, `looked ${looks} times`);
      assert.deepEqual(differ, []);
    }),
  );

  test("test images take turns until one is kept, or somebody draws", { timeout: 90_000 }, async () => {
    await visit(LINK, async (bench, stage) => {
      await stage.getByText(/^Test image: \d$/).waitFor();
      const first = await seen(stage);
      await until(
        () => seen(stage),
        (now) => now !== first,
        { what: "another image" },
      );
      await bench.button("Keep this image").click();
      const kept = await seen(stage);
      const label = /\d/.exec(await stage.getByText(/^Test image: \d$/).innerText())?.[0] ?? "";
      const right = new RegExp(`^${label} .*✓ Right$|^[^${label}] .*✗ Wrong: it is ${label}$`);
      await bench
        .status("Guess")
        .filter({ hasText: asRead(right) })
        .waitFor();
      await bench.page.clock.install();
      await bench.page.clock.fastForward(10_000);
      assert.equal(await seen(stage), kept);
      assert.equal(await bench.button("Keep this image").count(), 0);
      await bench.button("Next image").click();
      await until(
        () => seen(stage),
        (now) => now !== kept,
        { what: "the next image" },
      );
    });
    await visit(LINK, async (bench, stage) => {
      await stage.getByText(/^Test image: \d$/).waitFor();
      await bench.draw();
      await stage.getByText("Draw a digit here.").waitFor();
      // A drawing has no label.
      await bench
        .status("Guess")
        .filter({ hasText: asRead(/^\d Not trained yet: a guess$/) })
        .waitFor();
      assert.equal(await bench.button("Keep this image").count(), 0);
      await bench.button("Clear").click();
      await bench.status("Guess").filter({ hasText: "Nothing yet" }).waitFor();
    });
  });

  test("a window that changes its size in mid-stroke draws no line", { timeout: 60_000 }, () =>
    visit(LINK, async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 });
      const pad = page.getByRole("img", { name: /^Drawing pad/ });
      /** @param {number} x @param {number} y */
      const over = async (x, y) => {
        const box = await pad.boundingBox();
        assert.ok(box);
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      };
      /** @param {number} x @param {number} y */
      const isInked = (x, y) =>
        pad.evaluate(
          (canvas, at) => {
            const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
            const context = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d");
            return (context?.getImageData(at.x * width, at.y * height, 1, 1).data[3] ?? 0) > 0;
          },
          { x, y },
        );
      await over(0.15, 0.2);
      await page.mouse.down();
      await over(0.15, 0.3);
      await page.setViewportSize({ width: 480, height: 740 });
      await over(0.85, 0.8);
      await over(0.85, 0.9);
      await page.mouse.up();
      await until(() => isInked(0.85, 0.85), Boolean, { what: "the stroke where the pad is now" });
      assert.equal(await isInked(0.15, 0.25), true, "what was drawn before");
      assert.equal(await isInked(0.5, 0.55), false, "nothing between the two");
    }),
  );

  test("a layer that is pressed is opened under the stage", { timeout: 60_000 }, () =>
    visit(LINK, async ({ page }, stage) => {
      await stage.getByText("Not trained yet: all weights are random.").waitFor();
      await columns(stage).filter({ hasText: "Convolution 2" }).press("Enter");
      await page
        .getByRole("region", { name: "Layer", exact: true })
        .getByRole("heading", { name: "Convolution 2 after ReLU", level: 2 })
        .waitFor({ timeout: 20_000 });
    }),
  );

  for (const model of ["resnet-110", "googlenet", "vit", "mlp"]) {
    test(`${model} is on the stage at 360 px, which is no wider than the screen`, { timeout: 90_000 }, () =>
      visit(
        `model=${model}&data=digits&subset=64&epochs=1&test=64`,
        async ({ page }, stage) => {
          await stage.getByText("Not trained yet: all weights are random.").waitFor({ timeout: 60_000 });
          const shown = await columns(stage).count();
          assert.ok(shown >= 2 && shown <= 8, `${shown} columns`);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= 360, `the page is ${width} px wide`);
        },
        { viewport: { width: 360, height: 740 } },
      ),
    );
  }
});
