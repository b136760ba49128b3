// @ts-check
// A first visit from its opening to a shared link, by mouse, by keyboard and by touch: train, draw, look inside a layer, change the learning rate,
// train again, compare both runs, share.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=2000&batch=50&epochs=2";
const STEPS = 80;

/** @typedef {import("playwright-core").Locator} Locator */
/**
 * How somebody's hands work.
 * @typedef {{
 *   press: (control: Locator) => Promise<unknown>,
 *   put: (field: Locator, text: string) => Promise<unknown>,
 *   draw: () => Promise<unknown>,
 * }} Hands
 */

describe("a first session", () => {
  const site = startSite();

  /**
   * @param {import("playwright-core").BrowserContextOptions} options
   * @param {(bench: Bench) => Hands} handsOf
   */
  async function session(options, handsOf) {
    const { context, outside } = await visitor(site.browser, {
      permissions: ["clipboard-read", "clipboard-write"],
      ...options,
    });
    try {
      const bench = new Bench(await context.newPage(), site.server.url);
      const hands = handsOf(bench);
      await bench.open(LINK);
      const guess = bench.status("Guess");
      await guess.filter({ hasText: "Not trained yet: a guess" }).waitFor();

      await hands.press(bench.button("Train"));
      const first = await bench.finalAccuracy(STEPS);
      assert.ok(first > 50, `${first} %`);

      await hands.draw();
      await bench.probabilities((all) => Math.max(...all) > 0.3);

      const layers = bench.page.getByRole("list", { name: "Layers" }).getByRole("button");
      await hands.press(layers.first());
      await bench.page.getByRole("region", { name: "Layer", exact: true }).getByRole("heading").first().waitFor();

      await hands.put(bench.page.getByRole("textbox", { name: "Learning rate", exact: true }), "0.0001");
      await until(() => bench.link.includes("lr=0.0001"), Boolean, { what: "the link of the changed settings" });
      assert.equal(await bench.accuracy(), first, "the trained network stays");
      await hands.press(bench.button("Train again"));
      await bench.button("Pause").waitFor();
      const second = await bench.finalAccuracy(STEPS);
      assert.ok(second < first, `${second} % after steps that are far too small`);

      await hands.press(bench.button("Compare"));
      const rows = bench.page.getByRole("region", { name: "Training" }).getByRole("table").first().getByRole("row");
      await rows
        .filter({ hasText: asRead(/\bA\b/) })
        .first()
        .waitFor();
      await rows
        .filter({ hasText: asRead(/\bB\b/) })
        .first()
        .waitFor();

      await hands.press(bench.button("Share"));
      await bench
        .status("Link")
        .filter({ hasText: asRead(/copied/) })
        .waitFor();
      const link = await bench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(link, /lr=0\.0001.*&check=/);
      assert.deepEqual(bench.complaints, []);
      assert.deepEqual(outside, [], "nobody else is asked anything");
    } finally {
      await context.close();
    }
  }

  test("by mouse", { timeout: 120_000 }, () =>
    session({}, (bench) => ({
      press: (control) => control.click(),
      put: async (field, text) => {
        await field.click();
        await field.fill(text);
        await field.press("Enter");
      },
      draw: () => bench.draw(),
    })),
  );

  test("by keyboard", { timeout: 120_000 }, () =>
    session({}, (bench) => {
      const { keyboard } = bench.page;
      /** Comes to a control as the keyboard does: it is in the order of Tab. @param {Locator} control */
      const reach = async (control) => {
        await control.evaluate((element) => {
          if (/** @type {HTMLElement} */ (element).tabIndex < 0) throw new Error("Tab does not come to it");
          /** @type {HTMLElement} */ (element).focus();
        });
      };
      return {
        press: async (control) => {
          await reach(control);
          await keyboard.press("Enter");
        },
        put: async (field, text) => {
          await reach(field);
          await keyboard.press("ControlOrMeta+A");
          await keyboard.type(text);
          await keyboard.press("Enter");
        },
        // Who cannot draw takes test images.
        draw: async () => {
          await reach(bench.button("Next image"));
          await keyboard.press("Enter");
          assert.equal(await focused(bench.page), "Next image");
        },
      };
    }),
  );

  test("by touch, on a phone", { timeout: 120_000 }, () =>
    session({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, (bench) => ({
      press: async (control) => {
        await control.scrollIntoViewIfNeeded();
        // A finger comes down on a page that has come to rest: in the frame that scrolls, a browser makes no click of a tap.
        await bench.page.evaluate(
          () => new Promise((rest) => requestAnimationFrame(() => requestAnimationFrame(rest))),
        );
        await control.tap();
      },
      put: async (field, text) => {
        await field.tap();
        await field.fill(text);
        await field.press("Enter");
      },
      draw: async () => {
        const pad = bench.page.getByRole("img", { name: /^Drawing pad/ });
        await pad.scrollIntoViewIfNeeded();
        const box = await pad.boundingBox();
        if (!box) throw new Error("the drawing pad is not to be seen");
        const client = await bench.page.context().newCDPSession(bench.page);
        const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number} */ along) =>
          client.send("Input.dispatchTouchEvent", {
            type,
            touchPoints:
              type === "touchEnd"
                ? []
                : [{ x: box.x + box.width * (0.56 - 0.1 * along), y: box.y + box.height * (0.15 + 0.7 * along) }],
          });
        await touch("touchStart", 0);
        for (let at = 1; at <= 20; at++) await touch("touchMove", at / 20);
        await touch("touchEnd", 1);
        await bench
          .status("Guess")
          .filter({ hasText: asRead(/^1/) })
          .waitFor();
        const { y, height } = (await bench.status("Guess").boundingBox()) ?? { y: Infinity, height: 0 };
        assert.ok(y + height < 740, "the answer is on the screen while one draws");
      },
    })),
  );
});
