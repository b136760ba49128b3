// @ts-check
// "Show as code" on the page: the dialog, its tabs, copying, and what it says where a network cannot be said.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { OWN, shapes } from "./support/own-images.mjs";
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

    await dialog.getByRole("tab", { name: "PyTorch", exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    const many = dialog.getByRole("tab", { name: "PyTorch, many processes", selected: true });
    await many.waitFor();
    assert.ok(await many.evaluate((tab) => tab.matches(":focus")));
    const files = await lab.asCode(link, "pytorch-distributed");
    assert.deepEqual(
      files.map((/** @type {{ name: string }} */ { name }) => name),
      ["resnet_8.py", "bunsen_train.py", "bunsen_ranks.py", "bunsen_run.py", "bunsen_streams.py", "bunsen_augment.py"],
    );
    for (const file of files) {
      const shown = dialog.getByRole("region", { name: file.name });
      await shown.waitFor();
      assert.equal(await shown.textContent(), file.text);
    }
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

  test("a program for many processes is told what a checked link promises", { timeout: 120_000 }, async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start("model=lenet5&subset=256&steps=2&test=10");
    await run.step(2);
    const link = await run.checkedLink();
    lab.close();
    const { context, dialog } = await opened(link);
    await dialog.getByRole("tab", { name: "PyTorch, many processes" }).click();
    const text = await dialog.getByRole("region", { name: "lenet5.py" }).textContent();
    const [, check = "", marks = ""] = /check=([0-9a-f]+)&marks=([0-9a-z]+)/.exec(link) ?? [];
    assert.ok(text?.includes(`CHECK = "${check}"\nMARKS = "${marks}"\n`), text ?? "");
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

  test("own images are read by load.py or by modules of Rust, and saved as own.npz", { timeout: 120_000 }, async () => {
    const { context, bench, dialog, page } = await opened("model=lenet5&data=own&seed=4");
    // Before there are any.
    await dialog
      .getByRole("region", { name: "load.py" })
      .filter({ hasText: /SEED, DIGEST = 32, True, 4, ""/ })
      .waitFor();
    const saving = dialog.getByRole("button", { name: "Save prepared images" });
    assert.equal(await saving.count(), 0);
    await dialog.getByRole("button", { name: "Close" }).click();
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
    await chooser.setFiles({ name: "shapes.zip", mimeType: "application/zip", buffer: shapes });
    await bench.status("Your images").filter({ hasText: "60 images" }).waitFor();
    await bench.button("Show as code").click();
    const reader = dialog.getByRole("region", { name: "load.py" }).filter({ hasText: OWN });
    await reader.waitFor();
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const dataset = await lab.customDataset(new Uint8Array(shapes));
    const link = `model=lenet5&seed=4&${dataset.link}`;
    const [script, { text }] = await lab.asCode(link, "pytorch");
    assert.equal(await reader.textContent(), text);
    const shown = (await dialog.getByRole("region", { name: "lenet5.py" }).textContent()) ?? "";
    const measured = (/** @type {string} */ program) => /NAMES = .*|MEAN = .*|DEVIATION = .*/g[Symbol.match](program);
    assert.deepEqual(measured(shown), measured(script.text));
    assert.match(script.text, /NAMES = \["circles", "squares", "triangles"\]/);
    const [download] = await Promise.all([page.waitForEvent("download"), saving.click()]);
    assert.equal(download.suggestedFilename(), "own.npz");
    assert.ok((await readFile(await download.path())).equals(await lab.preparedImages(link)));
    await dialog.getByRole("tab", { name: "Rust" }).click();
    const modules = ["src/load.rs", "src/files.rs", "src/picture.rs"];
    for (const name of modules) await dialog.getByRole("region", { name, exact: true }).waitFor();
    const main = dialog.getByRole("region", { name: "src/main.rs" }).filter({ hasText: `digest: "${OWN}"` });
    await main.waitFor();
    assert.equal(await saving.count(), 1);
    lab.close();
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
