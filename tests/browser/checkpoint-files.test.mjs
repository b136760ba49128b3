// @ts-check
// Checkpoints and weights as files: saved, opened again, and refused where they are none.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { LINK, prepare, sharedCheck, STEPS, trainTo, uninterrupted } from "./support/autosave.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

describe("files", () => {
  const site = startSite();
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {Bench} */ let bench;
  /** @type {Awaited<ReturnType<typeof uninterrupted>>} */ let expected;
  before(async () => {
    expected = await uninterrupted();
  });
  beforeEach(async () => {
    ({ context } = await visitor(site.browser));
    await prepare(context);
    bench = new Bench(await context.newPage(), site.server.url);
  });
  afterEach(() => context?.close());

  /** What a button saves. @param {string} name */
  async function saved(name) {
    const [download] = await Promise.all([
      bench.page.waitForEvent("download"),
      name === "Save run" ? bench.pressMore(name) : bench.button(name).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** @param {string} name @param {Buffer} buffer */
  async function openFile(name, buffer) {
    const [chooser] = await Promise.all([
      bench.page.waitForEvent("filechooser"),
      bench.button("Open weights or checkpoint").click(),
    ]);
    await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer });
  }

  test("a checkpoint that was saved goes on elsewhere, and gives the same run", { timeout: 120_000 }, async () => {
    await trainTo(bench, 40);
    // While it trains, and while it stands.
    const going = await saved("Save checkpoint");
    assert.match(going.name, /^lenet5-step-\d+\.checkpoint\.safetensors$/);
    await bench.button("Pause").click();
    await bench.finished();
    const { done } = await bench.progress();
    const standing = await saved("Save checkpoint");
    assert.equal(standing.name, `lenet5-step-${done}.checkpoint.safetensors`);
    await context.close();

    for (const { bytes } of [going, standing]) {
      ({ context } = await visitor(site.browser));
      await prepare(context);
      bench = new Bench(await context.newPage(), site.server.url);
      await bench.open("model=lenet5&data=digits&seed=99");
      await openFile("run.safetensors", bytes);
      await bench
        .status("Progress")
        .filter({ hasText: asRead(/step [1-9]/) })
        .waitFor();
      await bench.finished();
      assert.equal(new URLSearchParams(bench.link).get("seed"), "3");
      if (bytes === standing.bytes) assert.equal((await bench.progress()).done % 31, done % 31);
      await bench.button("Go on").click();
      await bench.finalAccuracy(STEPS);
      // The same bits; but nobody says so of steps that came in a file.
      assert.equal(JSON.parse((await saved("Save run")).bytes.toString()).check, expected.check);
      assert.equal(await sharedCheck(bench), undefined);
      assert.deepEqual(bench.complaints, []);
      await context.close();
    }
  });

  test("a checkpoint of the last step opens as a finished run, scored", { timeout: 60_000 }, async () => {
    const link = "model=lenet5&data=digits&subset=200&steps=12";
    await bench.open(link);
    await bench.button("Train").click();
    const accuracy = await bench.finalAccuracy(12);
    const { bytes } = await saved("Save checkpoint");
    await bench.open("model=lenet5&data=digits&seed=99");
    await openFile("run.safetensors", bytes);
    assert.equal(await bench.finalAccuracy(12), accuracy);
    assert.equal(await bench.pressable("Train").count(), 0, "nothing is left to train");
    await bench.button("Share").click();
    await bench
      .status("Link")
      .filter({ hasText: asRead(/\S/) })
      .waitFor();
  });

  test("weights are saved, and what is neither weights nor a checkpoint is told", { timeout: 60_000 }, async () => {
    await bench.open(LINK);
    await bench.button("Step").click();
    await bench.reach(1);
    const { name, bytes } = await saved("Save weights");
    assert.equal(name, "lenet5-step-1.weights.safetensors");
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
    assert.deepEqual(header["fc1.weight"].shape, [120, 400]);

    for (const [file, sentence] of /** @type {const} */ ([
      [
        Buffer.from("It was a dark and stormy night"),
        /^These weights cannot be used: its header should be \d+ bytes long, and only 22 follow: it is cut short, or no safetensors file\.$/,
      ],
      [Buffer.alloc(0), "These weights cannot be used: it is no safetensors file, for it has 0 bytes in all."],
    ])) {
      await openFile("file.safetensors", file);
      const alert = bench.alert.filter({ hasText: asRead(sentence) });
      await alert.waitFor();
      assert.equal((await bench.progress()).done, 1, "the run there was is still there");
      await bench.button("Step").click();
      await alert.waitFor({ state: "detached" });
      await bench.button("Reset").click();
      await bench.button("Step").click();
      await bench.reach(1);
    }
  });
});
