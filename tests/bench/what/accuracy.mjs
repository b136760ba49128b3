// Test accuracy, and the seconds an epoch takes, in Chromium. Runs on synthetic digits are scored on MNIST's test images.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { data } from "../paths.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { number, percent, table } from "../figures.mjs";

export const options = {
  model: { type: "string", help: "one network alone (default: lenet5, lenet5-1998 and the transfer from digits)" },
  data: {
    type: "string",
    default: "mnist",
    help: "with --model: mnist, fashion, cifar10, shapes, or digits (then scored on MNIST)",
  },
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
  return [
    ...job("lenet5", "mnist", ["1", "2", "3"]),
    ...job("lenet5-1998", "mnist", ["1"]),
    ...job("lenet5", "digits", ["1"]),
  ];
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

/** The data set whose test images count. */
const scoredOn = (job) => (job.data === "digits" ? "mnist" : job.data);

/** Scores a run on its own test images, or on MNIST's for a run on synthetic digits. */
async function score(bench, name, job) {
  if (job.data !== "digits") return bench.call(name, "evaluate");
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
    say(
      `  ${plan.parameters} parameters, ${plan.steps} steps of ${plan.batch}; data and start ${number(opened.startMs)} ms`,
    );
    const epochs = [];
    for (let index = 0; index * plan.stepsPerEpoch < plan.steps; index++) {
      const { seconds, loss } = await epoch(bench, name, plan, index);
      const scored = await score(bench, name, job);
      epochs.push({ seconds, loss, accuracy: scored?.accuracy });
      const accuracy = scored ? percent(scored.accuracy) : "not scored";
      say(
        `  epoch ${index + 1} of ${plan.epochs}: ${number(seconds)} s, loss ${number(loss)}, ${scoredOn(job)} test ${accuracy}`,
      );
    }
    const scored = await score(bench, name, job);
    return {
      ...job,
      link: recipe,
      plan,
      engine: opened.engine,
      epochs,
      score: scored,
      check: await bench.call(name, "check"),
    };
  } finally {
    await bench.close(name);
  }
}

function row({ link, failed, epochs, score, plan }) {
  if (failed) return [link, "failed", "", "", ""];
  const rest = epochs.slice(1);
  const perEpoch = rest.length ? rest.reduce((sum, each) => sum + each.seconds, 0) / rest.length : NaN;
  const accuracy = score
    ? `${percent(score.accuracy)} of ${score.examples}`
    : "not scored: this build has no evaluateOn";
  return [`\`${link}\``, accuracy, number(epochs[0]?.seconds), number(perEpoch), plan.epochs];
}

export async function main(given) {
  const folders = { mnist: "mnist", fashion: "fashion-mnist", cifar10: "cifar-10" };
  for (const name of new Set(jobs(given).map(scoredOn))) {
    if (name === "shapes") continue; // They are drawn.
    if (!existsSync(join(data, folders[name] ?? name))) {
      throw new Error(
        `${name} is not in ${data}. Run \`cargo xtask data ${name}\`, or name the folder above it in BUNSEN_DATA.`,
      );
    }
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
    const head = ["recipe", "test accuracy", "first epoch s", "later epochs s", "epochs"];
    const curve = ({ link, epochs }) =>
      `\n\n\`${link}\`, after each epoch: ${epochs.map(({ accuracy }) => percent(accuracy)).join(", ")}`;
    const curves = results.filter((each) => each.epochs).map(curve);
    const failures = results.filter((each) => each.failed).map((each) => `\n\n**${each.link} failed**: ${each.failed}`);
    await report("accuracy", {
      title: "Accuracy on the test images",
      info,
      body: `${table(head, results.map(row))}\n\nEngine: ${given.engine}. Seconds are the training alone, without the scoring after each epoch.${curves.join("")}${failures.join("")}`,
      data: { results },
    });
    return failures.length === 0;
  });
}
