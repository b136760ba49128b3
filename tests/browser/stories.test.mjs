// @ts-check
// The recipes of the stories, read by the module under Node: each is canonical, needs no download, and is soon trained.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { source } from "../bench/source.mjs";
import { MOST_BYTES } from "../../www/src/stories/pack-weights.mjs";
import { load } from "./support/paths.mjs";

/** Seconds that a recipe of a story may take there. */
const MOST_SECONDS = 30;
/** Test accuracy that rounding weights to 16 bits may cost or win: 10 of 2,000 test images. */
const MOST_OFF = 0.005;

describe("the stories", () => {
  /** @type {any} */ let lab;
  /** @type {readonly any[]} */ let stories;
  /** @type {any} */ let duration;
  /** @type {any} */ let links;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
    // Some recipes start from a network that comes with the page.
    const { TRAINED } = await source("trained/networks.ts");
    for (const { url } of TRAINED) lab.addWeights(new Uint8Array(await readFile(new URL(url))));
    ({ STORIES: stories } = await source("stories/registry.ts"));
    duration = await source("stories/duration.ts");
    links = {
      ...(await source("stories/link/read.ts")),
      ...(await source("stories/link/write.ts")),
      ...(await source("stories/link/check.ts")),
    };
  });
  after(() => lab?.close());

  /** As the page's worker reads a recipe. @param {string} link */
  const read = async (link) => {
    try {
      const { link: canonical, notices } = lab.parse(link);
      return { type: "recipe", link: canonical, notices };
    } catch (thrown) {
      return { type: "refused", message: /** @type {Error} */ (thrown).message };
    }
  };

  test("every recipe is canonical, and needs nothing from another server", () => {
    assert.equal(stories.length, 9);
    for (const { id, recipes } of stories) {
      for (const { link } of recipes) {
        const parsed = lab.parse(link);
        assert.equal(parsed.link, link, id);
        assert.deepEqual(parsed.notices, [], id);
        assert.equal(lab.download(link), undefined, id);
        assert.ok(["digits", "shapes"].includes(parsed.values.data), id);
      }
      assert.equal(new Set(recipes.map((/** @type {any} */ { link }) => link)).size, recipes.length, id);
    }
  });

  test(`every recipe takes ${MOST_SECONDS} s at most on two cores, and what is said of it before is what its plan says`, async () => {
    for (const { id, recipes } of stories) {
      for (const { link } of recipes) {
        const { multiplyAdds } = lab.describe(link);
        const cost = duration.runCost(lab.parse(link).values, multiplyAdds);
        const seconds = (cost.training + cost.scoring) / duration.TWO_CORES;
        assert.ok(seconds <= MOST_SECONDS, `${id}: ${link} takes ${seconds.toFixed(0)} s`);
        const run = await lab.start(link);
        const { steps, batch, test: images, scoreSteps } = run.plan;
        run.free();
        assert.equal(cost.training, 6 * multiplyAdds * steps * batch, link);
        const scoring = 2 * multiplyAdds * images * scoreSteps.length;
        assert.ok(Math.abs(cost.scoring - scoring) <= 0.1 * scoring, `${link}: ${cost.scoring} for ${scoring}`);
      }
    }
  });

  test("a story of one's own comes back with the module's canonical links", async () => {
    for (const story of stories) {
      const link = links.storyLink({ ...story, id: "own" });
      const { story: back } = links.readStoryLink(link, stories);
      const checked = await links.checkRecipes(back, read);
      assert.deepEqual(checked, { type: "story", story: { ...story, id: "own" }, notices: [] });
    }
  });

  test("recorded runs fill the story again, and their files are the module's", async () => {
    const script = fileURLToPath(new URL("../../www/src/stories/record.mjs", import.meta.url));
    const { readRecorded } = await source("stories/recorded.ts");
    const { fillClosing } = await source("stories/closing/fill.ts");
    const into = await mkdtemp(join(tmpdir(), "bunsen-stories-"));
    const short = "model=lenet5&data=digits&subset=64&batch=16&test=20&v=1";
    /** @type {any} */
    const story = {
      ...{ id: "own", title: "Short", question: "Is it?", about: "", seeds: [1, 2] },
      recipes: [
        { id: "few", name: "few", link: `${short}&steps=4` },
        { id: "wild", name: "wild", link: `${short}&steps=60&opt=sgd&lr=100&warmup=0` },
      ],
      closing: ["{test few}.", "{diverged wild | All diverged. | None did. | Some did.}"],
    };
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script, "--into", into, links.storyLink(story)]);
      const { story: read } = links.readStoryLink(links.storyLink(story), stories);
      const { type, runs, notices } = readRecorded(await readFile(join(into, "own", "index.json"), "utf8"), read);
      assert.deepEqual([type, runs.length, notices], ["recorded", 4, []]);
      const { sentences } = fillClosing(
        read,
        runs.map((/** @type {any} */ { result }) => result),
      );
      assert.equal(sentences.length, 2);
      for (const sentence of sentences) assert.ok(stdout.includes(sentence), `${sentence} is in ${stdout}`);
      for (const { run, result } of runs.filter((/** @type {any} */ { run }) => run !== null)) {
        const { losses, scores } = lab.readRunFile(await readFile(join(into, "own", run), "utf8"));
        assert.deepEqual([losses.length, scores.at(-1).accuracy], [result.steps, result.scores.at(-1).accuracy]);
      }
      const [first, , second] = runs;
      // The file of a recipe's first seed alone: it is there to be opened, the others to be counted.
      assert.deepEqual([first.result.seed, first.run, second.result.seed, second.run], [1, "few.bunsen.json", 2, null]);
    } finally {
      await rm(into, { recursive: true });
    }
  });

  test("the run files that the site has are those of its stories' first seeds", async () => {
    const { RECORDED_STORIES, readRecorded } = await source("stories/recorded.ts");
    assert.ok(RECORDED_STORIES.length > 0);
    for (const id of RECORDED_STORIES) {
      const folder = new URL(`../../www/public/stories/${id}/`, import.meta.url);
      const story = stories.find((one) => one.id === id);
      const { runs } = readRecorded(await readFile(new URL("index.json", folder), "utf8"), story);
      const kept = runs.filter((/** @type {any} */ { run }) => run !== null);
      assert.equal(kept.length, story.recipes.length, id);
      for (const { link, run, result } of kept) {
        const file = lab.readRunFile(await readFile(new URL(run, folder), "utf8"));
        assert.equal(file.link, lab.parse(`${link}&seed=${result.seed}`).link);
        assert.deepEqual(
          [file.losses.length, file.scores.at(-1)?.accuracy],
          [result.steps, result.scores.at(-1).accuracy],
        );
      }
    }
  });

  test(
    "the networks that the site has answer as it was recorded, within what rounding changes",
    { timeout: 120_000 },
    async () => {
      const { RECORDED_STORIES, readRecorded } = await source("stories/recorded.ts");
      const { fromPlanes } = await source("stories/byte-planes.ts");
      const { metadataOf } = await load("safetensors.js");
      let number = 0;
      for (const id of RECORDED_STORIES) {
        const folder = new URL(`../../www/public/stories/${id}/`, import.meta.url);
        const story = stories.find((one) => one.id === id);
        const { runs } = readRecorded(await readFile(new URL("index.json", folder), "utf8"), story);
        for (const { link, weights, result } of runs.filter((/** @type {any} */ run) => run.weights !== null)) {
          const packed = await readFile(new URL(weights.file, folder));
          assert.ok(packed.length <= MOST_BYTES, `${id}: ${weights.file} has ${packed.length} bytes`);
          const checkpoint = fromPlanes(gunzipSync(packed));
          const { link: trained, step } = lab.readCheckpoint(checkpoint);
          assert.deepEqual([trained, step], [lab.parse(`${link}&seed=${result.seed}`).link, result.steps]);
          assert.equal(metadataOf(checkpoint).get("rounded"), weights.bits < 32 ? String(weights.bits) : null);
          const run = await lab.start(trained, { checkpoint });
          const { accuracy } = await run.evaluate();
          // Nothing of it was computed here, and so nothing is claimed to be the same.
          assert.equal(run.checkedLinkObstacle(), "from-file");
          run.free();
          const off = Math.abs(accuracy - result.scores.at(-1).accuracy);
          assert.ok(off <= (weights.bits < 32 ? MOST_OFF : 0), `${id}: ${weights.file} is off by ${off}`);
          number++;
        }
      }
      assert.ok(number > 10, `${number} networks`);
    },
  );

  test("the module's reason is told of a recipe that it refuses, and the others stay", async () => {
    const story = stories.find(({ id }) => id === "learning-rate");
    const [first, second, ...others] = story.recipes;
    const recipes = [
      { ...first, link: "model=lenet5&lr=many&v=1" },
      { ...second, link: "model=lenet5&v=99" },
      ...others,
    ];
    const { type, story: left, notices } = await links.checkRecipes({ ...story, recipes }, read);
    assert.equal(type, "story");
    assert.deepEqual(left.recipes, others);
    assert.match(notices[0], /^“lr 0.00003” is left out: lr=many is not allowed/);
    assert.match(
      notices[1],
      /^“lr 0.0003” is left out: This link is of recipe version 99, but only versions up to \d+ are known here/,
    );
    // The sentences that speak of them are gone, and those that do not are there.
    assert.equal(left.closing.length, 2);
  });
});
