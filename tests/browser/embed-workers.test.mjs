// @ts-check
// An embed with `show=workers`: a reader sees what another number of workers does to the speed, and that it does nothing to the result.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { startSite } from "./support/site.mjs";
import { assertWorkers } from "./support/workers.mjs";

const LINK = "model=lenet5&data=digits&subset=512&batch=64&steps=60&score=60&test=200&seed=7";
const NONE = "–";

describe("an embed that shows workers", () => {
  const site = startSite();

  /** @param {string} query @param {string} link @param {(page: import("playwright-core").Page) => Promise<void>} use */
  async function visit(query, link, use) {
    const { context } = await visitor(site.browser);
    try {
      const page = await context.newPage();
      await page.setViewportSize({ width: 350, height: 700 });
      await page.goto(`${site.server.url}embed.html?${query}#${link}`);
      await use(page);
    } finally {
      await context.close();
    }
  }

  /** The cells of a number's row. @param {import("playwright-core").Page} page @param {number} number */
  const cells = (page, number) =>
    page
      .locator("embed-workers tbody tr")
      .nth(number - 1)
      .locator("td")
      .allInnerTexts();
  /** @param {import("playwright-core").Page} page @param {number} number */
  const choice = (page, number) =>
    page.getByRole("radio", { name: number === 1 ? "1 worker" : `${number} workers`, exact: true });
  /** @param {import("playwright-core").Page} page */
  const found = (page) => page.getByRole("status", { name: "Workers" });

  /** @param {import("playwright-core").Page} page */
  async function train(page) {
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByText("Done: 60 steps").waitFor();
  }

  test("trains with one to four, each to the same check, and tells how fast", { timeout: 120_000 }, () =>
    visit("show=curve,accuracy,workers", LINK, async (page) => {
      await choice(page, 1).waitFor();
      assert.ok(await choice(page, 1).isChecked());
      await found(page).filter({ hasText: "Train it with one worker, and then with more." }).waitFor();
      await found(page).filter({ hasText: "A batch is cut into 4 parts." }).waitFor();
      const checks = new Set();
      for (const number of [1, 2, 3, 4]) {
        if (number > 1) await choice(page, number).check();
        assert.deepEqual(await cells(page, number), [NONE, NONE]);
        await train(page);
        const [speed = "", check = ""] = await cells(page, number);
        assert.match(speed, /^[\d,]+$/);
        assert.match(check, /^[0-9a-f]{16}$/);
        checks.add(check);
        // It and its helpers, and nobody of before.
        await assertWorkers(page, number);
      }
      assert.equal(checks.size, 1);
      await found(page)
        .filter({ hasText: /^[234] workers are \d+\.\d times as fast as one\. The check is the same\.$/ })
        .waitFor();
      assert.notDeepEqual(await cells(page, 1), [NONE, NONE], "what was measured stays");
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(beyond, 0, "nothing is wider than a phone");
    }),
  );

  test("another number while it trains begins again, and waits for Train", { timeout: 60_000 }, () =>
    visit("show=curve,workers", LINK.replace("steps=60", "steps=6000"), async (page) => {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByText(/^Step [1-9]\d* of/).waitFor();
      await choice(page, 2).check();
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByText(/^Step [1-9]\d* of/).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      await assertWorkers(page, 2);
    }),
  );

  test(
    "tells that more workers than parts have nothing to do; another recipe begins a new table",
    { timeout: 60_000 },
    () =>
      visit("show=curve,workers&edit=seed", `${LINK}&shards=1`, async (page) => {
        await choice(page, 4).check();
        await found(page).filter({ hasText: "A batch is cut into 1 part." }).waitFor();
        await train(page);
        await page.getByText("(1 at work)").waitFor();
        await page.getByRole("textbox", { name: "Seed" }).fill("8");
        await page.getByRole("textbox", { name: "Seed" }).press("Enter");
        await page.getByRole("button", { name: "Train again" }).click();
        await page
          .getByText(/^Step \d+ of|^Gets ready|^Done/)
          .first()
          .waitFor();
        await page.getByText("Done: 60 steps").waitFor();
        assert.match((await cells(page, 4))[1] ?? "", /^[0-9a-f]{16}$/);
        assert.deepEqual(await cells(page, 1), [NONE, NONE]);
      }),
  );
});
