// @ts-check
// Answers for a folder, on the page: they are those of the package, by doubt, and the run is as it was.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { images } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { startSite } from "./support/site.mjs";
import { zip } from "./support/zip.mjs";

const LINK = "model=lenet5&data=digits&subset=400&batch=20&steps=40&seed=3";
const IMAGES = 120;

/** The run under Node: its check, test images in folders of their classes, and its answers to them. */
async function expected() {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu", workers: 1 });
  const run = await lab.start(LINK);
  await run.step(40);
  const files = run
    .examples("test", 0, IMAGES)
    .map((/** @type {{ pixels: Uint8Array, label: number }} */ { pixels, label }, /** @type {number} */ index) => ({
      path: `digits/${label}/${index}.png`,
      bytes: png(28, 28, (x, y) => [255 - (pixels[28 * y + x] ?? 0)]),
    }));
  const answers = await run.predictAll(files);
  const check = await run.check();
  lab.close();
  return { files, answers, check };
}

/** @param {string} name @param {Buffer | Uint8Array} bytes */
const file = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });

describe("answers for a folder", () => {
  const site = startSite();
  /** @type {Awaited<ReturnType<typeof expected>>} */ let module;
  before(async () => {
    module = await expected();
  });

  /** A page with a trained network, and the panel opened. @param {string} [link] @param {{ width: number, height: number }} [size] */
  async function opened(link = LINK, size = { width: 1280, height: 900 }) {
    const { context } = await visitor(site.browser);
    const page = await context.newPage();
    await page.setViewportSize(size);
    const bench = new Bench(page, site.server.url);
    await bench.open(link);
    await page.getByText("Answers for a folder", { exact: true }).click();
    await page.getByText("Shown once the network has been trained for a step.").waitFor();
    await bench.button("Train").click();
    await bench.finished();
    const panel = page.getByRole("region", { name: "Answers for a folder" });
    const rows = panel.getByRole("table").locator("tbody tr");
    const give = (/** @type {ReturnType<typeof file>[]} */ ...files) =>
      panel.getByLabel("New images", { exact: true }).setInputFiles(files);
    return { context, page, bench, panel, rows, give, result: bench.status("Answers") };
  }

  test("are those of the package, by doubt, and nothing of the run changes", { timeout: 120_000 }, async () => {
    const { context, page, bench, panel, rows, give, result } = await opened(`${LINK}&check=${module.check}`);
    await panel.getByText("It can only choose among its classes, whatever it is shown: 0, 1,").waitFor();
    const notes = { path: "digits/notes\u202e.txt", bytes: new TextEncoder().encode("no image") };
    await give(file("digits.zip", zip([...module.files, notes])));
    const { right, answers } = module.answers;
    await result
      .filter({ hasText: `${IMAGES} images answered by the network after step 40. ${right} of ${IMAGES} right, ` })
      .waitFor();
    assert.equal(await rows.count(), 50);
    const first = answers[0];
    assert.match(
      (await rows.first().innerText()).replace(/\s+/g, " "),
      new RegExp(`^${first.path} ${first.answer} \\d+\\.\\d % .*(right|wrong): ${first.label}$`),
    );
    await panel.getByText("1 file could not be read", { exact: true }).click();
    await panel.getByText("digits/notes[U+202E].txt (it is no PNG").waitFor();

    await panel.getByRole("button", { name: "Next page" }).click();
    await bench
      .status("Images shown")
      .filter({ hasText: `51 to 100 of ${IMAGES} images` })
      .waitFor();
    await panel.getByLabel("Shown", { exact: true }).selectOption({ label: "Wrong" });
    const wrong = answers.filter((/** @type {{ correct: boolean }} */ { correct }) => !correct);
    await rows.nth(Math.min(50, wrong.length) - 1).waitFor();
    assert.equal(await rows.count(), Math.min(50, wrong.length));
    await panel.getByLabel("Answer", { exact: true }).selectOption({ label: first.answer });
    const both = wrong.filter((/** @type {{ answer: string }} */ { answer }) => answer === first.answer);
    if (both.length > 0) await rows.nth(Math.min(50, both.length) - 1).waitFor();
    assert.equal(await rows.count(), Math.min(50, both.length));

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "answers.csv");
    const table = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
    assert.equal(table[0], "image,answer,probability,label,correct,0,1,2,3,4,5,6,7,8,9,unsure");
    const cells = table.slice(1).map((line) => line.split(","));
    assert.deepEqual(
      cells.map(([path, answer, probability]) => [path, answer, Number(probability)]),
      answers.map((/** @type {any} */ { path, answer, probability }) => [
        path,
        answer,
        Math.floor(1e6 * probability + 0.5) / 1e6,
      ]),
    );
    await bench.assertSameRun();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("are stopped where one likes, and the page stays at hand", { timeout: 180_000 }, async () => {
    const { context, panel, rows, give, result } = await opened();
    const many = Array.from({ length: 2_000 }, (_, index) => {
      const { path, bytes } = module.files[index % IMAGES];
      return { path: `${index}/${path}`, bytes };
    });
    await give(file("many.zip", zip(many)));
    await panel.getByRole("progressbar", { name: "Answering the images" }).waitFor();
    await panel.getByText(/^[1-9][\d,]* of 2,000 files$/).waitFor();
    await panel.getByRole("button", { name: "Stop" }).click();
    await result.filter({ hasText: /Stopped after [\d,]+ of 2,000 files\./ }).waitFor();
    assert.ok((await rows.count()) > 0);
    // All of them, after that.
    await give(file("many.zip", zip(many)));
    await result.filter({ hasText: /\b2,000 images answered/ }).waitFor({ timeout: 120_000 });
    await context.close();
  });

  test(
    "what holds no image is told, and a network of grey digits takes photographs",
    { timeout: 120_000 },
    async () => {
      const { context, panel, rows, give, result } = await opened(LINK, { width: 360, height: 740 });
      await give(file("notes.txt", Buffer.from("no image")));
      await panel
        .getByText("There is no image to be answered in it. 1 file could not be read: notes.txt (it is no PNG")
        .waitFor();
      await give(file("broken.zip", zip(module.files).subarray(0, 400)));
      await panel.getByText(/broken\.zip \(.*cannot be read as a zip/).waitFor();
      const photographs = images.slice(0, 4).map(({ path, bytes }) => file(path.replaceAll("/", "-"), bytes));
      await give(
        ...photographs,
        file(
          "blank.png",
          png(8, 8, () => [200, 200, 200]),
        ),
      );
      await result.filter({ hasText: /5 images answered by the network after step 40\..* unsure\./ }).waitFor();
      const blank = rows.filter({ hasText: "blank.png" });
      assert.match(await blank.innerText(), /unsure: an image of one colour/);
      const sticksOut = await panel.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(sticksOut <= 1, `${sticksOut} pixels stick out`);
      await context.close();
    },
  );

  test("images that are dropped there are answered, and not trained on", { timeout: 120_000 }, async () => {
    const { context, page, panel, result } = await opened();
    const transfer = await page.evaluateHandle(
      (bytes) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([new Uint8Array(bytes)], "7.png"));
        return dropped;
      },
      [...(module.files[0]?.bytes ?? [])],
    );
    await panel.getByText("Drop a folder, a zip or images here.").dispatchEvent("drop", { dataTransfer: transfer });
    await result.filter({ hasText: "1 image answered by the network after step 40." }).waitFor();
    assert.ok(!page.url().includes("data=own"));
    await context.close();
  });
});
