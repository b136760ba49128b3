// @ts-check
// What the page reads out: values at the cursor with their steps, what a link changes, and what it says of a value that is
// not allowed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import * as faults from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { storedUntil } from "./support/storage.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=640&batch=16&steps=40&seed=3";

describe("what the page reads out", () => {
  const site = startSite();

  /** @param {(bench: Bench) => Promise<void>} work */
  async function visit(work) {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await work(bench);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  test(
    "the curve is read at the step of the cursor, by pointer and by keyboard, the test point with a step of its own",
    { timeout: 90_000 },
    () =>
      visit(async (bench) => {
        await bench.open(LINK);
        await bench.button("Train").click();
        await bench.finalAccuracy(40);
        const legend = bench.page.locator("curve-chart ul");
        const text = async () => (await legend.innerText()).replace(/\s+/g, " ");
        const plot = (/** @type {string} */ quantity) =>
          bench.page.getByRole("img", { name: new RegExp(`^${quantity} against the step`) });
        await plot("Accuracy").scrollIntoViewIfNeeded();
        assert.match(await text(), /at step 40 test \S+ % at step 40$/);
        assert.equal(await plot("Loss").count(), 0, "one curve");
        const box = await plot("Accuracy").boundingBox();
        assert.ok(box);
        await bench.page.mouse.move(box.x + 0.4 * box.width, box.y + 0.5 * box.height);
        const read = await until(text, (now) => !/at step 40 test/.test(now), { what: "the values at the cursor" });
        const [, step, tested] = /at step (\d+) test \S+ % at step (\d+)/.exec(read) ?? [];
        assert.ok(Number(step) > 1 && Number(step) < 40, read);
        assert.ok(Number(tested) > 0, "a test point stands at a step of its own");

        await bench.showCurve("Loss");
        await plot("Loss").waitFor();
        await bench.page.mouse.move(0, 0);
        await until(
          text,
          (now) => /^each step \d\.\d+ smoothed \d\.\d+ at step 40 test \d\.\d+ at step 40$/.test(now),
          {
            what: "the last loss",
          },
        );
        const cursor = bench.page.getByRole("slider", { name: "Step at which the curve is read" });
        await cursor.focus();
        for (const key of ["Home", "ArrowRight", "ArrowRight"]) await bench.page.keyboard.press(key);
        const words = await until(
          () => cursor.getAttribute("aria-valuetext"),
          (now) => now?.startsWith("step 3; ") === true,
          { what: "step 3" },
        );
        assert.match(words ?? "", /^step 3; loss, smoothed, \d\.\d+; test \d\.\d+ at step \d+$/);
        assert.match(await text(), /at step 3 /);
        await bench.page.keyboard.press("Escape");
        await until(text, (now) => /at step 40 test/.test(now), { what: "the last values again" });
      }),
  );

  test("the last run stays grey behind the new one, on the same data alone", { timeout: 90_000 }, () =>
    visit(async (bench) => {
      await bench.open(LINK);
      await bench.button("Train").click();
      await bench.finalAccuracy(40);
      const name = /^Accuracy against the step\..* Grey behind it the last run, which came to \d+\.\d % in 40 steps\.$/;
      const behind = bench.page.getByRole("img", { name });
      assert.equal(await behind.count(), 0);
      await bench.button("Reset").click();
      await bench.pressable("Step").click();
      await bench.reach(1);
      await behind.waitFor();
      await bench.showCurve("Loss");
      await bench.page
        .getByRole("img", { name: /^Loss against .* the last run, which came to \d\.\d+ in 40 steps/ })
        .waitFor();
      await bench.choice("Data").selectOption("shapes");
      await bench.page.waitForURL(/data=shapes/);
      await bench.page.getByRole("img", { name: "Loss against the step: nothing is trained yet." }).waitFor();
    }),
  );

  test(
    "after a reload the last run is grey behind the new one, but not while it goes on itself",
    { timeout: 120_000 },
    () =>
      visit(async (bench) => {
        /** @param {string} steps */
        const behind = (steps) =>
          bench.page.getByRole("img", {
            name: new RegExp(
              `^Accuracy against .* Grey behind it the last run, which came to \\d+\\.\\d % in ${steps} steps\\.$`,
            ),
          });
        const kept = (/** @type {number} */ runs) =>
          storedUntil(bench.page, "bunsen-runs-v1", (files) => {
            const names = files.map(({ name }) => name);
            return [".json", ".safetensors"].every((end) => names.filter((name) => name.endsWith(end)).length === runs);
          });
        await bench.open(LINK);
        await bench.button("Train").click();
        await bench.finalAccuracy(40);
        await kept(1);
        await bench.page.reload();
        await behind("40").waitFor();
        await bench.open(LINK.replace("steps=40", "steps=4000"));
        await behind("40").waitFor();
        await bench.button("Train").click();
        await bench.reach(30);
        await bench.button("Pause").click();
        await bench.finished();
        await behind("40").waitFor();
        await kept(2);

        await bench.page.reload();
        const goesOn = bench.button("Go on");
        await goesOn.waitFor();
        await behind("(?!40 )\\d+").waitFor();
        await goesOn.click();
        await behind("40").waitFor();
        await bench.button("Pause").click();
        await bench.finished();
      }),
  );

  test("what a link changes is in view without opening anything", () =>
    visit(async (bench) => {
      await bench.open("model=lenet5&data=digits&subset=1000&epochs=3&lr=0.02");
      const changes = bench.page.getByRole("list", { name: "Changed settings" }).getByRole("listitem");
      await changes.first().waitFor();
      assert.deepEqual(
        (await changes.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").replace(/ ×$/, "").trim()).slice(0, 2),
        ["Training images 1,000 (default all)", "Learning rate 0.02 (default 0.006)"],
      );
    }));

  test("a value that is not allowed leaves the rest of its link standing, and its control is where the focus is", () =>
    visit(async (bench) => {
      await bench.visit("model=resnet-8&data=digits&lr=5000&seed=7");
      const sentence = await bench.alertText();
      assert.match(sentence, /^Learning rate: “5000” is not allowed\. It has to be a number from/);
      assert.equal(await bench.choice("Network").inputValue(), "resnet-8");
      const rate = bench.page.getByRole("textbox", { name: "Learning rate", exact: true });
      assert.equal(await rate.inputValue(), "5000");
      assert.equal(await rate.getAttribute("aria-invalid"), "true");
      await until(() => rate.evaluate((input) => input.matches(":focus")), Boolean, { what: "the focus" });
      assert.equal(await bench.pressable("Train").count(), 0);
      await bench.button("Use the default: Learning rate").click();
      await bench.alert.first().waitFor({ state: "detached" });
      assert.match(bench.link, /^(?!.*lr=).*model=resnet-8.*seed=7/);
      await bench.pressable("Train").waitFor();
    }));

  test(
    "images that other servers have are asked for when Train is pressed, and the page says of whom",
    { timeout: 60_000 },
    async () => {
      const { context, outside } = await visitor(site.browser);
      const bench = new Bench(await context.newPage(), site.server.url);
      for (const file of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]) {
        site.server.break(`/data/mnist/${file}-ubyte.gz`, faults.status(404));
      }
      await bench.open("model=lenet5&data=mnist&steps=20");
      const offer = bench.page.getByRole("group", { name: "Images that are not here" });
      await offer.getByText(asRead(/MNIST: 11 MB from cdn\.jsdelivr\.net/)).waitFor();
      assert.equal(await bench.alert.count(), 0);
      await bench
        .status("Before training")
        .filter({ hasText: asRead(/known once the images are here\. Train begins with the download of 1\d\.\d MB\.$/) })
        .waitFor();
      assert.deepEqual(outside, [], "no other host is asked");
      await bench.button("Train").click();
      // The mirrors are out of reach here.
      assert.match(await bench.alertText({ timeout: 60_000 }), /MNIST could not be had/);
      assert.ok(outside.some((url) => new URL(url).hostname === "cdn.jsdelivr.net"));
      site.server.reset();
      await context.close();
    },
  );

  test("a comma is a decimal point", () =>
    visit(async (bench) => {
      await bench.open("model=lenet5&data=digits");
      await bench.page.getByText("All settings").click();
      const rate = bench.page.getByRole("textbox", { name: "Learning rate", exact: true });
      await rate.fill("0,01");
      await rate.press("Enter");
      await bench.page.waitForURL(/lr=0\.01/);
      assert.equal(await bench.alert.filter({ hasText: asRead(/not allowed/) }).count(), 0);
    }));
});
