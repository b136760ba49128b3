// @ts-check
// Test-time augmentation: scores that count each image together with its mirror image are other scores, and say so wherever they
// are told. Training is the same.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { ON_SOFTWARE_GPU, unlessLong } from "./support/long.mjs";
import { Bench } from "./support/page.mjs";
import { load, noGpuBuild, pkg } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const PLAIN = "model=lenet5&data=digits&subset=640&batch=32&steps=40&seed=3&val=64";
const LINK = `${PLAIN}&tta=flip`;
const WORDS = "each with its mirror image";

/** The score, the losses and the answers of a link under Node. @param {string} link */
async function trained(link) {
  const { openLab } = await load("index.js");
  const lab = await openLab({ workers: 1 });
  const run = await lab.start(link);
  const losses = (await run.step(40)).map((/** @type {{ loss: number }} */ { loss }) => loss);
  const [score, validation] = [await run.evaluate(), await run.validate()];
  const answer = [...(await run.predict(new Float32Array(784).fill(0.5)))];
  const found = { losses, score, validation, answer, file: await run.runFile(), plan: run.plan };
  lab.close();
  return found;
}

describe("scores with mirror images", () => {
  const site = startSite({ gpu: true });
  /** @type {Awaited<ReturnType<typeof trained>>} */ let mirrored;
  /** @type {string} */ let folder;
  before(async () => {
    mirrored = await trained(LINK);
    folder = await mkdtemp(join(tmpdir(), "bunsen-mirror-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("differ in the package from those without, name what they are, and nothing else differs", async () => {
    const plain = await trained(PLAIN);
    assert.deepEqual(mirrored.losses, plain.losses);
    assert.deepEqual(mirrored.answer, plain.answer);
    // A mirror makes other signs of digits.
    assert.ok(Math.abs(mirrored.score.accuracy - plain.score.accuracy) > 0.01);
    for (const { tta } of [mirrored.score, mirrored.validation, mirrored.plan]) assert.equal(tta, "flip");
    for (const of of [plain.score, plain.validation, plain.plan]) assert.ok(!("tta" in of));
    const { openLab } = await load("index.js");
    const lab = await openLab({ workers: 1 });
    assert.equal(lab.readRunFile(mirrored.file).scores[0].tta, "flip");
    assert.ok(!("tta" in lab.readRunFile(plain.file).scores[0]));
    assert.match(mirrored.file, /"tta": "flip"/);
    assert.doesNotMatch(plain.file, /"tta"/);
    // One that does not say what its link says is refused.
    const nameless = mirrored.file.replace(/,\s*"tta": "flip"/, "");
    assert.throws(() => lab.readRunFile(nameless), {
      kind: "file",
      message: "This run file cannot be used: its link says tta=flip, but its score after step 40 tta=off.",
    });
    lab.close();
  });

  test("are named in what the command prints", async () => {
    const words = [join(pkg, "command.js"), "train", LINK, "--out", join(folder, "out")];
    const out = await new Promise((done, fail) => {
      execFile(process.execPath, words, (error, out) => (error ? fail(error) : done(out)));
    });
    const percent = (100 * mirrored.score.accuracy).toFixed(2);
    assert.ok(String(out).includes(`step 40: ${percent} % of 2000 test images, ${WORDS}, test loss `), String(out));
    assert.match(await readFile(join(folder, "out", "run.bunsen.json"), "utf8"), /"tta": "flip"/);
  });

  test("are named on the page wherever they are told", { timeout: 120_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    const { page } = bench;
    await bench.open(LINK);
    await page.getByText("All settings").click();
    assert.equal(await bench.choice("Test-time augmentation").inputValue(), "flip");
    await page.getByText("What it gets wrong").click();
    await bench.button("Train").click();
    const percent = `${(100 * mirrored.score.accuracy).toFixed(1)} %`;
    assert.equal(await bench.finalAccuracy(40), Number(percent.replace(" %", "")));
    const innerText = async (/** @type {import("playwright-core").Locator} */ of) =>
      (await of.innerText()).replace(/\s+/g, " ");
    // What is heard when the score changes is the status itself.
    assert.equal(await innerText(bench.status("Test accuracy")), `${percent} of the test images, ${WORDS}`);
    assert.match(
      await innerText(bench.status("Validation accuracy")),
      new RegExp(`^[\\d.]+ % of the validation images, ${WORDS}$`),
    );
    for (const quantity of /** @type {const} */ (["Loss", "Accuracy"])) {
      await bench.showCurve(quantity);
      const curve = page.getByRole("img", { name: new RegExp(`^${quantity} against the step`) });
      await page
        .getByRole("img", { name: new RegExp(`^${quantity} .*On the test images at step 40, ${WORDS}: `) })
        .waitFor();
      assert.equal(await curve.count(), 1);
    }
    await page.getByText("The test points as numbers").click();
    const table = page.getByRole("table", { name: `Every score on the test images, ${WORDS}, the latest first` });
    await table.getByRole("columnheader", { name: "Test accuracy with mirror images" }).waitFor();
    await page
      .getByRole("status", { name: "Mistakes" })
      .filter({ hasText: asRead(new RegExp(`of 2,000 test images wrong, ${WORDS}\\.`)) })
      .waitFor();
    const runs = await bench.compare();
    await bench.more("A");
    await runs.getByText(`${percent} of the test images right, ${WORDS}`).waitFor();
    await runs.getByRole("checkbox", { name: /^Show / }).check();
    await runs
      .getByRole("img", { name: new RegExp(`on the test images, ${WORDS} `) })
      .first()
      .waitFor();
    // A run file that is opened, of the same run.
    const chooser = page.waitForEvent("filechooser");
    await bench.pressMore("Open run");
    await (
      await chooser
    ).setFiles({
      name: "run.bunsen.json",
      mimeType: "application/json",
      buffer: Buffer.from(mirrored.file),
    });
    await bench
      .status("Opened run")
      .filter({ hasText: `${percent} of the test images right, ${WORDS}.` })
      .waitFor();
    // Without it, nothing is said.
    await bench.choice("Test-time augmentation").selectOption("off");
    await bench.button("Train").click();
    await bench.finalAccuracy(40);
    assert.match(await innerText(bench.status("Test accuracy")), /^[\d.]+ %$/);
    await context.close();
  });

  test(
    "are those of the CPU on the GPU engine",
    { skip: noGpuBuild || unlessLong(ON_SOFTWARE_GPU), timeout: 240_000 },
    async () => {
      const { context } = await visitor(site.browser);
      const bench = new Bench(await context.newPage(), site.server.url);
      await bench.open(LINK);
      await bench.chooseEngine("GPU");
      await bench.button("Train").click();
      const found = await bench.finalAccuracy(40, { timeout: 200_000 });
      // Rounded otherwise, some of 2,000 images may be told otherwise; without mirror images it would be points.
      assert.ok(Math.abs(found - 100 * mirrored.score.accuracy) < 0.3, `${found} against ${mirrored.score.accuracy}`);
      assert.match(await bench.status("Test accuracy").innerText(), new RegExp(WORDS));
      assert.match(await bench.status("Engine").innerText(), /GPU/);
      await context.close();
    },
  );

  test("of a part of the test images name both", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(`${LINK}&test=100`);
    await bench.button("Train").click();
    await bench.finalAccuracy(40);
    const status = bench.status("Test accuracy");
    assert.match(await status.innerText(), new RegExp(`^[\\d.]+ %\\s+of the first 100 test images, ${WORDS}$`));
    await context.close();
  });

  test("are named in an embed, and in one of two runs", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser);
    const page = await context.newPage();
    await page.goto(`${site.server.url}embed.html#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    await page.getByText("Test accuracy with mirror images", { exact: true }).waitFor();
    await page
      .getByRole("paragraph")
      .filter({ hasText: /^\s*Test accuracy with mirror images\s[^]*[\d.]+ %\s*$/ })
      .waitFor();
    await page.goto(`${site.server.url}embed.html?compare=tta:off#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    const runs = page.getByRole("list", { name: "Runs, with their test accuracy" }).getByRole("listitem");
    await runs
      .nth(0)
      .filter({ hasText: /[\d.]+ % with mirror images/ })
      .waitFor();
    await runs
      .nth(1)
      .filter({ hasText: /[\d.]+ %\s*$/ })
      .waitFor();
    await context.close();
  });
});
