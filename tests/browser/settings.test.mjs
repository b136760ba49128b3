// @ts-check
// The settings: the slider of the learning rate, chips of what was changed, the search, and changes beside a trained network.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=1000&epochs=1";
const SIZES = { "a wide screen": { width: 1280, height: 720 }, "a phone": { width: 360, height: 740 } };

describe("the settings", () => {
  const site = startSite();

  /**
   * A new visitor's page, at a recipe.
   * @param {string} link @param {(bench: Bench, settings: import("playwright-core").Locator) => Promise<void>} use
   * @param {object} [options] of the browser's context
   */
  async function visit(link, use, options = { viewport: SIZES["a wide screen"] }) {
    const { context } = await visitor(site.browser, options);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await use(bench, bench.page.getByRole("region", { name: "Settings", exact: true }));
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  /** @param {import("playwright-core").Locator} settings */
  const chipsOf = (settings) => settings.getByRole("list", { name: "Changed settings" }).getByRole("listitem");
  /** @param {import("playwright-core").Locator} settings */
  const search = (settings) => settings.getByRole("combobox", { name: "Add a setting" });
  /** @param {import("playwright-core").Locator} settings */
  const rate = (settings) => settings.getByRole("textbox", { name: "Learning rate", exact: true });
  /** The chips' texts, once they are so. @param {import("playwright-core").Locator} settings @param {(RegExp | string)[]} expected */
  async function chips(settings, expected) {
    const texts = async () => (await chipsOf(settings).allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
    /** @param {string} text @param {number} at */
    const isSo = (text, at) => text.startsWith(String(expected[at]));
    await until(texts, (all) => all.length === expected.length && all.every(isSo), { what: `chips ${expected}` });
  }

  /** What is said of the drawing once it is whole: each part of a stroke has its answer. @param {Bench} bench */
  async function settled(bench) {
    /** @type {string[]} */ const said = [];
    const look = async () => {
      const probabilities = await bench.probabilities();
      said.push(probabilities.join());
      return probabilities;
    };
    const stands = () => said.length > 20 && new Set(said.slice(-20)).size === 1;
    return until(look, stands, { what: "an answer that stands" });
  }

  /** Trains the recipe, and gives what is then said of a drawn 1, and the test accuracy. @param {Bench} bench */
  async function train(bench) {
    await bench.button("Train").click();
    await bench.finished();
    const accuracy = await bench.accuracy();
    await bench.draw();
    return { accuracy, probabilities: await settled(bench) };
  }

  test("the slider of the learning rate goes by the keyboard, and its number beside it follows", () =>
    visit("model=lenet5&data=digits", async (bench, settings) => {
      const slider = settings.getByRole("slider", { name: "Learning rate" });
      await slider.focus();
      assert.equal(await slider.getAttribute("aria-valuetext"), "0.006");
      await slider.press("ArrowRight");
      await bench.page.waitForURL(/lr=0\.0067/);
      assert.equal(await rate(settings).inputValue(), "0.0067");
      assert.equal(await focused(bench.page), "Learning rate");
      for (let i = 0; i < 19; i++) await slider.press("ArrowRight");
      await bench.page.waitForURL(/lr=0\.06(&|$)/);
      assert.equal(await slider.getAttribute("aria-valuetext"), "0.06");
      // A number that is entered moves the slider.
      await rate(settings).fill("0,0006");
      await rate(settings).press("Enter");
      await bench.page.waitForURL(/lr=0\.0006/);
      await until(
        async () => Number(await slider.inputValue()),
        (place) => place === -1,
        { what: "the slider" },
      );
      await settings.getByText(asRead(/Try 0\.0006 to 0\.06, the range that is marked\./)).waitFor();
    }));

  test("with another optimizer the slider marks what is usual with that", () =>
    visit("model=lenet5&data=digits&opt=sgd", async (_, settings) => {
      await settings.getByText(asRead(/Try 0\.01 to 1, the range that is marked\./)).waitFor();
    }));

  for (const [where, viewport] of Object.entries(SIZES)) {
    test(`what a link changes is in chips, and each goes back to its default, on ${where}`, () =>
      visit(
        "model=lenet5&data=digits&batch=32&smooth=0.1&seed=7",
        async (bench, settings) => {
          await chips(settings, ["Label smoothing 0.1", "Batch size 32", "Seed 7"]);
          await settings.getByRole("button", { name: /^Batch size back to \d+$/ }).press("Enter");
          await chips(settings, ["Label smoothing 0.1", "Seed 7"]);
          await bench.page.waitForURL(/^(?!.*batch=)/);
          assert.equal(await focused(bench.page), "Seed back to 1", "its neighbour has the focus");
          await settings.getByRole("button", { name: "Seed back to 1" }).click();
          await settings.getByRole("button", { name: "Label smoothing back to 0" }).press("Enter");
          await chips(settings, []);
          assert.equal(await focused(bench.page), "Add a setting", "the last chip leaves it to the search");
          const overflow = await bench.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        },
        { viewport, hasTouch: viewport.width < 500 },
      ));

    test(`a chip opens its setting in its place, on ${where}`, () =>
      visit(
        "model=lenet5&data=digits&batch=32",
        async (bench, settings) => {
          const chip = settings.getByRole("button", { name: /^Batch size 32/ });
          await chip.click();
          const field = settings.getByRole("textbox", { name: "Batch size" });
          await field.waitFor();
          assert.equal(await chip.getAttribute("aria-expanded"), "true");
          assert.equal(await focused(bench.page), "Batch size");
          await field.fill("16");
          await field.press("Enter");
          await bench.page.waitForURL(/batch=16/);
          await chips(settings, ["Batch size 16"]);
          await field.press("Escape");
          await field.waitFor({ state: "detached" });
          assert.match(String(await focused(bench.page)), /^Batch size 16/);
        },
        { viewport },
      ));
  }

  test("a setting is found by typing, and its control opens in its place", () =>
    visit("model=lenet5&data=digits", async (bench, settings) => {
      const { page } = bench;
      await search(settings).focus();
      assert.equal(await search(settings).getAttribute("aria-expanded"), "false", "passing by opens nothing");
      await page.keyboard.type("decay");
      const options = settings.getByRole("listbox", { name: "Settings" }).getByRole("option");
      assert.match((await options.first().innerText()).replace(/\s+/g, " "), /Weight decay/);
      const active = String(await search(settings).getAttribute("aria-activedescendant"));
      assert.equal(await options.first().getAttribute("id"), active);
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "Weight decay");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("0,01");
      await page.keyboard.press("Enter");
      await page.waitForURL(/wd=0\.01/);
      await chips(settings, ["Weight decay 0.01"]);
      await settings.getByRole("button", { name: "Done" }).click();
      assert.equal(await settings.getByRole("textbox", { name: "Weight decay" }).count(), 0);

      await search(settings).click();
      await options.first().waitFor();
      const all = await options.count();
      await page.keyboard.press("ArrowDown");
      assert.equal(await options.nth(1).getAttribute("aria-selected"), "true");
      await page.keyboard.type("zzz");
      await settings.getByText("No setting is called so, or speaks of it.").waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      assert.equal(await search(settings).inputValue(), "");
      assert.ok(all > 15, `${all} settings`);
    }));

  test("a setting is chosen by touch", () =>
    visit(
      "model=lenet5&data=digits",
      async (bench, settings) => {
        await search(settings).tap();
        await settings.getByRole("option", { name: /Optimizer/ }).tap();
        await settings.getByRole("combobox", { name: "Optimizer" }).selectOption("sgd");
        await bench.page.waitForURL(/opt=sgd/);
        await chips(settings, ["Optimizer SGD"]);
      },
      { viewport: SIZES["a phone"], hasTouch: true },
    ));

  test("all settings are there under a summary, each once", () =>
    visit("model=lenet5&data=digits", async (_, settings) => {
      await settings.getByText("All settings").click();
      await settings.getByRole("group", { name: "Augmentation" }).waitFor();
      for (const name of ["Learning rate", "Seed", "Epochs", "Batch size", "Steps"]) {
        assert.equal(await settings.getByRole("textbox", { name, exact: true }).count(), 1, name);
      }
    }));

  test("0 that means all reads so, and may be entered so", () =>
    visit("model=lenet5&data=digits&subset=1000", async (bench, settings) => {
      const images = settings.getByRole("textbox", { name: "Training images" });
      assert.equal(await images.inputValue(), "1000");
      await images.fill("all");
      await images.press("Enter");
      await bench.page.waitForURL(/^(?!.*subset=)/);
      await until(
        () => images.inputValue(),
        (text) => text === "all",
        { what: "all" },
      );
      await images.fill("2.000");
      await images.press("Enter");
      await bench.page.waitForURL(/subset=2000/);
    }));

  test("a changed setting keeps the trained network, and Train again trains a new one", { timeout: 120_000 }, () =>
    visit(LINK, async (bench, settings) => {
      const trained = await train(bench);
      await bench.button("Train again").waitFor();
      await rate(settings).fill("0.02");
      await rate(settings).press("Enter");
      await bench.page.waitForURL(/lr=0\.02/);
      await settings.getByText(/^Train again trains a new network with these settings\./).waitFor();
      assert.deepEqual(await bench.probabilities(), trained.probabilities, "the prediction stays");
      assert.equal(await bench.accuracy(), trained.accuracy, "the test accuracy stays");
      // A link to it promises nothing of what was trained.
      await bench.button("Share").click();
      await bench
        .status("Link")
        .filter({ hasText: asRead(/with the changed settings: .* so it has no check\.$/) })
        .waitFor();

      await settings.getByRole("button", { name: "Undo the changes" }).click();
      await bench.page.waitForURL(/^(?!.*lr=)/);
      assert.equal(await rate(settings).inputValue(), "0.006");
      await rate(settings).fill("0.02");
      await rate(settings).press("Enter");
      // At once, before the worker has read it.
      await bench.button("Train again").click();
      await bench.page.waitForURL(/lr=0\.02/);
      await bench.finished();
      await until(
        () => bench.accuracy(),
        (accuracy) => accuracy !== trained.accuracy,
        { what: "another network" },
      );
      assert.notDeepEqual(await bench.probabilities(), trained.probabilities);
      assert.equal(await rate(settings).inputValue(), "0.02");
    }),
  );

  test("a refused setting says why at its control, and keeps the trained network", { timeout: 120_000 }, () =>
    visit(LINK, async (bench, settings) => {
      const trained = await train(bench);
      await search(settings).fill("batch");
      await search(settings).press("Enter");
      const batch = settings.getByRole("textbox", { name: "Batch size" });
      await batch.fill("5000");
      await batch.press("Enter");
      await settings
        .getByText(/^Batch size: “5000” is not allowed\. It has to be a whole number from 1 to 1024\./)
        .waitFor();
      assert.equal(await batch.getAttribute("aria-invalid"), "true");
      assert.equal(await batch.inputValue(), "5000");
      assert.equal(await bench.pressable("Train again").count(), 0);
      assert.deepEqual(await bench.probabilities(), trained.probabilities);
      assert.equal(await bench.accuracy(), trained.accuracy);
      assert.doesNotMatch(bench.link, /batch=/);
      await settings.getByRole("button", { name: /^Batch size back to \d+$/ }).click();
      await bench.pressable("Train again").waitFor();
      assert.deepEqual(await bench.probabilities(), trained.probabilities);
    }),
  );

  test("all fields of a link that are refused say why, and the first has the focus", { timeout: 60_000 }, () =>
    visit(LINK, async (bench, settings) => {
      await bench.visit("model=lenet5&data=digits&epochs=x&batch=5000&wd=y");
      const wrong = [/^Batch size: “5000” is not/, /^Epochs: “x” is not/, /^Weight decay: “y” is not/];
      for (const sentence of wrong) await settings.getByText(sentence).waitFor();
      for (const name of ["Batch size", "Epochs", "Weight decay"]) {
        const field = settings.getByRole("textbox", { name, exact: true });
        assert.equal(await field.getAttribute("aria-invalid"), "true", name);
      }
      const focused = settings.locator("input:focus");
      assert.equal(await focused.getAttribute("aria-invalid"), "true");
      await settings.getByRole("textbox", { name: "Epochs", exact: true }).fill("2");
      await bench.page.keyboard.press("Enter");
      await settings.getByText(wrong[1] ?? "").waitFor({ state: "detached" });
      await settings.getByText(wrong[0] ?? "").waitFor();
      await settings.getByText(wrong[2] ?? "").waitFor();
    }),
  );

  test(
    "a refused option of the network keeps the trained one, and one that is taken shows another",
    { timeout: 120_000 },
    () =>
      visit("model=vit&data=digits&subset=200&test=200&batch=20&steps=4&depth=1&dim=16", async (bench, settings) => {
        const trained = await train(bench);
        await search(settings).fill("heads");
        await search(settings).press("Enter");
        const heads = settings.getByRole("textbox", { name: "Attention heads" });
        await heads.fill("5");
        await heads.press("Enter");
        await settings.getByText(/^Attention heads: “5” is not allowed\./).waitFor();
        assert.equal(await bench.accuracy(), trained.accuracy);
        assert.equal(await bench.pressable("Train again").count(), 0);
        await heads.fill("2");
        await heads.press("Enter");
        await bench.page.waitForURL(/heads=2/);
        await bench.status("Progress").filter({ hasText: "not started" }).waitFor();
        await bench.pressable("Train").waitFor();
      }),
  );

  test("a field shows and takes numbers as the language of the page writes them", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser, { locale: "de-DE" });
    try {
      const bench = new Bench(await context.newPage(), site.server.url);
      await bench.visit(LINK);
      const rate = bench.page.getByRole("textbox", { name: "Lernrate", exact: true });
      await until(
        () => rate.inputValue(),
        (text) => text === "0,006",
        { what: "the rate with a comma" },
      );
      for (const [typed, shown, link] of [
        ["0,02", "0,02", "0.02"],
        ["0.03", "0,03", "0.03"],
        ["1e-3", "0,001", "0.001"],
      ]) {
        await rate.fill(typed);
        await rate.press("Enter");
        await bench.page.waitForURL(new RegExp(`lr=${link}(&|$)`));
        await until(
          () => rate.inputValue(),
          (text) => text === shown,
          { what: `${typed} as ${shown}` },
        );
      }
      const slider = bench.page.getByRole("slider", { name: "Lernrate", exact: true });
      await slider.press("ArrowRight");
      assert.match(await rate.inputValue(), /^0,\d+$/);
      assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^0,\d+$/);
      assert.deepEqual(bench.complaints, []);
    } finally {
      await context.close();
    }
  });

  test("a changed setting is what a reload gives, and another network is shown at once", { timeout: 120_000 }, () =>
    visit(LINK, async (bench, settings) => {
      await train(bench);
      const seed = settings.getByRole("textbox", { name: "Seed" });
      await seed.fill("9");
      await seed.press("Enter");
      await bench.page.waitForURL(/seed=9/);
      await bench.choice("Network").selectOption("mlp");
      await bench.page.waitForURL(/model=mlp.*seed=9/);
      await bench.status("Progress").filter({ hasText: "not started" }).waitFor();
      await bench.page.reload();
      await until(
        () => seed.inputValue(),
        (text) => text === "9",
        { what: "the seed after a reload" },
      );
    }),
  );
});
