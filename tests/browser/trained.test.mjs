// @ts-check
// Trained networks that come with the page: tried at once, found by links, refused where their file is damaged.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { prepare } from "./support/autosave.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { dist, load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const FILE = /^lenet5-mnist-[\w-]+\.safetensors$/;
const RECORD = JSON.parse(await readFile(new URL("../../www/src/trained/lenet5-mnist.json", import.meta.url), "utf8"));
const { digest } = RECORD;

describe("a trained network that comes with the page", () => {
  const site = startSite();
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {Bench} */ let bench;
  /** The address of its file. */
  let path = "";

  before(async () => {
    const name = (await readdir(join(dist, "assets"))).find((each) => FILE.test(each));
    assert.ok(name, "the site has its file");
    path = `/assets/${name}`;
  });
  beforeEach(async () => {
    site.server.reset();
    ({ context } = await visitor(site.browser));
    await prepare(context);
    bench = new Bench(await context.newPage(), site.server.url);
  });
  afterEach(() => context?.close());

  const fetched = () => site.server.requests.filter((each) => each === path).length;
  /** @param {RegExp} text */
  const guesses = (text) =>
    bench
      .status("Guess")
      .filter({ hasText: asRead(text) })
      .waitFor({ timeout: 30_000 });
  const asksForFile = () => bench.page.getByRole("group", { name: "Initial weights", exact: true });

  test("is one press away, answers to a drawn digit, and says what it was trained on, by which recipe, and its score", async () => {
    await bench.open("model=lenet5&data=digits");
    assert.equal(fetched(), 0, "it is not fetched before anybody asks for it");
    await bench.page
      .getByRole("button", { name: "LeNet-5, trained on MNIST: 99.04 % of 10,000 test images", exact: true })
      .click();
    await guesses(/By the weights of the file/);
    assert.equal(fetched(), 1);
    assert.equal(bench.link, `model=lenet5&data=mnist&init=${digest}&v=1`);
    await bench.draw();
    await bench.probabilities(([, one = 0]) => one > 0.9);
    const note = bench.page.getByRole("note", { name: "Trained network", exact: true });
    assert.match(await note.innerText(), /LeNet-5, trained on MNIST: 99\.04 % of 10,000 test images\./);
    await note.getByRole("link", { name: "The recipe that it was trained by" }).click();
    await guesses(/Not trained yet: a guess/);
    assert.equal(new URLSearchParams(bench.link).get("check"), RECORD.check);
    assert.deepEqual(bench.complaints, []);
  });

  test("is one press away on the stage, until a network is trained here", async () => {
    await bench.open("model=lenet5&data=digits&subset=640&epochs=1");
    const stage = bench.page.getByRole("region", { name: "Stage", exact: true });
    const offer = stage.getByRole("button", { name: "Try a trained network", exact: true });
    assert.equal(await offer.getAttribute("title"), "LeNet-5, trained on MNIST: 99.04 % of 10,000 test images");
    await offer.click();
    await guesses(/By the weights of the file/);
    assert.equal(bench.link, `model=lenet5&data=mnist&init=${digest}&v=1`);
    assert.equal(await offer.count(), 0);
    await bench.open("model=mlp&data=digits");
    assert.equal(await offer.count(), 0, "of that network there is none");
    await bench.open("model=lenet5&data=digits&subset=640&epochs=1");
    await bench.button("Train").click();
    await bench.finished();
    assert.equal(await offer.count(), 0);
    assert.deepEqual(bench.complaints, []);
  });

  test("needs no file where a link starts from it: it trains to the check that it has with the file under Node", async () => {
    const link = `model=lenet5&data=digits&subset=200&batch=20&epochs=1&freeze=2&init=${digest}`;
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start(link, { weights: new Uint8Array(await readFile(join(dist, path))) });
    await run.step(10);
    const check = await run.check();
    lab.close();
    await bench.open(`${link}&check=${check}`);
    await guesses(/By the weights of the file/);
    assert.equal(await asksForFile().count(), 0);
    await bench.button("Train").click();
    await bench.finalAccuracy(10);
    await bench.assertSameRun();
    await bench.button("Share").click();
    const status = bench.status("Link").filter({ hasText: asRead(/\S/) });
    await status.waitFor();
    assert.doesNotMatch(await status.innerText(), /not in the link/);
    assert.equal(await bench.button("Save these weights").count(), 0);
    assert.deepEqual(bench.complaints, []);
  });

  for (const [what, fault, sentence] of /** @type {const} */ ([
    [
      "damaged",
      "bit",
      /^The file that comes with this page was not used: its digest is another one, so it is damaged\./,
    ],
    ["cut short", "half", /^The file that comes with this page was not used: its digest is another one/],
    ["not there", "missing", /^The file that comes with this page could not be loaded\./],
  ]))
    test(`whose file is ${what} is refused with a sentence, and the page asks for the file`, async () => {
      const bytes = await readFile(join(dist, path));
      site.server.break(path, (_, response) => {
        if (fault === "missing") return site.server.missing(_, response, "");
        const changed = fault === "half" ? bytes.subarray(0, bytes.length >> 1) : Buffer.from(bytes);
        if (fault === "bit") changed[bytes.length - 2] ^= 1;
        response.writeHead(200, { "content-type": "application/octet-stream" }).end(changed);
      });
      await bench.open(`model=lenet5&data=mnist&init=${digest}`);
      await asksForFile().waitFor();
      assert.match(await asksForFile().innerText(), sentence);
      await asksForFile()
        .getByText(new RegExp(`begins with ${digest}, or choose it`))
        .waitFor();
      // Nothing answers by it, and whoever has the file can give it.
      assert.equal(await bench.page.getByRole("note", { name: "Trained network", exact: true }).count(), 0);
      const [chooser] = await Promise.all([
        bench.page.waitForEvent("filechooser"),
        bench.button("Choose the file").click(),
      ]);
      await chooser.setFiles({ name: "mine.safetensors", mimeType: "application/octet-stream", buffer: bytes });
      await asksForFile().waitFor({ state: "detached" });
      await guesses(/By the weights of the file/);
    });
});
