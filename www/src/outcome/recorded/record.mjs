// @ts-check
// Trains the runs that the rules are held to, and keeps their numbers, rounded: node www/src/outcome/recorded/record.mjs [<name>...]
// The package has to be built (`cargo xtask build`). The numbers are those of any machine, for a run has the same bits everywhere.

import { readFileSync, writeFileSync } from "node:fs";

const HERE = new URL("./", import.meta.url);
/** @type {Record<string, string>} */
const LINKS = JSON.parse(readFileSync(new URL("links.json", HERE), "utf8"));
const { openLab } = await import(new URL("../../../../pkg/index.js", HERE).href);

/** @param {number} value @param {number} digits */
const rounded = (value, digits) => Number(value.toPrecision(digits));

/** Trains a recipe to its end, as the page does: scored at its own steps, the norms of its last step recorded. @param {string} link */
async function record(link) {
  const lab = await openLab();
  const run = await lab.start(link);
  const { steps, stepsPerEpoch, batch, scoreSteps } = run.plan;
  /** @type {{ loss: number[], right: number[], learningRate: number[], scores: number[][], norms: unknown[] }} */
  const series = { loss: [], right: [], learningRate: [], scores: [], norms: [] };
  let chance = null;
  for (let step = 1; step <= steps; step++) {
    if (step === steps) run.recordGradientStatistics(true);
    const [report] = await run.step(1);
    series.loss.push(rounded(report.loss, 3));
    series.right.push(Math.round(report.accuracy * batch));
    series.learningRate.push(rounded(report.learningRate, 2));
    if (!scoreSteps.includes(step)) continue;
    const { accuracy, examples, confusion } = await run.evaluate();
    series.scores.push([step, rounded(accuracy, 5), examples]);
    const truths = confusion.map((/** @type {number[]} */ row) => row.reduce((sum, images) => sum + images, 0));
    chance = rounded(Math.max(...truths) / examples, 4);
  }
  for (const { name, weight, gradient, update } of await run.gradientStatistics()) {
    if (/\.(weight|bias)$/.test(name)) series.norms.push([name, rounded(gradient, 2), rounded(update / weight, 2)]);
  }
  lab.close();
  return { link, stepsPerEpoch, batch, chance, ...series };
}

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(LINKS)) {
  const link = LINKS[name];
  if (link === undefined) throw new Error(`There is no link "${name}".`);
  writeFileSync(new URL(`${name}.json`, HERE), `${JSON.stringify(await record(link))}\n`);
  console.log(`${name}: ${link}`);
}
