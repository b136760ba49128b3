// Test accuracy on the real MNIST test images, and the seconds an epoch takes, in Chromium.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { data } from "../paths.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { number, percent, table } from "../figures.mjs";

export const options = {
  model: { type: "string", help: "one network alone (default: lenet5, lenet5-1998 and the transfer from digits)" },
  data: { type: "string", default: "mnist", help: "with --model: mnist, or digits (then scored on MNIST)" },
  seeds: { type: "string", help: "comma-separated (default: 1,2,3 for lenet5, else 1)" },
  epochs: { type: "string", help: "instead of the recipe's own" },
  with: { type: "string", help: "more of the recipe, as in a link: lr=0.002&aug=shift" },
  engine: { type: "string", default: "cpu", help: "cpu | gpu" },
  adapter: { type: "string", default: "software", help: "software | hardware, for the gpu engine" },
};

const CHUNK = 100; // steps between lines of progress

function jobs(given) {
  const seeds = given.seeds?.split(",");
  const job = (model, data, standard) => (seeds ?? standard).map((seed) => ({ model, data, seed }));
  if (given.model) return job(given.model, given.data, ["1"]);
  return [...job("lenet5", "mnist", ["1", "2", "3"]), ...job("lenet5-1998", "mnist", ["1"]), ...job("lenet5", "digits", ["1"])];
}

function link({ model, data, seed }, given) {
  const epochs = given.epochs ? `&epochs=${given.epochs}` : "";
  const more = given.with ? `&${given.with}` : "";
  return `model=${model}&data=${data}&seed=${seed}${epochs}${more}`;
}

async function epoch(bench, name, plan, index) {
  let left = Math.min(plan.stepsPerEpoch, plan.steps - index * plan.stepsPerEpoch);
  let seconds = 0;
  let last;
  while (left > 0) {
    const part = await bench.call(name, "advance", Math.min(CHUNK, left));
    if (part.steps === 0) break;
    left -= part.steps;
    seconds += part.seconds;
    last = part.last;
  }
  return { seconds, loss: last?.loss };
}

/** Scores a run on the split that is asked for: its own test images, or MNIST's for a run on drawn digits. */
async function score(bench, name, job) {
  if (job.data === "mnist") return bench.call(name, "evaluate");
  return bench.call(name, "evaluateOn", "mnist");
}

async function train(bench, job, given) {
  const recipe = link(job, given);
  const name = recipe;
  say(recipe);
  await bench.open(name);
  try {
    const opened = await bench.call(name, "open", { engine: given.engine, link: recipe });
    const { plan } = opened;
    say(`  ${plan.parameters} parameters, ${plan.steps} steps of ${plan.batch}; data and start ${number(opened.startMs)} ms`);
    const epochs = [];
    for (let index = 0; index * plan.stepsPerEpoch < plan.steps; index++) {
      const { seconds, loss } = await epoch(bench, name, plan, index);
      const scored = await score(bench, name, job);
      epochs.push({ seconds, loss, accuracy: scored?.accuracy });
      const accuracy = scored ? percent(scored.accuracy) : "not scored";
      say(`  epoch ${index + 1} of ${plan.epochs}: ${number(seconds)} s, loss ${number(loss)}, MNIST test ${accuracy}`);
    }
    const scored = await score(bench, name, job);
    return { ...job, link: recipe, plan, engine: opened.engine, epochs, score: scored, check: await bench.call(name, "check") };
  } finally {
    await bench.close(name);
  }
}

function row({ link, failed, epochs, score, plan }) {
  if (failed) return [link, "failed", "", "", ""];
  const rest = epochs.slice(1);
  const perEpoch = rest.length ? rest.reduce((sum, each) => sum + each.seconds, 0) / rest.length : NaN;
  const accuracy = score ? `${percent(score.accuracy)} of ${score.examples}` : "not scored: this build has no evaluateOn";
  return [`\`${link}\``, accuracy, number(epochs[0]?.seconds), number(perEpoch), plan.epochs];
}

export async function main(given) {
  if (!existsSync(join(data, "mnist"))) {
    throw new Error(`No folder "mnist" is in ${data}. Run \`cargo xtask data mnist\`, or name the folder above it in BUNSEN_DATA.`);
  }
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const results = [];
    for (const job of jobs(given)) {
      try {
        results.push(await train(bench, job, given));
      } catch (error) {
        say(`  failed: ${error.message}`);
        results.push({ ...job, link: link(job, given), failed: error.message.split("\n")[0] });
      }
    }
    const head = ["recipe", "MNIST test accuracy", "first epoch s", "later epochs s", "epochs"];
    const failures = results.filter((each) => each.failed).map((each) => `\n\n**${each.link} failed**: ${each.failed}`);
    await report("accuracy", {
      title: "Accuracy on MNIST's 10,000 test images",
      info,
      body: `${table(head, results.map(row))}\n\nEngine: ${given.engine}. Seconds are the training alone, without the scoring after each epoch.${failures.join("")}`,
      data: { results },
    });
    return failures.length === 0;
  });
}
