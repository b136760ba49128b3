// @ts-check
// Runs that are compared: the list, what is kept of it, the picture, the differences, and runs in turn.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { inFront } from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { stored, storedUntil } from "./support/storage.mjs";
import { until } from "./support/until.mjs";

/** Where the page stores its list of runs. */
const FOLDER = "bunsen-runs-v1";
const LINK = "model=lenet5&data=digits&subset=640&batch=32&epochs=2&seed=3";
const STEPS = 40;

/** The rest are their checkpoints. @param {import("./support/storage.mjs").StoredFile[]} files */
const runFiles = (files) => files.filter(({ name }) => name.endsWith(".json"));

describe("runs that are compared", () => {
  const site = startSite();
  /** @type {string} */ let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-runs-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** @param {string} [script] run in the page before its own */
  async function visit(script) {
    const { context } = await visitor(site.browser);
    if (script) await context.addInitScript(script);
    const bench = new Bench(await context.newPage(), site.server.url);
    return { context, bench };
  }

  /** @param {Bench} bench */
  async function open(bench) {
    const panel = await bench.compare();
    const table = panel.getByRole("region", { name: "Table of runs" });
    return {
      panel,
      /** The letters, the latest run's first. */
      letters: async () =>
        (await table.getByRole("checkbox").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")))).map(
          (label) => /^Show (\w+)/.exec(label ?? "")?.[1],
        ),
      /** What each is called, the latest run's first. */
      names: () =>
        table
          .getByRole("checkbox")
          .evaluateAll((all) => all.map((one) => (one.getAttribute("aria-label") ?? "").replace(/^Show /, ""))),
      /** @param {number} count */
      async holds(count) {
        await until(
          () => table.getByRole("checkbox", { name: /^Show / }).count(),
          (there) => there === count,
          { timeout: 30_000, what: `${count} runs` },
        );
      },
      /** @param {"Loss" | "Accuracy"} quantity */
      async picture(quantity) {
        await bench.showCurve(quantity);
        return panel.getByRole("img", { name: new RegExp(`^${quantity} of`) });
      },
      /** @param {string} letter @param {string} name */
      button: async (letter, name) => (await bench.more(letter)).getByRole("button", { name, exact: true }),
    };
  }

  /** @param {Bench} bench @param {string} [link] */
  async function train(bench, link = LINK) {
    await bench.open(link);
    await bench.button("Train").click();
    await bench.finalAccuracy(STEPS, { timeout: 90_000 });
  }

  test(
    "finished runs are listed, overlaid and told apart, and are there after a reload",
    { timeout: 240_000 },
    async () => {
      const { context, bench } = await visit();
      await train(bench);
      const { panel, holds, names, picture } = await open(bench);
      await holds(1);
      assert.deepEqual(await names(), ["A, LeNet-5, Synthetic digits"]);
      // Another rate, by the controls of the recipe.
      await bench.page.getByText("All settings").click();
      await bench.page.getByRole("textbox", { name: "Learning rate", exact: true }).fill("0.004");
      await bench.page.getByRole("textbox", { name: "Learning rate", exact: true }).press("Enter");
      await bench.button("Train again").click();
      await bench.page.waitForURL(/lr=0.004/);
      await bench.finalAccuracy(STEPS, { timeout: 90_000 });
      await holds(2);
      assert.deepEqual(await names(), ["B, learning rate 0.004", "A, learning rate 0.006"]);
      await bench.more("B");
      await panel
        .getByRole("list", { name: "Differences of the recipes" })
        .getByText(asRead(/A → B.*Learning rate: 0\.00\d+ → 0\.004$/))
        .waitFor();
      for (const quantity of /** @type {const} */ (["Loss", "Accuracy"])) {
        const shown = await picture(quantity);
        // The last score comes after the run's end.
        await until(
          () => shown.getAttribute("aria-label"),
          (words) =>
            /of 2 runs against the step\..* A, learning rate 0\.006: from .* to .*, on the test images .*; B, learning rate 0\.004: from .* to .*, on the test images/.test(
              words ?? "",
            ),
          { what: `${quantity} of both runs, on the test images too` },
        );
      }
      for (const [axis, words] of /** @type {const} */ ([
        ["Epochs", "the epoch"],
        ["Seconds", "the seconds of training"],
      ])) {
        await panel.getByRole("combobox", { name: "Drawn against" }).selectOption(axis);
        await panel.getByRole("img", { name: new RegExp(`^Accuracy of 2 runs against ${words}`) }).waitFor();
      }
      await panel.getByRole("checkbox", { name: "Show A, learning rate 0.006", exact: true }).uncheck();
      await panel.getByRole("img", { name: /^Accuracy of 1 run against/ }).waitFor();
      assert.equal(await panel.getByRole("list", { name: "Differences of the recipes" }).count(), 0);

      const name = panel.getByRole("textbox", { name: "Name of B", exact: true });
      await name.fill("Quick");
      await name.press("Enter");
      await panel.getByRole("checkbox", { name: "Show B, Quick" }).waitFor();
      await storedUntil(bench.page, FOLDER, (files) => files.some(({ text }) => text.includes("Quick")));
      await bench.open(LINK);
      const again = await open(bench);
      await again.holds(2);
      assert.deepEqual(await again.names(), ["B, Quick", "A, learning rate 0.006"]);
      const words = await (await again.picture("Accuracy")).getAttribute("aria-label");
      assert.match(words ?? "", /B, Quick: from \d/, "the accuracy on batches is kept too");

      await (await again.button("B", "Remove")).click();
      await again.holds(1);
      await storedUntil(bench.page, FOLDER, (files) => runFiles(files).length === 1);
      await bench.open(LINK);
      const last = await open(bench);
      await last.holds(1);
      assert.deepEqual(await last.names(), ["A, LeNet-5, Synthetic digits"], "it keeps its letter");
      assert.deepEqual(bench.complaints, []);
      await context.close();
    },
  );

  test(
    "a saved run comes back as a file, without the accuracy on batches, and once",
    { timeout: 120_000 },
    async () => {
      const { context, bench } = await visit();
      await train(bench);
      const { button, holds } = await open(bench);
      await holds(1);
      const [download] = await Promise.all([bench.page.waitForEvent("download"), (await button("A", "Save")).click()]);
      assert.equal(download.suggestedFilename(), "lenet-5-synthetic-digits-a.bunsen.json");
      const path = join(folder, "saved.json");
      await download.saveAs(path);
      assert.equal(JSON.parse(await readFile(path, "utf8")).format, "bunsen-run");
      // Into the list that it came from: it is there already.
      await bench.page.getByLabel("Run file to open").setInputFiles(path);
      await bench
        .status("Opened run")
        .filter({ hasText: asRead(/^Opened run, as its file says:/) })
        .waitFor();
      await holds(1);
      await bench.open(LINK);
      await (await open(bench)).holds(1);
      assert.equal(runFiles(await stored(bench.page, FOLDER)).length, 1);
      await context.close();

      const other = await visit();
      await other.bench.open("model=mlp");
      await other.bench.page.getByLabel("Run file to open").setInputFiles(path);
      await other.bench
        .status("Opened run")
        .filter({ hasText: asRead(/^Opened run, as its file says:/) })
        .waitFor();
      const there = await open(other.bench);
      await there.holds(1);
      await there.panel.getByText("Of A the accuracy on batches was not kept.").waitFor();
      assert.match(
        (await (await there.picture("Loss")).getAttribute("aria-label")) ?? "",
        /from .* to .*, on the test images/,
      );
      // A file that is none comes into no list.
      const wrong = join(folder, "wrong.json");
      await writeFile(wrong, (await readFile(path, "utf8")).replace('"steps": 40', '"steps": 39'));
      await other.bench.page.getByLabel("Run file to open").setInputFiles(wrong);
      assert.match(await other.bench.alertText(), /its trace has 40 losses/);
      await there.holds(1);
      await other.context.close();
    },
  );

  test(
    "a run is duplicated with one change, and trained when the one before is finished",
    { timeout: 240_000 },
    async () => {
      const { context, bench } = await visit();
      await train(bench);
      const { panel, holds, button, letters } = await open(bench);
      await holds(1);
      await bench.button("Reset").click();
      await bench.page.waitForURL(/seed=3/);
      await bench.button("Train").click();
      // While that goes on, another is put behind it. What differs is proposed, and what is no recipe is refused at once.
      await (await button("A", "Train again with one change")).click();
      const form = panel.getByRole("form", { name: "Train A again with one change" });
      await form.getByRole("combobox", { name: "Option" }).selectOption("seed");
      const value = form.getByRole("textbox", { name: "New value (it was 3)" });
      assert.equal(await value.inputValue(), "4");
      const next = form.getByRole("button", { name: "Train", exact: true });
      await value.fill("3");
      assert.equal(await next.getAttribute("aria-disabled"), "true");
      await form.getByText("Nothing differs yet: the same recipe trains the same run.").waitFor();
      await value.fill("x");
      await next.click();
      await form.getByText(asRead(/^Seed: “x” is not allowed/)).waitFor();
      await value.fill("4");
      await next.click();
      await form.waitFor({ state: "detached" });
      await bench.page.waitForURL(/seed=4/, { timeout: 120_000 });
      await bench.finalAccuracy(STEPS, { timeout: 90_000 });
      await holds(2);
      const [latest = ""] = await letters();
      await bench.more(latest);
      await panel
        .getByRole("list", { name: "Differences of the recipes" })
        .getByText(asRead(/Seed: 3 → 4$/))
        .waitFor();
      assert.equal(await panel.getByRole("region", { name: "To be trained next" }).count(), 0);
      assert.deepEqual(bench.complaints, []);
      await context.close();
    },
  );

  test(
    "a run that is stopped is in the list with the steps it has, and grows there",
    { timeout: 120_000 },
    async () => {
      const { context, bench } = await visit();
      await bench.open(LINK.replace("epochs=2", "epochs=400"));
      await bench.button("Train").click();
      await bench.reach(5);
      await bench.button("Pause").click();
      const { panel, holds } = await open(bench);
      await holds(1);
      await bench.more("A");
      const stopped = panel.getByText(asRead(/stopped at step [\d,]+ of 8,000/));
      await stopped.waitFor();
      const before = await stopped.innerText();
      await bench.button("Go on").click();
      await bench.reach((await bench.progress()).done + 10);
      await bench.button("Reset").click();
      await panel
        .getByText(asRead(/stopped at step/))
        .filter({ hasNotText: before.slice(0, 30) })
        .waitFor();
      await holds(1);
      await context.close();
    },
  );

  test("two tabs have one list", { timeout: 120_000 }, async () => {
    const { context, bench } = await visit();
    const other = new Bench(await context.newPage(), site.server.url);
    await other.open("model=mlp");
    const there = await open(other);
    await there.panel.getByText("Runs that are finished or stopped come into this list").waitFor();
    await train(bench);
    const here = await open(bench);
    await here.holds(1);
    await there.holds(1);
    // The network that the other tab trained is here, too.
    await (await there.button("A", "Open this run")).click();
    await other.finalAccuracy(STEPS, { timeout: 60_000 });
    assert.equal(other.link.includes("seed=3"), true);
    await there.holds(1);
    await (await there.button("A", "Remove")).click();
    await here.panel.getByText("Runs that are finished or stopped come into this list").waitFor();
    await storedUntil(bench.page, FOLDER, (files) => files.length === 0);
    assert.deepEqual([...bench.complaints, ...other.complaints], []);
    await context.close();
  });

  test(
    "the oldest run that nobody keeps goes where there are too many, and that is said",
    { timeout: 120_000 },
    async () => {
      const { context, bench } = await visit();
      await train(bench);
      const { panel, holds, button } = await open(bench);
      await holds(1);
      await (await button("A", "Keep")).click();
      // Twenty others, each of one step more.
      await bench.page.getByText("All settings").click();
      for (let seed = 100; seed < 120; seed++) {
        await bench.page.getByRole("textbox", { name: "Seed", exact: true }).fill(String(seed));
        await bench.page.getByRole("textbox", { name: "Seed", exact: true }).press("Enter");
        await bench.page.waitForURL(new RegExp(`seed=${seed}`));
        // The changed seed waits beside the trained network until that is given up.
        await bench.button("Reset").click();
        await bench.pressable("Step").click();
        await bench.reach(1);
      }
      await bench.button("Reset").click();
      await bench
        .status("List of runs")
        .filter({
          hasText: "The list holds 20 runs of 32.0 MB together: B went, the oldest that nobody keeps.",
        })
        .waitFor();
      await holds(20);
      assert.equal(await (await button("A", "Keep")).getAttribute("aria-pressed"), "true");
      assert.equal(await panel.getByRole("checkbox", { name: /^Show B,/ }).count(), 0);
      await context.close();
    },
  );

  const REFUSALS = [
    {
      name: "forbids",
      error: "SecurityError",
      words: /^The browser forbids this page to store anything: the runs in this list stay until the page is closed/,
    },
    {
      name: "is full",
      error: "QuotaExceededError",
      words: /^The browser's storage is full: the runs in this list stay/,
    },
  ];
  for (const { name, error, words } of REFUSALS) {
    test(`where the storage ${name}, the page says so and goes on`, { timeout: 120_000 }, async () => {
      // In the page, which reads, and in the worker, which writes.
      const refuse = (/** @type {string} */ name) => {
        navigator.storage.getDirectory = () => Promise.reject(new DOMException("No.", name));
      };
      site.server.break("/assets/runs-writer*", inFront(refuse, error));
      const { context, bench } = await visit(`(${refuse})("${error}")`);
      await train(bench);
      const { holds, picture } = await open(bench);
      await holds(1);
      await bench
        .status("List of runs")
        .filter({ hasText: asRead(words) })
        .waitFor();
      await (await picture("Loss")).waitFor();
      await context.close();
      site.server.reset();
    });
  }
});
