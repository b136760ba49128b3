// @ts-check
// What happened in a run, in words: after it, while it stalls, and where the buttons beside the words lead.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

const FINISHED = "Finished: 93.6 % of 2,000 test images right.";
const TENTH = "Try a tenth of the learning rate: 1";

/** The id of what has the focus, in whatever shadow. */
function focused() {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active?.id;
}

describe("what happened in a run", () => {
  const site = startSite();

  /** A new visitor's page, at a recipe. @param {string} link @param {(bench: Bench) => Promise<void>} use */
  async function visit(link, use) {
    const { context } = await visitor(site.browser, { viewport: { width: 1280, height: 720 } });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await use(bench);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  test("a finished run says what it gets right, and leads to what it gets wrong", { timeout: 90_000 }, () =>
    visit("model=lenet5&data=digits&subset=8000&schedule=one-cycle&batch=16&epochs=2", async (bench) => {
      assert.equal(await bench.status("What happened").count(), 0);
      await bench.button("Train").click();
      await bench.finalAccuracy(1000, { timeout: 60_000 });
      // A recipe has the same bits everywhere.
      await bench.status("What happened").filter({ hasText: FINISHED }).waitFor();
      await bench.button("Look at what it gets wrong").click();
      const mistakes = bench.page.getByRole("region", { name: "What it gets wrong" });
      await mistakes.getByRole("table").first().waitFor();
      assert.ok(await mistakes.evaluate((region) => region.getBoundingClientRect().top < innerHeight / 2));
    }),
  );

  test(
    "a run that diverges says so, and its button takes a tenth of the rate and leads there",
    { timeout: 90_000 },
    () =>
      visit("model=lenet5&data=digits&lr=10&steps=200&test=500", async (bench) => {
        const { page } = bench;
        await bench.button("Train").click();
        const happened = bench.status("What happened");
        await happened.filter({ hasText: /^Diverged at step 2: / }).waitFor({ timeout: 60_000 });
        await bench.finalAccuracy(200, { timeout: 60_000 });
        await happened
          .filter({
            hasText:
              /as good as guessing: [\d.]+ % of 500 test images right, and always naming the commonest class gets [\d.]+ %/,
          })
          .waitFor();
        const look = bench.button("Look inside at Linear 2 after ReLU");
        assert.equal(await look.getAttribute("title"), "In PyTorch: relu4");
        await look.click();
        await bench
          .status("Dead units")
          .filter({ hasText: /84 of 84 stayed at 0/ })
          .waitFor();
        await bench.status("Looked at").filter({ hasText: "After step 200." }).waitFor();
        await page.getByRole("button", { name: TENTH, exact: true }).click();
        const rate = page.getByRole("textbox", { name: "Learning rate", exact: true });
        await rate.waitFor();
        assert.equal(await rate.inputValue(), "1");
        assert.equal(await bench.page.evaluate(focused), "lr");
        await page.waitForURL(/lr=1&/);
        // It is still told of the trained network, until the next run begins.
        assert.match(await happened.innerText(), /^Diverged at step 2: /);
        await bench.button("Train again").click();
        await happened.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      }),
  );

  test(
    "a run that cannot learn says so while it trains, and no recipe is changed in mid-run",
    { timeout: 120_000 },
    () =>
      visit("model=lenet5&data=digits&lr=0.0000001&steps=5000&batch=16&score=100&test=500", async (bench) => {
        await bench.button("Train").click();
        await bench
          .status("What happened")
          .filter({
            hasText:
              /^As good as guessing after \d+ steps: .* The weights hardly moved: the steps were very small\. The usual cause is a learning rate that is too small\.$/,
          })
          .waitFor({ timeout: 90_000 });
        const own = bench.button("Try the network's own learning rate: 0.006");
        assert.equal(await own.getAttribute("aria-disabled"), "true");
        await bench.button("Pause").click();
        await bench.button("Go on").waitFor();
        assert.equal(await own.getAttribute("aria-disabled"), "false");
      }),
  );

  test("where validation images are kept apart, these are what is told", { timeout: 90_000 }, () =>
    visit("model=lenet5&data=digits&subset=1000&val=500&epochs=1&test=500", async (bench) => {
      await bench.button("Train").click();
      await bench
        .status("What happened")
        .filter({ hasText: /^Finished: [\d.]+ % of 500 validation images right/ })
        .waitFor({ timeout: 60_000 });
    }),
  );
});
