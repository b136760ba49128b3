// @ts-check
// The benchmark's page: what it offers, what it measures, what it says where it cannot.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { BenchmarkPage } from "./support/benchmark.mjs";
import { visitor } from "./support/browser.mjs";
import { status } from "./support/faults.mjs";
import { unlessLong } from "./support/long.mjs";
import { noMnist } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const ENGINES = "Training steps: engines";
const STEPS = /^A training step of LeNet-5/;
const TIME = /^Seconds to 98 % and 99 %/;

/** One engine, for a moment. */
const SHORT = "?seconds=2&rounds=1&time=&networks=lenet5";

describe("the benchmark's page", () => {
  const site = startSite();
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {string[]} */ let outside;
  /** @type {BenchmarkPage} */ let page;
  beforeEach(async () => {
    ({ context, outside } = await visitor(site.browser));
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = new BenchmarkPage(await context.newPage(), site.server.url);
  });
  afterEach(async () => {
    await context?.close();
    site.server.reset();
  });

  const peersAsked = () => site.server.requests.filter((path) => /\/(jax|tfjs|webgpu|webgl)-/.test(path));

  test("is linked from the bench and links back", async () => {
    await page.page.goto(site.server.url);
    await page.page.getByRole("link", { name: "Benchmark" }).click();
    await page.pressable("Run").waitFor({ timeout: 20_000 });
    assert.deepEqual(peersAsked(), [], "the peers wait for Run");
    await page.page.getByRole("link", { name: "The bench" }).click();
    await page.pressable("Train").waitFor({ timeout: 20_000 });
    assert.deepEqual(page.complaints, []);
  });

  test("measures Bunsen's CPU engine and gives the results out", { timeout: 90_000 }, async () => {
    await page.open(SHORT);
    for (const name of ["jax-js, wasm", "TensorFlow.js, cpu"]) await page.box(ENGINES, name).uncheck();
    // Where there are several cores, one worker alone is offered beside all of them.
    const alone = page.box(ENGINES, "Bunsen CPU, 1 worker");
    if (await alone.count()) await alone.uncheck();
    await page.button("Run").click();
    await page.reach(/^finished$/);

    const [middle = "", quartiles = "", images = ""] = await page.row(STEPS, /^Bunsen CPU/);
    assert.ok(Number(middle) > 0, `a median: ${middle}`);
    assert.match(quartiles, /^[\d.,]+–[\d.,]+$/);
    assert.ok(Number(images.replaceAll(",", "")) > 0, `images per second: ${images}`);
    assert.equal(await page.table(STEPS).getByRole("rowheader").count(), 1, "what is not ticked is not measured");

    const markdown = await page.markdown();
    assert.match(markdown, /^- machine: .*\d+ logical cores?/m);
    assert.match(markdown, /^- date: \d{4}-\d\d-\d\dT/m);
    assert.match(markdown, /^- versions: Bunsen \d+\.\d+\.\d+$/m);
    assert.match(markdown, new RegExp(`^\\| Bunsen CPU[^|]*\\|\\s+${middle} \\|`, "m"));
    const { name, report } = await page.json();
    assert.match(name, /^bunsen-benchmark-\d{4}-\d\d-\d\d\.json$/);
    assert.equal(report.outcome, "finished");
    assert.equal(report.steps[0].rows[0].steps, report.steps[0].rows[0].milliseconds.length);

    assert.deepEqual(peersAsked(), [], "what is not ticked is not fetched");
    assert.deepEqual(outside, [], "no other host is asked");
    assert.deepEqual(page.complaints, []);
  });

  test("stops when it is told to, and can run again", { timeout: 90_000 }, async () => {
    await page.open("?seconds=300&rounds=50&engines=bunsen-cpu&networks=lenet5&time=");
    await page.button("Run").click();
    await page.reach(/round 2 of 50/);
    await page.button("Stop").click();
    await page.reach(/^stopped$/, 3_000);
    const [middle = ""] = await page.row(STEPS, /^Bunsen CPU/);
    assert.ok(Number(middle) > 0, "what was measured stays");
    const markdown = await page.markdown();
    assert.match(markdown, /^- stopped before the end$/m);
    assert.match(markdown, /Stopped before the engines' losses were held against each other\./);

    await page.button("Run").click();
    await page.reach(/opening Bunsen CPU/);
    await page.button("Stop").click();
    await page.reach(/^stopped$/, 3_000);
    assert.deepEqual((await page.row(STEPS, /^Bunsen CPU/)).slice(0, 3), ["–", "–", "–"], "nothing is no number");
    assert.deepEqual(page.complaints, []);
  });

  test("a peer that fails says so in its row, and the rest goes on", { timeout: 90_000 }, async () => {
    site.server.break("/assets/jax-*", status(500));
    await page.open("?seconds=1&rounds=2&engines=jax-js-wasm,bunsen-cpu,tfjs-cpu&networks=lenet5&time=");
    await page.button("Run").click();
    await page.reach(/^finished$/, 80_000);
    assert.deepEqual(await page.row(STEPS, /^jax-js, wasm/), [
      "The script of jax-js, wasm could not be loaded. Look at the connection and try again.",
    ]);
    const [ours = "", , , ratio = ""] = await page.row(STEPS, /^Bunsen CPU/);
    const [theirs = "", , , one] = await page.row(STEPS, /^TensorFlow.js, cpu/);
    assert.ok(Number(ours) > 0 && Number(theirs.replaceAll(",", "")) > 0, `${ours} and ${theirs}`);
    assert.equal(one, "1.00");
    assert.ok(peersAsked().length > 1, "the peers are fetched now");
    assert.ok(Number(ratio) > 0, `the ratio to the peer that is left: ${ratio}`);
    const markdown = await page.markdown();
    assert.match(markdown, /^\| jax-js, wasm +\| +failed \| +– \|/m);
    assert.match(markdown, /^\*\*jax-js, wasm failed\*\*: The script of jax-js, wasm could not be loaded\./m);
    assert.match(markdown, /^- versions: Bunsen [\d.]+, jax-js [\d.]+, TensorFlow.js [\d.]+$/m);
  });

  test("without Bunsen's start the peers say why they have none", { timeout: 60_000 }, async () => {
    await page.open("?seconds=1&rounds=1&engines=jax-js-wasm&networks=lenet5&time=");
    site.server.break("/pkg/cpu/bunsen_bg.wasm", status(500));
    await page.button("Run").click();
    await page.reach(/^finished$/, 40_000);
    const [sentence = ""] = await page.row(STEPS, /^jax-js, wasm/);
    assert.match(sentence, /^There is nothing to start from\. The module could not be loaded/);
  });

  test("takes the time to accuracy, and says what was not reached", { timeout: 90_000 }, async () => {
    await page.open("?engines=&time=bunsen-cpu#model=lenet5&data=digits&subset=2000&steps=210");
    await page.button("Run").click();
    await page.reach(/^finished$/, 80_000);
    const cells = await page.row(TIME, /^Bunsen CPU/);
    const score = cells.at(-2) ?? "";
    assert.ok(Number(cells[0]) > 0, `opening took ${cells[0]} s`);
    assert.deepEqual([cells[1], cells[2], cells[4], cells[5]], ["not reached", "–", "not reached", "–"]);
    assert.match(score, /^\d\d\.\d\d %$/);
    assert.equal(cells.at(-1), "210 of 210");
    const { report } = await page.json();
    assert.deepEqual(
      report.time[0].scores.map((/** @type {{ step: number }} */ { step }) => step),
      [200, 210],
    );
    for (const { seconds, trainSeconds } of report.time[0].scores)
      assert.ok(seconds > trainSeconds && trainSeconds > 0);
    assert.deepEqual(page.complaints, []);
  });

  test(
    "has another library train the same run, and gives it up after the limit",
    { skip: noMnist || unlessLong("another library trains for most of a minute"), timeout: 200_000 },
    async () => {
      const recipe = "model=lenet5&data=mnist&schedule=one-cycle&batch=64&steps=6&score=6&seed=1";
      await page.open(`?engines=&time=bunsen-cpu,tfjs-cpu#${recipe}`);
      await page.button("Run").click();
      await page.reach(/^finished$/, 190_000);
      const { report } = await page.json();
      const [ours, theirs] = report.time;
      assert.deepEqual([theirs.failed, theirs.step, theirs.planned], [null, 6, 6]);
      assert.ok(theirs.differs < 0.002, `its first losses are Bunsen's: ${theirs.differs}`);
      assert.equal(theirs.scores.length, 1, "scored when the recipe says");
      const off = Math.abs(theirs.scores[0].accuracy - ours.scores[0].accuracy);
      assert.ok(off < 0.002, `${theirs.scores[0].accuracy} is Bunsen's accuracy, ${ours.scores[0].accuracy}`);
      assert.equal(report.versions["TensorFlow.js"], "4.22.0");

      await page.open(`?engines=&time=tfjs-cpu&limit=1#${recipe}`);
      await page.button("Run").click();
      await page.reach(/^finished$/, 60_000);
      assert.equal((await page.row(TIME, "TensorFlow.js, cpu"))[1], "not within 1 s");
      assert.deepEqual(page.complaints, []);
    },
  );

  test("offers other libraries for the recipes that they can train, and ticks none", async () => {
    const name = "jax-js, wasm";
    const box = page.box("Time to accuracy", name);
    await page.open();
    assert.equal(await box.isDisabled(), true);
    const description = "not with schedule=cosine: LeNet-5 on MNIST with Adam and schedule=one-cycle alone";
    assert.ok((await page.page.getByRole("checkbox", { name, description }).count()) > 0, "it says why");
    await page.open("#model=lenet5&data=mnist&schedule=one-cycle");
    assert.equal(await box.isDisabled(), false);
    assert.equal(await box.isChecked(), false);
  });

  test("does not offer what this browser cannot run, and says why", async () => {
    const without = await visitor(site.browser);
    await without.context.addInitScript(() => Object.defineProperty(navigator, "gpu", { value: undefined }));
    const bare = new BenchmarkPage(await without.context.newPage(), site.server.url);
    await bare.open();
    for (const name of ["Bunsen GPU", "jax-js, WebGPU", "TensorFlow.js, WebGPU"]) {
      const box = bare.box(ENGINES, name);
      assert.equal(await box.isDisabled(), true, name);
      assert.equal(await box.isChecked(), false, name);
      const reason = bare.page.getByRole("checkbox", { name, description: "this browser has no WebGPU here" });
      assert.ok((await reason.count()) > 0, `${name} has its reason`);
    }
    await without.context.close();
  });

  /** @type {[query: string, sentence: RegExp][]} */
  const refused = [
    ["?seconds=abc", /^seconds=abc: it has to be a number from 0\.1 to 600\.$/],
    ["?seconds=", /^seconds=: it has to be a number from 0\.1 to 600\.$/],
    ["?rounds=0", /^rounds=0: it has to be a whole number from 1 to 50\.$/],
    ["?rounds=1.5", /^rounds=1\.5: it has to be a whole number from 1 to 50\.$/],
    ["?batch=-1", /^batch=-1: it has to be a whole number from 1 to 1024\.$/],
    ["?every=1e9", /^every=1e9: it has to be a whole number from 1 to 100\.$/],
    [
      "?engines=bunsen",
      /^engines=bunsen: there is none of that name here\. There are bunsen-cpu(-1)?, .*tfjs-webgpu\.$/,
    ],
    ["?networks=vgg", /^networks=vgg: there is none of that name here\. There are lenet5/],
    [
      "?time=jax",
      /^time=jax: there is none of that name here\. There are bunsen-cpu, bunsen-gpu, jax-js-webgpu, .*\.$/,
    ],
    ["?limit=0", /^limit=0: it has to be a whole number from 1 to 86400\.$/],
    ["#model=lenet7", /lenet7/],
    ["#lr=fast", /^lr=fast/],
  ];
  for (const [query, sentence] of refused) {
    test(`refuses ${query} with a sentence, and measures nothing`, async () => {
      await page.visit(query);
      const alert = page.page.getByRole("alert").filter({ hasText: asRead(/\S/) });
      await alert.waitFor({ timeout: 20_000 });
      assert.match((await alert.innerText()).trim(), sentence);
      assert.equal(await page.pressable("Run").count(), 0);
    });
  }

  test("skips a setting that it does not know, and says so", async () => {
    await page.open(`${SHORT}&second=2`);
    const note = page.page.getByRole("note");
    assert.match(await note.innerText(), /^The address sets second, which is skipped: the benchmark knows seconds, /);
  });

  test("has nothing to run where nothing is ticked", async () => {
    await page.open(`${SHORT}&engines=bunsen-cpu`);
    // Where there are several cores it says how many workers, and one alone is offered beside.
    await page.box(ENGINES, /^Bunsen CPU($|, [2-9])/).uncheck();
    await page.page.getByRole("button", { name: "Run", exact: true, disabled: true }).waitFor();
    await page.box("Time to accuracy", "Bunsen CPU").check();
    await page.pressable("Run").waitFor();
  });

  test("fits a narrow screen and a wide one", { timeout: 60_000 }, async () => {
    await page.page.setViewportSize({ width: 360, height: 800 });
    site.server.break("/assets/jax-*", status(500));
    await page.open("?seconds=0.5&rounds=1&engines=bunsen-cpu,jax-js-wasm&networks=lenet5&time=");
    await page.button("Run").click();
    await page.reach(/^finished$/);
    for (const width of [360, 1280, 1920]) {
      await page.page.setViewportSize({ width, height: 800 });
      const overflow = await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
    }
  });
});
