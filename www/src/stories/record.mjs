// @ts-check
// Trains the stories' runs for "Show recorded", and keeps their results, their curves, and the run file and the network of each recipe's first seed:
//   node www/src/stories/record.mjs [--print] [--into <folder>] [<id or story link>...]
// The package has to be built (`cargo xtask build`). Every file is that of any machine. With `--print` nothing is
// written: what the stories say is printed, and how long their runs took.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { source } from "../../../tests/bench/source.mjs";
import { packWeights } from "./pack-weights.mjs";

const { openLab } = await import(new URL("../../../pkg/index.js", import.meta.url).href);
const { STORIES } = await source("stories/registry.ts");
const { readStoryLink } = await source("stories/link/read.ts");
const { runsOfStory } = await source("stories/duration.ts");
const { resultOf } = await source("stories/result.ts");
const { fillClosing } = await source("stories/closing/fill.ts");
const { commonestShare } = await source("outcome/evidence.ts");
const { thinCurve } = await source("stories/curve.ts");
const { toPlanes } = await source("stories/byte-planes.ts");
const { TRAINED } = await source("trained/networks.ts");
const { RECORDED_FORMAT } = await source("stories/recorded.ts");

const { values: options, positionals } = parseArgs({
  options: {
    print: { type: "boolean", default: false },
    into: { type: "string", default: fileURLToPath(new URL("../../public/stories", import.meta.url)) },
  },
  allowPositionals: true,
});

/** Trains a run to its end, scored at its own steps. @param {any} lab @param {any} storyRun */
async function record(lab, { recipe, seed, link }) {
  const run = await lab.start(link);
  const { steps, stepsPerEpoch, batch, scoreSteps, parameters } = run.plan;
  /** @type {{ loss: number[], accuracy: number[], learningRate: number[], scores: any[], norms: [] }} */
  const series = { loss: [], accuracy: [], learningRate: [], scores: [], norms: [] };
  let chance = null;
  let endedAsNaN = false;
  const began = performance.now();
  try {
    for (const scored of scoreSteps) {
      for (const report of await run.step(scored - series.loss.length)) {
        series.loss.push(report.loss);
        series.accuracy.push(report.accuracy);
        series.learningRate.push(report.learningRate);
      }
      const { step, accuracy, examples: images, confusion, tta } = await run.evaluate();
      series.scores.push({ step, accuracy, images, ...(tta && { tta }) });
      chance = commonestShare(confusion);
    }
  } catch (thrown) {
    if (/** @type {{ kind?: string }} */ (thrown).kind !== "nan") throw thrown;
    endedAsNaN = true;
  }
  const seconds = (performance.now() - began) / 1_000;
  const evidence = { ...series, stepsPerEpoch, batch, chance, isChanceLeast: false, split: "test" };
  const result = resultOf({ recipe: recipe.id, seed, steps, parameters, endedAsNaN }, evidence);
  // What has no number has no check, and so no run file.
  const file = endedAsNaN ? null : withoutTimes(await run.runFile());
  const checkpoint = endedAsNaN ? null : await run.checkpoint();
  run.free();
  return { result, curve: thinCurve(series.loss, steps), file, checkpoint, seconds };
}

/** How long it took here says nothing of other machines. @param {string} text of a run file */
function withoutTimes(text) {
  return JSON.stringify({ ...JSON.parse(text), timings: { seconds: 0, imagesPerSecond: 0, steps: 0 } });
}

/** @param {any} lab @param {any} story */
async function recordStory(lab, story) {
  const runs = [];
  const results = [];
  const folder = join(options.into, story.id);
  if (!options.print) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  for (const storyRun of runsOfStory(story)) {
    const { result, curve, file, checkpoint, seconds } = await record(lab, storyRun);
    results.push(result);
    const accuracy = result.scores.at(-1)?.accuracy;
    console.log(`${story.id}: ${storyRun.title}: ${seconds.toFixed(1)} s, ${accuracy ?? "no score"}, ${storyRun.link}`);
    if (options.print) continue;
    const isFirst = storyRun.seed === story.seeds[0];
    const run = isFirst && file !== null ? `${storyRun.recipe.id}.bunsen.json` : null;
    if (run) writeFileSync(join(folder, run), file);
    const packed = run ? packWeights(checkpoint, toPlanes) : null;
    const weights = packed && { file: `${storyRun.recipe.id}.weights.bin`, bits: packed.bits };
    if (packed && weights) writeFileSync(join(folder, weights.file), packed.bytes);
    runs.push({ link: storyRun.recipe.link, result, curve, run, weights });
  }
  const { sentences, notes } = fillClosing(story, results);
  console.log([...sentences, ...notes].map((line) => `  ${line}`).join("\n"));
  if (!options.print)
    writeFileSync(
      join(folder, "index.json"),
      `${JSON.stringify({ format: RECORDED_FORMAT, story: story.id, date, runs })}\n`,
    );
}

/** @param {string} text an id or a link */
function storyOf(text) {
  const read = readStoryLink(text.includes("story=") ? text : `story=${text}`, STORIES);
  if (read.type === "refused") throw new Error(read.message);
  return read.story;
}

const date = new Date().toISOString().slice(0, 10);
const lab = await openLab({ engine: "cpu" });
// Some recipes start from a network that comes with the page.
for (const { url } of TRAINED) lab.addWeights(new Uint8Array(readFileSync(new URL(url))));
// Yours is another one for each person.
const stories =
  positionals.length > 0 ? positionals.map(storyOf) : STORIES.filter((/** @type {any} */ { id }) => id !== "yours");
for (const story of stories) await recordStory(lab, story);
lab.close();
