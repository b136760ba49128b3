// @ts-check
// Trains the stories' runs for "Show recorded", and keeps results, run files and the weights of each recipe's first seed:
//   node www/src/stories/record.mjs [--print] [--into <folder>] [<id or story link>...]
// The package has to be built (`cargo xtask build`). Every file is that of any machine, but for the seconds in the run files. With `--print` nothing is
// written: what the stories say is printed, and how long their runs took.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { source } from "../../../tests/bench/source.mjs";

const { openLab } = await import(new URL("../../../pkg/index.js", import.meta.url).href);
const { STORIES } = await source("stories/registry.ts");
const { readStoryLink } = await source("stories/link/read.ts");
const { runsOfStory } = await source("stories/duration.ts");
const { resultOf } = await source("stories/result.ts");
const { fillClosing } = await source("stories/closing/fill.ts");
const { commonestShare } = await source("outcome/evidence.ts");
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
  const files = endedAsNaN ? null : { run: await run.runFile(), weights: await run.weights() };
  run.free();
  return { result, files, seconds };
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
    const { result, files, seconds } = await record(lab, storyRun);
    results.push(result);
    const accuracy = result.scores.at(-1)?.accuracy;
    console.log(`${story.id}: ${storyRun.title}: ${seconds.toFixed(1)} s, ${accuracy ?? "no score"}, ${storyRun.link}`);
    if (options.print) continue;
    const name = `${storyRun.recipe.id}-${storyRun.seed}`;
    const hasWeights = files !== null && storyRun.seed === story.seeds[0];
    const [run, weights] = [files && `${name}.bunsen.json`, hasWeights ? `${name}.safetensors` : null];
    if (run) writeFileSync(join(folder, run), files.run);
    if (weights) writeFileSync(join(folder, weights), files?.weights);
    runs.push({ link: storyRun.recipe.link, result, run, weights });
  }
  const { sentences, notes } = fillClosing(story, results);
  console.log([...sentences, ...notes].map((line) => `  ${line}`).join("\n"));
  if (!options.print)
    writeFileSync(
      join(folder, "index.json"),
      `${JSON.stringify({ format: RECORDED_FORMAT, story: story.id, runs })}\n`,
    );
}

/** @param {string} text an id or a link */
function storyOf(text) {
  const read = readStoryLink(text.includes("story=") ? text : `story=${text}`, STORIES);
  if (read.type === "refused") throw new Error(read.message);
  return read.story;
}

const lab = await openLab({ engine: "cpu" });
// Yours is another one for each person.
const stories =
  positionals.length > 0 ? positionals.map(storyOf) : STORIES.filter((/** @type {any} */ { id }) => id !== "yours");
for (const story of stories) await recordStory(lab, story);
lab.close();
