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
    "both curves are read at the step of the cursor, the test point with a step of its own",
    { timeout: 90_000 },
    () =>
      visit(async (bench) => {
        await bench.open(LINK);
        await bench.button("Train").click();
        await bench.finalAccuracy(40);
        const legends = bench.page.locator("curve-chart ul");
        const texts = async () => (await legends.allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
        for (const text of await texts()) assert.match(text, /at step 40 test \S+( %)? at step 40$/);
        const plot = bench.page.getByRole("img", { name: /^Loss against the step/ });
        await plot.scrollIntoViewIfNeeded();
        const box = await plot.boundingBox();
        assert.ok(box);
        await bench.page.mouse.move(box.x + 0.4 * box.width, box.y + 0.5 * box.height);
        const [loss = "", accuracy = ""] = await until(texts, ([first = ""]) => !/at step 40 test/.test(first), {
          what: "the values at the cursor",
        });
        const [, step, tested] = /at step (\d+) test \S+ at step (\d+)/.exec(loss) ?? [];
        assert.ok(Number(step) > 1 && Number(step) < 40, loss);
        assert.ok(Number(tested) > 0, "a test point stands at a step of its own");
        assert.match(accuracy, new RegExp(`at step ${step} test`), "the other curve follows the cursor");
      }),
  );

  test("what a link changes is in view without opening anything", () =>
    visit(async (bench) => {
      await bench.open("model=lenet5&data=digits&subset=1000&epochs=3&lr=0.02");
      const changes = bench.page.getByRole("list", { name: "Changed in this recipe" }).getByRole("listitem");
      await changes.first().waitFor();
      assert.deepEqual((await changes.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim()).slice(0, 2), [
        "Training examples 1,000 (default all)",
        "Learning rate 0.02 (default 0.006)",
      ]);
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
      await bench.button("Use the default learning rate").click();
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
      await bench.page.getByText("More of the recipe").click();
      const rate = bench.page.getByRole("textbox", { name: "Learning rate", exact: true });
      await rate.fill("0,01");
      await rate.press("Enter");
      await bench.page.waitForURL(/lr=0\.01/);
      assert.equal(await bench.alert.filter({ hasText: asRead(/not allowed/) }).count(), 0);
    }));
});
