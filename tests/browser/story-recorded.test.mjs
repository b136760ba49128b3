// @ts-check
// The recorded runs of stories: their curves and scores, their networks, and what is said of both.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { saved } from "./support/saved-figure.mjs";
import { startSite } from "./support/site.mjs";
import { cameOut, inRow, view, visitorOf } from "./support/story-page.mjs";
import { until } from "./support/until.mjs";

describe("recorded runs of stories", () => {
  const site = startSite();
  const visit = visitorOf(site);

  test("what was recorded is shown as that, and its runs are opened to be compared with", { timeout: 60_000 }, () =>
    visit("story=watch-it-learn", async (bench) => {
      const story = view(bench, "Watch it learn");
      const recorded = story.getByRole("button", { name: "Show recorded" });
      await story.getByRole("cell", { name: "Epochs: 1", exact: true }).waitFor();
      await recorded.click();
      const note = story.getByRole("note", { name: "Recorded" });
      await note
        .filter({ hasText: asRead(/^Recorded on \S+ \d+, \d{4} by the CPU engine, not computed here\./) })
        .waitFor();
      assert.equal(await recorded.getAttribute("aria-pressed"), "true");
      // A recipe has the same bits everywhere.
      await story.getByRole("row", { name: /^4 epochs Epochs: 4 93\.5 %/ }).waitFor();
      await cameOut(bench).filter({ hasText: "The three further epochs are worth 7.2 points." }).waitFor();
      await story.getByRole("img", { name: /^Training loss against the step\..*1 epoch, seed 1: / }).waitFor();
      await story.getByRole("button", { name: "Open this run 1 epoch", exact: true }).click();
      await bench
        .status("Verification")
        .filter({ hasText: asRead(/\S/) })
        .waitFor();
      await recorded.click();
      await note.waitFor({ state: "hidden" });
      assert.match(await cameOut(bench).innerText(), /Nothing of it is trained to the end yet\./);
    }),
  );

  test("the charts of a story are saved with their numbers and recipes", { timeout: 60_000 }, () =>
    visit("story=learning-rate", async (bench) => {
      const { page } = bench;
      const story = view(bench, "Learning rate");
      await story.getByRole("cell", { name: "Learning rate: 0.3", exact: true }).waitFor();
      assert.equal(
        await story.getByRole("button", { name: "Save loss of the story" }).count(),
        0,
        "nothing is drawn yet",
      );
      await story.getByRole("button", { name: "Show recorded" }).click();
      const csv = await saved(page, "accuracy of the story", "CSV");
      assert.equal(csv.name, "story-learning-rate-accuracy.csv");
      const [header, ...rows] = csv.bytes.toString().trimEnd().split("\r\n");
      assert.equal(header, "recipe,name,seed,link,step,test accuracy,test images");
      const last = rows
        .filter((row) => row.startsWith("medium,lr 0.006,1,model=lenet5&steps=200&v=1&seed=1,200,"))
        .at(-1);
      assert.equal(last?.split(",").slice(5).join(), "0.9215,2000");
      const svg = await saved(page, "loss of the story", "SVG");
      assert.equal(svg.name, "story-learning-rate-loss.svg");
      const text = svg.bytes.toString();
      for (const words of ["Training loss: Learning rate", "lr 0.00003: ", "seeds 1, 2, 3", "Recorded on "])
        assert.ok(text.includes(words), words);
      const png = await saved(page, "loss of the story", "PNG");
      assert.deepEqual([png.name, png.bytes.subarray(1, 4).toString()], ["story-learning-rate-loss.png", "PNG"]);
    }),
  );

  test(
    "a recorded run comes with its network: it answers on the stage and in Compare, and says that it is rounded",
    { timeout: 120_000 },
    () =>
      visit("story=learning-rate", async (bench) => {
        const { page } = bench;
        const story = view(bench, "Learning rate");
        await story.getByRole("cell", { name: "Learning rate: 0.3", exact: true }).waitFor();
        /** @type {string[]} */
        const asked = [];
        page.on("request", (request) => asked.push(request.url()));
        await story.getByRole("button", { name: "Show recorded" }).click();
        await story
          .getByRole("note", { name: "Recorded" })
          .filter({ hasText: "The weights of “lr 0.00003”, “lr 0.0003”, “lr 0.006”, “lr 0.3” are rounded to 16 bits." })
          .waitFor();
        assert.deepEqual(
          asked.filter((url) => url.endsWith(".weights.bin")),
          [],
          "nobody has asked for a network yet",
        );
        for (const [recipe, recorded] of /** @type {const} */ ([
          ["lr 0.3", 10.8],
          ["lr 0.006", 92.15],
        ])) {
          await story.getByRole("button", { name: `Open this run ${recipe}`, exact: true }).click();
          await page
            .getByRole("note")
            .filter({ hasText: "The weights of this network were rounded to 16 bits when it was recorded." })
            .waitFor();
          // Computed here, with these weights.
          await until(
            () => bench.accuracy(),
            (accuracy) => Math.abs(accuracy - recorded) <= 0.5,
            { what: `the accuracy of ${recipe}`, timeout: 30_000 },
          );
        }
        assert.equal(bench.link, "story=learning-rate");
        await page.getByRole("region", { name: "Stage" }).getByText("weights rounded to 16 bits").waitFor();
        await bench
          .status("Verification")
          .filter({
            hasText: "Nothing was compared: steps 1 to 200 come from a file, and this lab computed none of them.",
          })
          .waitFor();
        await bench.compare();
        await bench.draw();
        await bench
          .status("Answers of the runs")
          .filter({
            hasText: asRead(
              /A says \d \(\d+ %, weights rounded to 16 bits\), B says \d \(\d+ %, weights rounded to 16 bits\)/,
            ),
          })
          .waitFor({ timeout: 30_000 });
        assert.equal(
          await page.getByRole("checkbox", { name: /^Show / }).count(),
          2,
          "what was opened is in the list once",
        );
        await story.getByRole("button", { name: "Show recorded" }).click();
        // What a file brought is no result of this computer.
        assert.match(await cameOut(bench).innerText(), /Nothing of it is trained to the end yet\./);
        await page.route("**/*.weights.bin", (route) => route.abort(), { times: 1 });
        await story.getByRole("button", { name: "Show recorded" }).click();
        await story.getByRole("button", { name: "Open this run lr 0.0003", exact: true }).click();
        await page.getByRole("alert").filter({ hasText: "The recorded run could not be loaded." }).waitFor();
        bench.complaints.length = 0;
      }),
  );

  test("networks that are too large are left out, and that is said", { timeout: 60_000 }, () =>
    visit("story=split-network", async (bench) => {
      const story = view(bench, "A split network");
      await story.getByRole("button", { name: "Show recorded" }).click();
      await story
        .getByRole("note", { name: "Recorded" })
        .filter({
          hasText: /The weights of “whole”, “.+” are too large to be shipped: to try such a network, open its run/,
        })
        .waitFor();
      await story.getByRole("button", { name: "Open this run whole", exact: true }).click();
      await bench.button("Train").waitFor();
    }),
  );

  test("a recording of another version, or none, is not shown, and why", { timeout: 60_000 }, () =>
    visit("", async (bench) => {
      const { page } = bench;
      await inRow(bench, "Yours").click();
      await view(bench, "Yours")
        .getByRole("button", { name: /^Train all/ })
        .waitFor();
      assert.equal(await page.getByRole("button", { name: "Show recorded" }).count(), 0);
      await inRow(bench, "Watch it learn").click();
      const story = view(bench, "Watch it learn");
      for (const [body, sentence] of /** @type {const} */ ([
        ['{"format":1}', "The recorded runs are of another version of Bunsen. Train all to see it here."],
        ['{"format":2}', "The recorded runs of this story cannot be read. Train all to see it here."],
        [
          '{"format":2,"date":"2026-11-28","runs":[]}',
          /^What was recorded are other recipes than this story has now\./,
        ],
      ])) {
        await page.route("**/stories/watch-it-learn/index.json", (route) => route.fulfill({ body }), { times: 1 });
        await story.getByRole("button", { name: "Show recorded" }).click();
        await story.getByRole("alert").filter({ hasText: sentence }).waitFor();
      }
      await page.route("**/stories/watch-it-learn/index.json", (route) => route.abort(), { times: 1 });
      await story.getByRole("button", { name: "Show recorded" }).click();
      await story.getByRole("alert").filter({ hasText: "The recorded runs could not be loaded." }).waitFor();
      bench.complaints.length = 0;
    }),
  );
});
