// @ts-check
// The runs of the lessons: which there are, trained with the module under Node as a lesson's run files have them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { source } from "../bench/source.mjs";

const LEARN = fileURLToPath(new URL("../../learn/", import.meta.url));

const { linkOf, readRunPlan, readRunFile } = await source("../learn/run-file.ts");
const { runCost, TWO_CORES } = await source("stories/duration.ts");
const { thinCurve } = await source("stories/curve.ts");

export { linkOf };

/** @typedef {{ lesson: string, name: string, path: string, text: string }} RunFileText */

/** The run files of all lessons. @returns {RunFileText[]} */
export function runFiles() {
  const lessons = readdirSync(LEARN, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return lessons.flatMap(({ name: lesson }) =>
    readdirSync(join(LEARN, lesson, "runs"))
      .sort()
      .map((file) => {
        const path = join(LEARN, lesson, "runs", file);
        return { lesson, name: file.replace(/\.json$/, ""), path, text: readFileSync(path, "utf8") };
      }),
  );
}

/** What an author wrote. @param {RunFileText} file */
export const planOf = ({ lesson, name, text }) => readRunPlan(text, `learn/${lesson}/runs/${name}.json`);
/** With its runs, which have to be there. @param {RunFileText} file */
export const fileOf = ({ lesson, name, text }) => readRunFile(text, `learn/${lesson}/runs/${name}.json`);

/** Seconds that a run takes on two cores of a laptop, scoring at its end alone. @param {any} lab @param {{ link: string }} plan */
export function secondsOf(lab, plan) {
  const link = linkOf(plan, 1);
  const cost = runCost(lab.parse(link).values, lab.describe(link).multiplyAdds);
  return cost.training / TWO_CORES;
}

/**
 * Trains a run to its end.
 * @param {any} lab @param {{ link: string, gradientsAt?: number, shiftsTo?: number, confidence?: boolean }} plan @param {number} seed
 */
export async function train(lab, plan, seed) {
  const link = linkOf(plan, seed);
  const run = await lab.start(link);
  try {
    /** @type {{ loss: number, accuracy: number }[]} */
    const reports = [];
    let gradients;
    if (plan.gradientsAt) {
      run.recordGradientStatistics(true);
      reports.push(...(await run.step(plan.gradientsAt)));
      gradients = convolutionGradients(lab, link, await run.gradientStatistics());
      run.recordGradientStatistics(false);
    }
    reports.push(...(await run.step(1_000_000)));
    const { accuracy: test, examples: testImages } = await run.evaluate();
    const confidence = plan.confidence && rounded(meanConfidence(run.predictions()));
    const last = reports.slice(-run.plan.stepsPerEpoch);
    const mean = (/** @type {"loss" | "accuracy"} */ key) =>
      rounded(last.reduce((sum, each) => sum + each[key], 0) / last.length);
    const losses = reports.map(({ loss }) => loss);
    return {
      ...{ seed, check: await run.check(), marks: run.marks(), steps: losses.length, parameters: run.plan.parameters },
      ...{ test, testImages, train: mean("accuracy"), loss: mean("loss") },
      ...(confidence !== undefined && { confidence }),
      curve: thinCurve(losses, losses.length),
      ...(gradients && { gradients: gradients.map(rounded) }),
      ...(plan.shiftsTo && { shifted: await shiftedScores(run, plan.shiftsTo, testImages) }),
    };
  } finally {
    run.free();
  }
}

/** The norms of the gradients by the weights of convolutions, from the image on. @param {any} lab @param {string} link @param {any[]} statistics */
function convolutionGradients(lab, link, statistics) {
  const layers = lab.describe(link).layers.filter((/** @type {any} */ { kind }) => kind.startsWith("convolution"));
  return layers.map((/** @type {any} */ { name }) => {
    const found = statistics.find((each) => each.name === `${name}.weight`);
    if (!found) throw new Error(`${name} has no gradient.`);
    return found.gradient;
  });
}

/** Down, up, right, left. */
const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

/**
 * The share of test images that a run has right, moved by no pixel, by one … up to so many: each image in one of four directions, in turns.
 * @param {any} run @param {number} most @param {number} images
 */
async function shiftedScores(run, most, images) {
  const { channels, height, width } = run.data;
  const examples = run.examples("test", 0, images);
  const scores = [];
  for (let pixels = 0; pixels <= most; pixels++) {
    let right = 0;
    for (const [at, example] of examples.entries()) {
      const [down = 0, across = 0] = DIRECTIONS[at % DIRECTIONS.length] ?? [];
      const probabilities = await run.predict(
        moved(example.pixels, [channels, height, width], pixels * down, pixels * across),
      );
      right += Number(probabilities.indexOf(Math.max(...probabilities)) === example.label);
    }
    scores.push(right / images);
  }
  return scores;
}

/** A moved image; what comes into it is the paper. @param {Uint8Array} pixels @param {number[]} shape @param {number} down @param {number} across */
function moved(pixels, [channels = 1, height = 0, width = 0], down, across) {
  const result = new Float32Array(pixels.length);
  for (let channel = 0; channel < channels; channel++)
    for (let y = Math.max(0, down); y < height + Math.min(0, down); y++)
      for (let x = Math.max(0, across); x < width + Math.min(0, across); x++) {
        const row = channel * height + y;
        result[row * width + x] = (pixels[(row - down) * width + x - across] ?? 0) / 255;
      }
  return result;
}

/** The mean over test images of the largest probability that the network gives. @param {{ logits: Float32Array, truth: Uint8Array }} predictions */
function meanConfidence({ logits, truth }) {
  const images = truth.length;
  const classes = logits.length / images;
  let sum = 0;
  for (let image = 0; image < images; image++) {
    const scores = logits.subarray(image * classes, (image + 1) * classes);
    const largest = Math.max(...scores);
    sum += 1 / scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  }
  return sum / images;
}

/** As many digits as a text could want. @param {number} value */
const rounded = (value) => Number(value.toPrecision(5));

/** What differs between a run as it is stored and as it was trained now; empty where nothing does. @param {any} stored @param {any} trained */
export function differences(stored, trained) {
  return Object.keys({ ...stored, ...trained })
    .filter((key) => JSON.stringify(stored[key]) !== JSON.stringify(trained[key]))
    .map((key) => `${key} is ${JSON.stringify(trained[key])} and not ${JSON.stringify(stored[key])}`);
}
