// @ts-check
// Stories on the page: the row, the view of one, its training, its link, and one of a person's own.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { source } from "../bench/source.mjs";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { cameOut, inRow, view, visitorOf } from "./support/story-page.mjs";
import { until } from "./support/until.mjs";

const SHORT = "model=lenet5&data=digits&subset=320&batch=16&test=200&v=1";
const STORY = {
  id: "own",
  title: "Short",
  question: "Does more time help?",
  about: "Look at both.",
  recipes: [
    { id: "few", name: "a little", link: `${SHORT}&steps=4` },
    { id: "many", name: "more", link: `${SHORT}&steps=60` },
  ],
  seeds: [1, 2],
  closing: [
    "A little: {test few}; more: {test many}.",
    "{compare many few | More is better. | Less is. | No difference.}",
  ],
};

describe("stories on the page", () => {
  const site = startSite();
  /** @type {(story: any) => string} */ let storyLink;
  before(async () => {
    ({ storyLink } = await source("stories/link/write.ts"));
  });

  const visit = visitorOf(site);

  test("a story of the row opens and closes, and its recipes are loaded by a click", { timeout: 60_000 }, () =>
    visit("model=lenet5&data=digits&lr=0.01&v=1", async (bench) => {
      const { page } = bench;
      const before = bench.link;
      await inRow(bench, "Learning rate").click();
      const story = view(bench, "Learning rate");
      await story.getByRole("heading", { name: "How large should a step be?" }).waitFor();
      assert.equal(bench.link, "story=learning-rate");
      assert.equal(await inRow(bench, "Learning rate").getAttribute("aria-expanded"), "true");
      await story.getByRole("cell", { name: "Learning rate: 0.3", exact: true }).waitFor();
      await story.getByRole("button", { name: /^Train all \(.+ here\)$/ }).waitFor({ timeout: 30_000 });
      assert.match(await cameOut(bench).innerText(), /Nothing of it is trained to the end yet\./);
      await story.getByRole("button", { name: "Open this recipe lr 0.3", exact: true }).click();
      // The address is the story's as long as it is open.
      assert.equal(bench.link, "story=learning-rate");
      await story.getByRole("button", { name: "Close" }).click();
      await story.waitFor({ state: "hidden" });
      await until(
        async () => bench.link,
        (link) => link === "model=lenet5&lr=0.3&steps=200&v=1",
        { what: "the recipe" },
      );
      assert.notEqual(bench.link, before);
      await page.getByRole("button", { name: "Train", exact: true }).waitFor();
    }),
  );

  test("all runs are trained one after another, and the closing sentences are filled", { timeout: 120_000 }, () =>
    visit(storyLink(STORY), async (bench) => {
      const story = view(bench, "Short");
      await story.getByRole("cell", { name: "Steps: 60", exact: true }).waitFor();
      // Its first recipe is chosen, and nothing is trained.
      await bench.status("Progress").filter({ hasText: "not started" }).waitFor();
      await story.getByRole("button", { name: /^Train all/ }).click();
      const training = bench.status("Training of the story");
      await training.filter({ hasText: asRead(/^Training \d of 4: (a little|more), seed [12]\.$/) }).waitFor();
      await story.getByRole("button", { name: /^Train all again/ }).waitFor({ timeout: 90_000 });
      assert.match(
        await cameOut(bench).innerText(),
        /^A little: \d+\.\d ± \d+\.\d %; more: \d+\.\d ± \d+\.\d %\.\s+More is better\.\s+± is the standard deviation over the seeds, 2 seeds each\./,
      );
      await story.getByRole("row", { name: /^more Steps: 60 \d+\.\d ± \d+\.\d % ?2 seeds/ }).waitFor();
      const accuracy = story.getByRole("img", { name: /^Test accuracy against the step\./ });
      assert.match((await accuracy.getAttribute("aria-label")) ?? "", /more, seed 2: \d+\.\d % at step 60/);

      // A new visit finds the runs in the list that the browser keeps.
      const link = bench.link;
      assert.equal(link, storyLink(STORY));
      await bench.open(link);
      await cameOut(bench).filter({ hasText: "More is better." }).waitFor({ timeout: 30_000 });
    }),
  );

  test("training stops when it is told to, and goes on with what is missing", { timeout: 120_000 }, () => {
    const long = STORY.recipes.map((recipe) => ({ ...recipe, link: recipe.link.replace("steps=60", "steps=3000") }));
    return visit(storyLink({ ...STORY, recipes: long }), async (bench) => {
      const story = view(bench, "Short");
      await story.getByRole("cell", { name: "Steps: 3,000" }).waitFor();
      await story.getByRole("button", { name: /^Train all/ }).click();
      const training = bench.status("Training of the story");
      await training.filter({ hasText: "Training 2 of 4: more, seed 1." }).waitFor({ timeout: 60_000 });
      // While it trains it is one line, with all of it behind a button.
      assert.equal(await story.getByRole("table").count(), 0);
      const stage = await bench.page.getByRole("region", { name: "Stage" }).boundingBox();
      const line = await story.boundingBox();
      assert.ok(line && line.y >= 0 && line.height < 60, `the line is ${line?.height} high, at ${line?.y}`);
      assert.ok(stage && stage.y >= line.y + line.height && stage.y < 300, `the stage is at ${stage?.y}`);
      const stop = story.getByRole("button", { name: "Stop" });
      assert.ok(await stop.evaluate((one) => one.matches(":focus")), "the focus is where the pressed button was");
      const whole = story.getByRole("button", { name: "The whole story" });
      assert.equal(await whole.getAttribute("aria-expanded"), "false");
      await whole.click();
      assert.equal(await whole.getAttribute("aria-expanded"), "true");
      await story
        .getByText(/step \d+ of 3,000/)
        .first()
        .waitFor({ timeout: 60_000 });
      await story.getByRole("button", { name: "Stop" }).click();
      const rest = story.getByRole("button", { name: /^Train the rest/ });
      await rest.waitFor();
      assert.match(await cameOut(bench).innerText(), /Not in this result yet: a little, seed 2; more, all seeds/);
      const stood = (await bench.progress()).done;
      await rest.click();
      // The run that stood goes on, and is not begun anew.
      await training.filter({ hasText: "Training 1 of 3: more, seed 1." }).waitFor();
      await bench.reach(stood + 1);
      assert.ok((await bench.progress()).done > stood);
      await story.getByRole("button", { name: "Stop" }).click();
    });
  });

  test("Share gives the story away while it is open, and Copy link does", { timeout: 60_000 }, () =>
    visit("story=split-network", async (bench) => {
      const { page } = bench;
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await view(bench, "A split network").getByRole("button", { name: "Copy link" }).click();
      await bench.status("Link of the story").filter({ hasText: "The link of this story is copied." }).waitFor();
      assert.match(await copied(), /#story=split-network$/);
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await page.getByRole("button", { name: "Share", exact: true }).click();
      await bench.status("Link").filter({ hasText: "The link is copied, of this story" }).waitFor();
      assert.match(await copied(), /#story=split-network$/);
    }),
  );

  /** Links that are no story, and what is said. The page is then as without a link. */
  for (const [what, link, sentence] of /** @type {const} */ ([
    ["that there is not", "story=none", /There is no story “none” here\. There are: Watch it learn, /],
    ["whose end is missing", "story=own&title=Cut&recipes=a&a.model=len", /The end of this story link is missing\./],
    ["of another version", "story=own&recipes=a&a.model=lenet5&format=2", /of version 2, and only version 1 is known/],
    ["that was damaged", "story=own&recipes=a&a.model=le§net5&format=1", /was changed on its way, near “/],
    ["without recipes", "story=own&title=Empty&format=1", /This story link has no recipe that can be read\./],
    [
      "all of whose recipes are refused",
      "story=own&recipes=a&a.model=lenet5&a.lr=many&name.a=first&format=1",
      /None of this story's recipes can be trained\. “first” is left out: Learning rate: “many” is not allowed/,
    ],
  ])) {
    test(`a story ${what}: a sentence, and the page as without a link`, { timeout: 60_000 }, () =>
      visit(link, async (bench) => {
        const alert = bench.page.getByRole("alert").filter({ hasText: sentence });
        await alert.waitFor();
        await until(
          async () => bench.link,
          (address) => !address.includes("story="),
          { what: "the address" },
        );
        assert.equal(await bench.page.getByRole("group", { name: "What came out" }).count(), 0);
        assert.equal(await bench.choice("Network").inputValue(), "lenet5");
        await alert.getByRole("button", { name: "Close" }).click();
        await alert.waitFor({ state: "hidden" });
      }),
    );
  }

  test(
    "a recipe that is refused or missing is left out with a sentence, and the others stay",
    { timeout: 60_000 },
    () =>
      visit(
        "story=own&title=Rest&recipes=a,b,c&a.model=lenet5&b.model=lenet5&b.lr=many&name.b=second&format=1",
        async (bench) => {
          const story = view(bench, "Rest");
          await story.getByText("Recipe “c” is missing in this link: the others are here.").waitFor();
          await story.getByText(/^“second” is left out: Learning rate: “many” is not allowed\./).waitFor();
          assert.equal(await story.getByRole("rowheader").count(), 1);
        },
      ),
  );

  test("a story of one's own is written, seen at once, and its link opens it", { timeout: 90_000 }, () =>
    visit("model=lenet5&data=digits&subset=320&steps=5&v=1", async (bench) => {
      const { page } = bench;
      await inRow(bench, "Yours").click();
      const editor = page.getByRole("group", { name: "Write a story" });
      await editor.getByRole("textbox", { name: "Title" }).fill("Mine");
      const story = view(bench, "Mine");
      await story.waitFor();
      await editor.getByRole("textbox", { name: "Question" }).fill("Is it <b>so</b>?");
      await story.getByRole("heading", { name: "Is it <b>so</b>?" }).waitFor();
      await editor.getByRole("button", { name: "Add the settings at hand" }).click();
      await until(
        () => story.getByRole("rowheader").count(),
        (rows) => rows === 3,
        { what: "the third recipe" },
      );
      await editor.getByRole("button", { name: "Add the settings at hand" }).click();
      await editor.getByText("These settings are in the story already.").waitFor();
      await editor.getByRole("button", { name: "Remove twice the images" }).click();
      await editor.getByRole("textbox", { name: "Name of recipe first" }).fill("all of them");
      await editor.getByRole("textbox", { name: "Seeds" }).fill("7, 7");
      await editor.getByText("These have to be 1 to 5 different whole numbers.").waitFor();
      await editor.getByRole("textbox", { name: "Seeds" }).fill("7");
      const closing = editor.getByRole("textbox", { name: "Closing sentences, one a line" });
      await closing.fill("First: {test first}.\nOops: {test nobody}.");
      await editor.getByText("Left out: “nobody” is no recipe of this story.").waitFor();
      await story.getByRole("rowheader", { name: "all of them" }).waitFor();

      // What was written is there again, whatever was opened meanwhile; a double click opens and does not close.
      await inRow(bench, "Learning rate").dblclick();
      await view(bench, "Learning rate").waitFor();
      await inRow(bench, "Learning rate").click();
      await view(bench, "Learning rate").waitFor({ state: "hidden" });
      await inRow(bench, "Yours").click();
      await story.getByRole("rowheader", { name: "all of them" }).waitFor();
      assert.equal(await editor.getByRole("textbox", { name: "Title" }).inputValue(), "Mine");

      const link = bench.link;
      assert.match(link, /^story=own&title=Mine&/);
      await bench.open(link);
      await view(bench, "Mine").getByRole("heading", { name: "Is it <b>so</b>?" }).waitFor();
      assert.deepEqual(
        [await view(bench, "Mine").getByRole("rowheader").count(), await editor.count()],
        [2, 0],
        "who opens a link sees the story, and no editor",
      );
      await view(bench, "Mine").getByRole("button", { name: "Change this story" }).click();
      assert.equal(await closing.inputValue(), "First: {test first}.");
      assert.equal(await editor.getByRole("textbox", { name: "Seeds" }).inputValue(), "7");

      // Each character that is none of a link's takes several there.
      await editor.getByRole("textbox", { name: "What to look at" }).fill("ж".repeat(600));
      await closing.fill("ж".repeat(600));
      await editor.getByText(/This story is too long for a link: 4,000 characters are the most\./).waitFor();
      const copy = view(bench, "Mine").getByRole("button", { name: "Copy link" });
      assert.equal(await copy.getAttribute("aria-disabled"), "true");
    }),
  );

  test("on a phone the row scrolls sideways, and the page does not", { timeout: 60_000 }, async () => {
    const { context } = await visitor(site.browser, { viewport: { width: 360, height: 740 }, hasTouch: true });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open("story=learning-rate");
    await view(bench, "Learning rate").getByRole("cell", { name: "Learning rate: 0.3", exact: true }).waitFor();
    const widths = await bench.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok((widths[0] ?? NaN) <= (widths[1] ?? 0), `${widths}`);
    await inRow(bench, "Yours").scrollIntoViewIfNeeded();
    await inRow(bench, "Yours").click();
    await view(bench, "Yours").waitFor();
    await context.close();
  });
});
