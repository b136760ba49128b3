// @ts-check
// Embed, beside Share: a snippet for another page, and what comes of it there.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";

/** A page with a snippet in it. @param {string} snippet */
const course = (snippet) =>
  `<!doctype html><title>A course</title><link rel="icon" href="flame.svg"><body>${snippet}</body>`;

describe("Embed", () => {
  const site = startSite();

  /**
   * @param {(parts: { bench: Bench, dialog: import("playwright-core").Locator, link: string }) => Promise<void>} use `link`: what Share copies
   * @param {string} [recipe]
   */
  async function open(use, recipe = LINK) {
    const context = await site.browser.newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    try {
      const bench = new Bench(await context.newPage(), site.server.url);
      await bench.open(recipe);
      await bench.button("Share").click();
      await bench
        .status("Link")
        .filter({ hasText: /copied/ })
        .waitFor();
      const link = await bench.page.evaluate(() => navigator.clipboard.readText());
      await bench.pressMore("Embed");
      const dialog = bench.page.getByRole("dialog", { name: "Embed in another page" });
      await dialog.waitFor();
      await use({ bench, dialog, link: new URL(link).hash.slice(1) });
      assert.deepEqual(bench.complaints, []);
    } finally {
      await context.close();
      site.server.reset();
    }
  }

  /** Its snippet, once it is about that. @param {import("playwright-core").Locator} dialog @param {string} part */
  async function snippet(dialog, part) {
    const text = dialog.getByRole("textbox", { name: "Snippet" });
    for (let left = 100; left > 0; left--) {
      const value = await text.inputValue();
      if (value.includes(part)) return value;
      await new Promise((done) => setTimeout(done, 50));
    }
    return assert.fail(`no “${part}” in ${await text.inputValue()}`);
  }

  test("gives a frame that trains the bench's recipe as it was chosen", { timeout: 60_000 }, async () => {
    await open(async ({ bench: { page }, dialog, link }) => {
      await dialog.getByRole("checkbox", { name: "Learning rate", exact: true }).check();
      await dialog.getByRole("checkbox", { name: "Test accuracy" }).uncheck();
      await dialog.getByRole("combobox", { name: "It trains" }).selectOption({ label: "Once it is in view" });
      await dialog.getByRole("combobox", { name: "Theme" }).selectOption({ label: "Dark" });
      await dialog.getByRole("textbox", { name: "It stops first at step" }).fill("5");
      await snippet(dialog, "until=5");
      await dialog.getByRole("button", { name: "Copy" }).click();
      await dialog.getByRole("status", { name: "Snippet" }).filter({ hasText: "The snippet is copied." }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^<iframe\n/);
      assert.doesNotMatch(copied, /&(?!amp;)/);
      site.server.break("/course.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end(course(copied));
      });
      await page.goto(`${site.server.url}course.html`);
      const src = String(await page.locator("iframe").getAttribute("src"));
      const look = "show=curve,verdict&edit=lr&start=visible&theme=dark&until=5";
      assert.equal(src, `${site.server.url}embed.html?${look}#${link}`);
      const frame = page.frameLocator("iframe");
      await frame.getByRole("status", { name: "Progress" }).filter({ hasText: "Step 5 of 20 steps" }).waitFor();
      await frame.getByRole("button", { name: "Go on" }).waitFor();
      await frame.getByLabel("Learning rate").waitFor();
    });
  });

  test("gives an element, with a link for who has no scripts", { timeout: 60_000 }, async () => {
    await open(async ({ bench: { page }, dialog, link }) => {
      await dialog.getByRole("combobox", { name: "As" }).selectOption({ label: "An element, loaded by a press" });
      const text = await snippet(dialog, "<bunsen-lab");
      site.server.break("/course.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end(course(text));
      });
      await page.goto(`${site.server.url}course.html`);
      const out = page.getByRole("link", { name: "Train LeNet-5" });
      assert.equal(await out.getAttribute("href"), `${site.server.url}#${link}`);
      await page.getByRole("button", { name: "Train" }).click();
      await page.frameLocator("iframe").getByRole("button", { name: "Train again" }).waitFor({ timeout: 30_000 });
    });
  });

  test("says that a step to stop at is none, and leaves it out", async () => {
    await open(async ({ dialog }) => {
      const until = dialog.getByRole("textbox", { name: "It stops first at step" });
      await until.fill("soon");
      await dialog.getByText("This has to be a whole number from 1.").waitFor();
      assert.equal(await until.getAttribute("aria-invalid"), "true");
      assert.doesNotMatch(await snippet(dialog, "<iframe"), /until/);
    });
  });

  test("says that a recipe which is refused trains nothing", async () => {
    await open(async ({ dialog }) => {
      await dialog.getByText("This recipe has a value that is not allowed").waitFor();
    }, "model=lenet5&lr=much");
  });

  test("is used by the keyboard alone, and gives the focus back", async () => {
    await open(async ({ bench, dialog }) => {
      await bench.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      const more = bench.button("More");
      await more.focus();
      await bench.page.keyboard.press("Enter");
      await bench.button("Embed").focus();
      await bench.page.keyboard.press("Enter");
      await dialog.waitFor();
      // From Close to the first tick, which is the curve's.
      await dialog.getByRole("button", { name: "Close" }).focus();
      await bench.page.keyboard.press("Tab");
      await bench.page.keyboard.press("Space");
      await snippet(dialog, "show=accuracy,verdict");
      await bench.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      assert.ok(await more.evaluate((button) => button.matches(":focus")));
    });
  });

  test("says that it could not be loaded", async () => {
    const context = await site.browser.newContext();
    try {
      const bench = new Bench(await context.newPage(), site.server.url);
      await bench.visit(LINK);
      site.server.break("/assets/embed-dialog*", (_, response) => void response.writeHead(404).end());
      await bench.pressMore("Embed");
      await bench.page
        .getByRole("alert")
        .filter({ hasText: /^This part of the page could not be loaded \(/ })
        .waitFor();
    } finally {
      await context.close();
      site.server.reset();
    }
  });
});
