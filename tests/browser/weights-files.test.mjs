// @ts-check
// Weights come back in: opened and dropped, asked for by a link, and those of a finished run that is trained further.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { prepare } from "./support/autosave.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { images, shapes, TRAINING } from "./support/own-images.mjs";
import { png } from "./support/png.mjs";
import { startSite } from "./support/site.mjs";
import { choose as chooseImage, drop, imageFile } from "./support/try.mjs";
import { pickled, withNaN, withPrefix } from "./support/weights.mjs";

const RECIPE = "model=lenet5&data=digits&subset=200&batch=20&epochs=2&warmup=0&lr=0.004";
/** Steps of it, and of four more epochs. */
const STEPS = 20;
const FURTHER = 40;

/** A white picture. */
const white = png(32, 32, () => [255, 255, 255]);

/** @param {Uint8Array} file */
const digestOf = (file) => createHash("sha256").update(file).digest("hex").slice(0, 16);

describe("weights", () => {
  const site = startSite();
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {Bench} */ let bench;
  /** The weights of the recipe's run, as the package gives them, and of another network. */
  /** @type {Uint8Array} */ let weights;
  /** @type {Uint8Array} */ let resnet;

  before(async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const trained = await lab.start(RECIPE);
    await trained.step(STEPS);
    weights = await trained.weights();
    const other = await lab.start("model=resnet-8&data=digits&subset=200&batch=10&steps=2&warmup=0");
    resnet = await other.weights();
    lab.close();
  });
  beforeEach(() => visit());
  afterEach(() => context?.close());

  /** Another browser. */
  async function visit() {
    await context?.close();
    ({ context } = await visitor(site.browser));
    await prepare(context);
    bench = new Bench(await context.newPage(), site.server.url);
  }

  /** @param {import("playwright-core").Locator} opener @param {Uint8Array} bytes */
  async function choose(opener, bytes, name = "saved.safetensors") {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), opener.click()]);
    await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
  }
  /** @param {Uint8Array} bytes @param {string} [name] */
  const open = (bytes, name) => choose(bench.button("Open weights or checkpoint"), bytes, name);
  /** Drops a file on the page. @param {string} name @param {Uint8Array} bytes */
  const dropFile = (name, bytes) =>
    drop(bench.page.locator("bench-app"), [{ name, type: "", content: Buffer.from(bytes).toString("base64") }]);
  /** What a button saves. @param {string} name */
  async function saved(name) {
    const [download] = await Promise.all([bench.page.waitForEvent("download"), bench.button(name).click()]);
    return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
  }
  /** The link that Share copies, and what is said of it. */
  async function share() {
    await bench.button("Share").click();
    const status = bench.status("Link").filter({ hasText: asRead(/\S/) });
    await status.waitFor();
    const address = await bench.page.evaluate(() => /** @type {any} */ (globalThis).shared);
    return { link: new URL(address).hash.slice(1), text: await status.innerText() };
  }
  const group = (/** @type {string} */ name) => bench.page.getByRole("group", { name, exact: true });
  /** @param {string} name @param {RegExp} text */
  const says = (name, text) =>
    bench
      .status(name)
      .filter({ hasText: asRead(text) })
      .waitFor({ timeout: 20_000 });

  test("that were saved open in another browser: they answer, are looked into and scored, and are trained on from", async () => {
    await bench.open(RECIPE);
    await bench.button("Train").click();
    const accuracy = await bench.finalAccuracy(STEPS);
    const { bytes } = await saved("Save weights");
    assert.deepEqual(bytes, weights, "they are those that the package saves");
    await visit();
    await bench.open("model=resnet-8&data=digits");
    await open(bytes);
    const offer = group("Opened weights");
    assert.match(await offer.innerText(), /^saved\.safetensors has the weights of LeNet-5, 61,706 numbers\./);
    await offer.getByRole("button", { name: "Answer with it" }).click();
    await offer.waitFor({ state: "detached" });
    await says("Guess", /By the weights of the file/);
    assert.equal(await bench.accuracy(), accuracy, "it is scored as it was");
    assert.equal((await bench.progress()).done, 0);
    assert.equal(new URLSearchParams(bench.link).get("init"), digestOf(bytes));
    await bench.openLayer();
    await says("Looked at", /^By the weights of the file: nothing is trained here yet\.$/);
    assert.doesNotMatch((await share()).link, /check|marks/);
    await bench.button("Train").click();
    await bench.finalAccuracy(STEPS);
    await says("Guess", /^(?!.*By the weights)/);
    assert.deepEqual(bench.complaints, []);
  });

  test("that are dropped are trained on from in the recipe at hand, and without a recipe of their own too", async () => {
    for (const bytes of [weights, withPrefix(weights)]) {
      await bench.open("model=lenet5&data=digits&subset=400&batch=20&epochs=1&lr=0.0003&seed=5");
      await dropFile("model.safetensors", bytes);
      await bench.button("Train on from it").click();
      await says("Guess", /By the weights of the file/);
      assert.equal(new URLSearchParams(bench.link).get("seed"), "5");
      await bench.button("Train").click();
      await bench.finalAccuracy(20);
      assert.equal(new URLSearchParams(bench.link).get("init"), digestOf(bytes));
    }
    assert.deepEqual(bench.complaints, []);
  });

  test("of 10 classes start a network of others: what starts anew is said, and nobody takes it for trained", async () => {
    await bench.open("model=lenet5&data=shapes&subset=200&batch=20&epochs=1");
    await open(weights);
    await bench.button("Train on from it").click();
    await bench.page.getByText(/^The weights of the first layer start anew: the file has 6×1×5×5/).waitFor();
    await says("Guess", /A guess: some layers are not trained yet/);
  });

  test("a link that starts from a file asks for it, refuses others, and finds it again after a reload", async () => {
    const digest = digestOf(weights);
    const link = `${RECIPE}&init=${digest}`;
    await bench.open(link);
    const asks = group("Initial weights");
    await asks.waitFor();
    assert.match(
      await asks.innerText(),
      new RegExp(
        `^This run starts from weights in a file\\. Drop the file whose digest \\(SHA-256\\) begins with ${digest}, or choose it\\.`,
      ),
    );
    await choose(bench.button("Choose the file"), resnet, "other.safetensors");
    await bench.alertThatMatches(
      new RegExp(
        `^other\\.safetensors was not used: it has weights of ResNet-8, its digest begins with ${digestOf(resnet)}, and this run starts from the file whose digest begins with ${digest}\\.$`,
      ),
    );
    await asks.waitFor();
    // Whoever trains all the same is told.
    await bench.button("Train").click();
    await bench.alertThatMatches(new RegExp(`begins with ${digest}: give that file\\.$`));
    await choose(bench.button("Choose the file"), weights);
    await asks.waitFor({ state: "detached" });
    await says("Guess", /By the weights of the file/);
    await bench.page.reload();
    await says("Guess", /By the weights of the file/);
    assert.equal(await asks.count(), 0);
  });

  test(
    "a finished run is trained further as one of its own, which is the same elsewhere with its file",
    { timeout: 120_000 },
    async () => {
      await bench.open(RECIPE);
      await bench.button("Train").click();
      await bench.finalAccuracy(STEPS);
      await bench.button("Train further").click();
      await bench
        .status("Progress")
        .filter({ hasText: asRead(/of 4, step/) })
        .waitFor();
      await bench.finalAccuracy(FURTHER);
      const recipe = new URLSearchParams(bench.link);
      assert.equal(recipe.get("lr"), "0.0004");
      // Four epochs are this network's own.
      assert.equal(recipe.get("epochs"), null);
      assert.equal(recipe.get("init"), digestOf(weights));
      const { link, text } = await share();
      assert.match(link, /&check=/);
      assert.match(text, /It starts from weights in a file, which is not in the link: give that file along with it\.$/);
      const file = await saved("Save these weights");
      assert.equal(file.name, `lenet5-${digestOf(weights)}.weights.safetensors`);
      assert.deepEqual(file.bytes, weights);

      await visit();
      await bench.open(link);
      await group("Initial weights").waitFor();
      await dropFile(file.name, file.bytes);
      await says("Guess", /By the weights of the file/);
      assert.equal(await bench.page.getByText(/The same run/).count(), 0, "nothing is the same before it is computed");
      await bench.button("Train").click();
      await bench.finalAccuracy(FURTHER);
      await bench.assertSameRun();
      // Once more, from there.
      await bench.button("Train further").click();
      await bench.finalAccuracy(FURTHER);
      assert.equal(new URLSearchParams(bench.link).get("lr"), "0.00004");
      assert.deepEqual(bench.complaints, []);
    },
  );

  test("the recipe's chips say which it starts from, and let it go", async () => {
    await bench.open(RECIPE);
    await open(weights);
    await bench.button("Train on from it").click();
    await says("Guess", /By the weights of the file/);
    const chips = bench.page.getByRole("list", { name: "Changed settings" });
    await chips.getByText(`Initial weights ${digestOf(weights)}`).waitFor();
    await bench.button("Initial weights back to none").click();
    await says("Guess", /Not trained yet: a guess/);
    assert.equal(new URLSearchParams(bench.link).has("init"), false);
  });

  test("what cannot be used is told, and nothing of it is kept", async () => {
    const wrong = /** @type {const} */ ([
      ["weights.safetensors", withNaN(weights), /conv1\.bias holds something that is no finite number\.$/],
      ["cut.safetensors", weights.subarray(0, -4), /its tensors take another number of bytes/],
      [
        "model.pt",
        pickled(),
        /it is a \.pt file, which is a pickle .* save_file\(model\.state_dict\(\), 'weights\.safetensors'\)`/,
      ],
      ["photo.safetensors", png(28, 28, () => [9, 9, 9]), /no safetensors file/],
    ]);
    await bench.open(RECIPE);
    for (const [name, bytes, sentence] of wrong) {
      await open(new Uint8Array(bytes), name);
      await bench.alertThatMatches(sentence);
      await dropFile(name, bytes);
      await bench.alertThatMatches(sentence);
      assert.equal(await group("Opened weights").count(), 0);
    }
    const kept = await bench.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const names = [];
      for await (const name of /** @type {any} */ (root).keys()) names.push(name);
      return names;
    });
    assert.ok(!kept.includes("bunsen-weights-v1"), kept.join(" "));
  });

  test("of another network, named by the link, are refused by their first tensor", async () => {
    await bench.open(RECIPE);
    await open(withPrefix(resnet, ""));
    await bench.button("Train on from it").click();
    await bench.alertThatMatches(/^These weights cannot be used: conv1\./);
  });

  test("of one's own images answer without them, and say so; with the images they are scored", async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    await lab.customDataset(images, { size: 32, channels: "colour" });
    const run = await lab.start(TRAINING);
    await run.step(3);
    const file = await run.weights();
    const answer = await run.predict(Float32Array.from({ length: 3 * 32 * 32 }, () => 1));
    lab.close();
    await bench.open("model=lenet5&data=digits");
    await open(file);
    await bench.button("Answer with it").click();
    await bench.page
      .getByText(/The images of this recipe are not here, so the network answers by the weights/)
      .waitFor();
    await chooseImage(bench.page, imageFile("white.png", white));
    await says("Guess", /By the weights of the file/);
    // The names are those of the file.
    const table = bench.page.getByRole("table", { name: "Probability of each class" });
    await table.getByText("circle").first().waitFor();
    const shown = await bench.probabilities();
    for (const [at, probability] of shown.entries()) assert.ok(Math.abs(probability - (answer[at] ?? NaN)) < 0.006);
    await bench.openLayer();
    await says("Looked at", /^By the weights of the file/);
    // With the images it is what its recipe says.
    await dropFile("shapes.zip", shapes);
    await bench.accuracy();
    assert.equal(await bench.page.getByText(/The images of this recipe are not here/).count(), 0);
    assert.deepEqual(bench.complaints, []);
  });
});
