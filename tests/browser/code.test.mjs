// @ts-check
// "Show as code" on the page: the dialog, its tabs, copying, and what it says where a network cannot be said.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

describe("show as code", () => {
  const site = startSite();

  /** @param {string} link */
  async function opened(link) {
    const { context } = await visitor(site.browser);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(site.server.url).origin });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await bench.button("Show as code").click();
    const dialog = bench.page.getByRole("dialog", { name: "As code" });
    await dialog.waitFor();
    return { context, bench, dialog, page: bench.page };
  }

  test("shows the module's own program, copies it, and follows the keyboard", { timeout: 120_000 }, async () => {
    const link = "model=resnet-8&data=mnist&lr=0.05";
    const { context, dialog, page } = await opened(link);
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const code = dialog.getByRole("region", { name: "resnet-8.py" });
    await code.waitFor();
    const [{ text }] = await lab.asCode(link, "pytorch");
    assert.equal(await code.textContent(), text);
    await dialog.getByRole("button", { name: "Copy resnet-8.py" }).click();
    await dialog.getByRole("status").filter({ hasText: "resnet-8.py was copied." }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);

    await dialog.getByRole("tab", { name: "PyTorch" }).focus();
    await page.keyboard.press("ArrowRight");
    const rust = dialog.getByRole("tab", { name: "Rust", selected: true });
    await rust.waitFor();
    assert.ok(await rust.evaluate((tab) => tab.matches(":focus")));
    const [, main] = await lab.asCode(link, "rust");
    const program = dialog.getByRole("region", { name: "src/main.rs" });
    await program.waitFor();
    assert.equal(await program.textContent(), main.text);
    const downloading = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save Cargo.toml" }).click();
    assert.equal((await downloading).suggestedFilename(), "Cargo.toml");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    lab.close();
    await context.close();
  });

  test("another recipe is another program", { timeout: 120_000 }, async () => {
    const { context, bench, dialog, page } = await opened("model=lenet5&lr=0.003");
    await dialog.getByRole("region", { name: "lenet5.py" }).filter({ hasText: "lr=0.003" }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.evaluate(() => {
      location.hash = "#model=mlp&lr=0.004";
    });
    await page.getByRole("heading", { name: "Multilayer perceptron" }).waitFor();
    await bench.button("Show as code").click();
    await dialog.getByRole("region", { name: "mlp.py" }).filter({ hasText: "lr=0.004" }).waitFor();
    await context.close();
  });

  test("says the paper's own LeNet-5, which has layers that no other network has", { timeout: 120_000 }, async () => {
    const { context, dialog } = await opened("model=lenet5-1998");
    await dialog
      .getByRole("region", { name: "lenet5-1998.py" })
      .filter({ hasText: "def map_criterion(scores, labels):" })
      .waitFor();
    await context.close();
  });
});
