// @ts-check
// Compare, the other mode of the curve: the run that trains drawn among the others, names by what differs, seeds, other data, very many runs.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=mlp&data=digits&subset=640&batch=32&seed=1&steps=20";
const LONG = "model=mlp&data=digits&subset=640&batch=32&seed=1&steps=4000&lr=0.01";

describe("runs that are compared", () => {
  const site = startSite();

  /** @param {(bench: Bench) => Promise<void>} work */
  async function visit(work) {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await work(bench);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  /** @param {Bench} bench @param {string} link */
  async function train(bench, link) {
    await bench.open(link);
    await bench.button("Train").click();
    await bench.finalAccuracy(20);
  }

  /**
   * Puts so many copies of the latest run into the list. More than it keeps by itself: all of them are kept.
   * @param {import("playwright-core").Page} page @param {number} runs @param {number} [checkpoint] the bytes of the latest one's checkpoint
   */
  const listed = (page, runs, checkpoint) =>
    page.evaluate(
      ([length, bytes]) => {
        const { bench } = /** @type {any} */ (document.querySelector("bench-app"));
        const { runs } = bench.state.stores;
        const [run] = runs.current.list;
        const list = Array.from({ length }, (_, slot) => ({ ...run, id: `run ${slot}`, slot, pinned: true })).reverse();
        const ticked = new Map(list.map(({ id }) => [id, true]));
        const checkpoints = bytes ? new Map([[list[0].id, { step: 20, bytes }]]) : runs.current.checkpoints;
        runs.update({ list, ticked, checkpoints });
      },
      /** @type {const} */ ([runs, checkpoint ?? 0]),
    );

  /** @param {import("playwright-core").Locator} of */
  const text = async (of) => (await of.innerText()).replace(/\s+/g, " ").trim();

  test("the curve gives its place, and comes back", { timeout: 60_000 }, () =>
    visit(async (bench) => {
      const { page } = bench;
      await bench.open(LINK);
      const asked = [...site.server.requests];
      assert.ok(!asked.some((path) => path.includes("compare-runs")), "it is loaded when it is asked for");
      const panel = await bench.compare();
      await panel.getByText("Runs that are finished or stopped come into this list").waitFor();
      assert.equal(await panel.getByRole("img", { name: /against the step/ }).count(), 0);
      const toggle = page.getByRole("button", { name: "Compare", exact: true });
      assert.equal(await toggle.getAttribute("aria-pressed"), "true");
      await toggle.focus();
      await page.keyboard.press("Enter");
      await panel.getByRole("img", { name: /^Accuracy against the step/ }).waitFor();
      assert.equal(await toggle.getAttribute("aria-pressed"), "false");
      await until(() => toggle.evaluate((element) => element.matches(":focus")), Boolean, { what: "the focus" });
    }),
  );

  test(
    "the run that trains is drawn live among the others, and the cursor reads one step of all",
    { timeout: 120_000 },
    () =>
      visit(async (bench) => {
        const { page } = bench;
        await train(bench, LINK);
        await bench.open(LONG);
        await bench.button("Train").click();
        await bench.reach(30);
        const panel = await bench.compare();
        const row = panel.getByRole("row").filter({ hasText: /running, \d+ %/ });
        await row.waitFor();
        assert.match(await text(row), /^B learning rate 0\.01, steps 4,000 \(running, \d+ %\)/);
        const picture = panel.getByRole("img", { name: /^Accuracy of 2 runs/ });
        const words = () => picture.getAttribute("aria-label");
        const percent = (/** @type {string | null} */ label) =>
          Number(/B, learning rate 0\.01, steps 4,000, running, (\d+) %/.exec(label ?? "")?.[1]);
        const first = percent(await until(words, (now) => percent(now) >= 0, { what: "the run that trains" }));
        await until(words, (now) => percent(now) > first + 5, { what: "it goes on", timeout: 60_000 });
        await bench.button("Pause").click();
        await bench.finished();
        const cursor = page.getByRole("slider", { name: "Place at which the curves are read" });
        await cursor.focus();
        await page.keyboard.press("Home");
        await until(
          () => cursor.getAttribute("aria-valuetext"),
          (now) => /^step 1; A \d+\.\d %(, test .* at step \d+)?; B \d+\.\d %/.test(now ?? ""),
          { what: "both runs at step 1" },
        );
      }),
  );

  test("the same with 5 seeds is one press, and the mean says its spread and its seeds", { timeout: 180_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      const panel = await bench.compare();
      await panel.getByRole("button", { name: "Same with 5 seeds as A" }).click();
      const group = panel.getByRole("row").filter({ hasText: /5 seeds\)/ });
      await group.waitFor({ timeout: 150_000 });
      assert.match(await text(group), /^A, B, C, D, E \S.* \d+\.\d ± \d+\.\d % \(5 seeds\)/);
      const again = group.getByRole("button", { name: "Same with 5 seeds" });
      assert.equal(await again.getAttribute("aria-disabled"), "true", "none is missing");
      const rows = await panel
        .getByRole("row")
        .filter({ hasText: /seed \d/ })
        .allInnerTexts();
      assert.deepEqual(rows.map((row) => /seed (\d)/.exec(row)?.[1]).sort(), ["1", "2", "3", "4", "5"]);
    }),
  );

  test("runs on other data are not ticked, which is said, and can be", { timeout: 120_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      await train(bench, LINK.replace("digits", "shapes"));
      const panel = await bench.compare();
      await panel.getByText("A is on other data: not drawn unless ticked.").waitFor();
      const other = panel.getByRole("checkbox", { name: /^Show A/ });
      assert.equal(await other.isChecked(), false);
      assert.equal(await panel.getByRole("checkbox", { name: /^Show B/ }).isChecked(), true);
      await other.check();
      await panel.getByRole("img", { name: /^Accuracy of 2 runs/ }).waitFor();
      await panel.getByText("They are not trained and tested on the same images").waitFor();
    }),
  );

  test("a name of 10,000 characters is cut in view, and whole in a tooltip", { timeout: 90_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      const panel = await bench.compare();
      await bench.more("A");
      const name = "n".repeat(10_000);
      const field = panel.getByRole("textbox", { name: "Name of A" });
      await field.fill(name);
      await field.press("Enter");
      const cell = panel.getByRole("cell", { name: `${"n".repeat(59)}…`, exact: true });
      await cell.waitFor();
      assert.equal(await cell.getAttribute("title"), name);
      const label = (await panel.getByRole("img", { name: /^Accuracy of 1 run/ }).getAttribute("aria-label")) ?? "";
      assert.ok(label.length < 500, `the picture's text has ${label.length} characters`);
      const width = await panel.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(width <= 0, "it widens nothing");
      // One that is written from right to left leaves the numbers beside it in their order, and one that turns text around shows how.
      await field.fill("مرحبا\u202e!");
      await field.press("Enter");
      await panel.getByRole("cell", { name: "مرحبا[U+202E]!", exact: true }).waitFor();
      const places = await panel
        .locator("runs-chart li")
        .last()
        .evaluate((item) => {
          const range = document.createRange();
          const value = /** @type {Text} */ (item.querySelectorAll("strong")[1]?.firstChild);
          return Array.from(value.data, (_, at) => {
            range.setStart(value, at);
            range.setEnd(value, at + 1);
            return range.getBoundingClientRect().left;
          });
        });
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        "digits and per cent stand as they are read",
      );
    }),
  );

  test("of 50 runs twelve are drawn, and a sentence says which", { timeout: 240_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      const panel = await bench.compare();
      await listed(bench.page, 50);
      await panel
        .getByText(
          "12 of 50 ticked runs are drawn, the latest: AX, AW, AV, AU, AT, AS, AR, AQ, AP, AO, AN, AM. Untick some to see others.",
        )
        .waitFor();
      assert.equal(await panel.getByRole("checkbox", { name: /^Show / }).count(), 50);
      await panel.getByRole("img", { name: /^Accuracy of 12 runs/ }).waitFor();
      await panel.getByRole("checkbox", { name: /^Show AX,/ }).uncheck();
      await panel.getByText(/^12 of 49 ticked runs are drawn, the latest: AW, .*, AL\./).waitFor();
    }),
  );

  test(
    "a drawing is answered by each of the runs, also while one trains, which changes nothing of it",
    { timeout: 150_000 },
    () =>
      visit(async (bench) => {
        await train(bench, LINK);
        await train(bench, LINK.replace("seed=1", "seed=2"));
        await bench.compare();
        await bench.page.getByText("Draw something on the stage: each of these runs answers.").waitFor();
        await bench.draw();
        const said = bench.status("Answers of the runs");
        const both = /^This picture: A says \d \(\d+ %\), B says \d \(\d+ %\)\.$/;
        await until(
          () => text(said),
          (now) => both.test(now),
          { what: "both answers" },
        );
        const before = await text(said);

        // The same recipe again: with the same check it is the same run, though it was asked while it trained.
        await bench.button("Reset").click();
        await bench.button("Train").click();
        await bench.draw();
        await bench.finalAccuracy(20);
        await until(
          () => text(said),
          (now) => both.test(now),
          { what: "both answers, of runs that stand" },
        );
        assert.equal(await bench.page.getByRole("checkbox", { name: /^Show / }).count(), 2);
        assert.notEqual(before, "");
      }),
  );

  test("a run is asked with the average of its weights, which is what is scored", { timeout: 120_000 }, () =>
    visit(async (bench) => {
      await train(bench, `${LINK}&average=ema&ema=0.9`);
      await bench.compare();
      await bench.draw();
      const said = bench.status("Answers of the runs").filter({ hasText: /A says/ });
      await said.waitFor();
      const own = await bench.page.evaluate(() => {
        const { prediction } = /** @type {any} */ (document.querySelector("bench-app")).bench.state.inspection;
        const best = prediction.indexOf(Math.max(...prediction));
        return `${best} (${Math.round(100 * prediction[best])} %)`;
      });
      assert.equal(await text(said), `This picture: A says ${own}.`);
    }),
  );

  test("a network that is too large to be asked says so beside its run, with its size", { timeout: 90_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      const panel = await bench.compare();
      await listed(bench.page, 2, 44.2e6);
      const row = panel.getByRole("row").filter({ hasText: "Too large" });
      await row.getByText("Too large to answer a drawn picture: 44.2 MB, and 32.0 MB is the most.").waitFor();
      assert.equal(await row.count(), 1);
      await row.getByRole("checkbox", { name: /^Show B/ }).waitFor();
      await bench.draw();
      await bench
        .status("Answers of the runs")
        .filter({ hasText: "B does not answer: its network is too large to be asked here (44.2 MB)" })
        .waitFor();
    }),
  );

  for (const [width, runs] of /** @type {const} */ ([
    [360, 3],
    [360, 50],
    [700, 50],
    [1280, 50],
  ])) {
    test(
      `the table of ${runs} runs is one, and scrolls nothing sideways, ${width} pixels wide`,
      { timeout: 90_000 },
      () =>
        visit(async (bench) => {
          const { page } = bench;
          await train(bench, LINK);
          const panel = await bench.compare();
          await page.setViewportSize({ width, height: 740 });
          await listed(page, runs, 44.2e6);
          await bench.more("A");
          const table = panel.getByRole("table", { name: /^The runs, what differs/ });
          await until(
            () => table.getByRole("row").count(),
            (rows) => rows === runs + 3,
            { what: "all rows" },
          );
          const beside = await panel.locator("compare-table").evaluate((element) => {
            /** @type {string[]} */ const found = [];
            for (const each of element.shadowRoot?.querySelectorAll("*") ?? []) {
              const { left, right } = each.getBoundingClientRect();
              const isHeard = getComputedStyle(each).clipPath !== "none";
              if (
                !isHeard &&
                (right > innerWidth ||
                  left < 0 ||
                  (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible"))
              )
                found.push(`${each.localName} ${each.className} from ${left} to ${right}`);
            }
            if (document.documentElement.scrollWidth > innerWidth) found.push("the page");
            return found;
          });
          assert.deepEqual(beside, []);
          // What a screen reader is told, whatever the rows are shown as.
          const devtools = await page.context().newCDPSession(page);
          const { nodes } = await devtools.send("Accessibility.getFullAXTree");
          const within = new Set(
            nodes
              .filter(
                (node) => node.role?.value === "table" && /^The runs, what differs/.test(String(node.name?.value)),
              )
              .map(({ nodeId }) => nodeId),
          );
          /** @type {Record<string, number>} */ const roles = {};
          for (const { nodeId, parentId, role } of nodes) {
            if (!parentId || !within.has(parentId)) continue;
            within.add(nodeId);
            const name = String(role?.value);
            roles[name] = (roles[name] ?? 0) + 1;
          }
          assert.equal(roles["row"], runs + 3);
          assert.equal(roles["columnheader"], 5);
          assert.equal(roles["cell"] ?? roles["gridcell"], 5 * (runs + 1) + 1);
        }),
    );
  }

  test("a run that came as a file has no weights, and says so", { timeout: 120_000 }, () =>
    visit(async (bench) => {
      await train(bench, LINK);
      await bench.compare();
      const [download] = await Promise.all([
        bench.page.waitForEvent("download"),
        (await bench.more("A")).getByRole("button", { name: "Save", exact: true }).click(),
      ]);
      const file = await download.path();
      const { context } = await visitor(site.browser);
      const other = new Bench(await context.newPage(), site.server.url);
      await other.open(LINK);
      await other.page.getByLabel("Run file to open").setInputFiles({
        name: "run.bunsen.json",
        mimeType: "application/json",
        buffer: await readFile(file),
      });
      await other.compare();
      await other.page.getByRole("checkbox", { name: /^Show A/ }).waitFor();
      await other.draw();
      await other
        .status("Answers of the runs")
        .filter({ hasText: "A does not answer: it came as a file, which has no weights." })
        .waitFor();
      await context.close();
    }),
  );

  test(
    "a folder of run files, and several that are chosen, come into the list and are compared",
    { timeout: 120_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "bunsen-runs-"));
      const { openLab } = await load("index.js");
      const lab = await openLab({ engine: "cpu", workers: 1 });
      for (const seed of [1, 2, 3]) {
        const run = await lab.start(LINK.replace("seed=1", `seed=${seed}`));
        await run.step(20);
        await run.evaluate();
        await mkdir(join(folder, `${seed}`));
        await writeFile(join(folder, `${seed}`, "run.bunsen.json"), await run.runFile());
        run.free();
      }
      lab.close();
      await writeFile(join(folder, "3", "weights.safetensors"), "");
      await writeFile(join(folder, "table.csv"), "");
      await mkdir(join(folder, "4"));
      await writeFile(join(folder, "4", "run.bunsen.json"), "{");
      try {
        await visit(async (bench) => {
          const { page } = bench;
          await bench.open(LONG);
          const before = page.url();
          await page.getByLabel("Folder of run files").setInputFiles(folder);
          const panel = page.getByRole("region", { name: "Training", exact: true });
          await panel.getByRole("img", { name: /^Accuracy of 3 runs/ }).waitFor();
          const notice = bench.status("List of runs");
          await notice.filter({ hasText: "3 of 4 run files were opened, the first by their names." }).waitFor();
          assert.match(await text(notice), /4\/run\.bunsen\.json: This run file cannot be used: it is cut short/);
          assert.equal(page.url(), before, "the recipe stays");
          // The same ones again are the same runs.
          const files = [1, 2].map((seed) => join(folder, `${seed}`, "run.bunsen.json"));
          await page.getByLabel("Run file to open").setInputFiles(files);
          await notice.waitFor({ state: "hidden" });
          // Dropped ones, too.
          const texts = await Promise.all(
            [...files, join(folder, "4", "run.bunsen.json")].map((path) => readFile(path, "utf8")),
          );
          const dropped = await page.evaluateHandle((each) => {
            const transfer = new DataTransfer();
            for (const content of each) transfer.items.add(new File([content], "run.bunsen.json"));
            return transfer;
          }, texts);
          await page.getByRole("main").first().dispatchEvent("drop", { dataTransfer: dropped });
          await notice.filter({ hasText: "2 of 3 run files were opened" }).waitFor();
          assert.equal(await panel.getByRole("checkbox", { name: /^Show / }).count(), 3);
        });
        await visit(async (bench) => {
          await bench.open(LINK);
          const empty = join(folder, "empty");
          await mkdir(empty);
          await writeFile(join(empty, "table.csv"), "");
          await bench.page.getByLabel("Folder of run files").setInputFiles(empty);
          await bench.page.getByText("There is no run file in this folder: they are called run.bunsen.json.").waitFor();
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
