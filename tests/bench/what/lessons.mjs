// The lessons' runs, trained again under Node: whether each gives what its run file says, bit for bit, and how long it takes.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { pkg } from "../../browser/support/paths.mjs";
import { Server } from "../../browser/support/server.mjs";
import { shortestOf } from "../../lessons/shortest.mjs";
import { differences, fileOf, linkOf, planOf, runFiles, secondsOf, train } from "../../lessons/train.mjs";
import { browsers } from "../../replays/browsers.mjs";
import { replayThere } from "../../replays/host.mjs";
import { number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

export const options = {
  store: { type: "boolean", default: false, help: "write the run files, instead" },
  browsers: {
    type: "boolean",
    default: false,
    help: "also train them in every browser that is there, and compare their checks",
  },
  workers: { type: "string", help: "with so many workers: 1 is a machine with one core that is free" },
  only: { type: "string", help: "run files whose names have this in it: resnet/plain" },
  shortest: {
    type: "string",
    help: "so many recipes with different links, the shortest of all, with their first seed",
  },
};

export async function main({ store, browsers: everywhere, only = "", shortest, workers }) {
  if (shortest !== undefined && (store || !/^[1-9]\d*$/.test(shortest)))
    throw new Error(
      "--shortest takes a number of recipes, and does not go with --store, which writes all of their seeds.",
    );
  const { openLab } = await import(new URL("index.js", `${pathToFileURL(pkg).href}/`).href);
  const lab = await openLab({ engine: "cpu", ...(workers !== undefined && { workers: Number(workers) }) });
  const named = runFiles().filter(({ lesson, name }) => `${lesson}/${name}`.includes(only));
  const [time, link] = [(/** @type {any} */ file) => secondsOf(lab, planOf(file)), firstLinkOf];
  const files = shortest ? shortestOf(named, time, link, Number(shortest)) : named;
  /** @param {any} file */
  const toTrain = (file) => (store ? planOf(file) : shortest ? firstSeed(fileOf(file)) : fileOf(file));
  const rows = [];
  /** @type {{ lesson: string, seconds: number }[]} */ const firsts = [];
  const differing = [];
  for (const file of files) {
    const name = `${file.lesson}/${file.name}`;
    const plan = toTrain(file);
    const runs = [];
    for (const seed of plan.seeds) {
      say(`${name}, seed ${seed}`);
      const began = performance.now();
      const run = await train(lab, plan, seed);
      const seconds = (performance.now() - began) / 1_000;
      const wrong = store
        ? []
        : differences(
            plan.runs.find((each) => each.seed === seed),
            run,
          );
      if (runs.length === 0) firsts.push({ lesson: file.lesson, seconds });
      runs.push(run);
      rows.push([name, seed, run.check, store ? "stored" : wrong.length === 0 ? "same" : "differs", number(seconds)]);
      differing.push(...wrong.map((what) => `- ${name}, seed ${seed}: ${what}`));
    }
    if (store) writeFileSync(file.path, written({ ...plan, runs }));
  }
  lab.close();
  if (everywhere) differing.push(...(await inBrowsers(files.map(toTrain))));
  if (rows.length === 0) throw new Error(`No run file has “${only}” in its name.`);
  const perLesson = table(["lesson", "runs", "seconds, the first seeds", "the longest"], lessonRows(firsts));
  const body = [table(["run", "seed", "check", "", "seconds"], rows), perLesson, ...differing].join("\n\n");
  await report("lessons", { title: "The lessons' runs", info: machine(), body, data: { rows, differing } });
  return differing.length === 0;
}

/** The link of a recipe with its first seed. @param {any} file */
function firstLinkOf(file) {
  const { seeds } = fileOf(file);
  return linkOf(planOf(file), seeds[0]);
}

/** @param {any} plan with its runs */
function firstSeed({ seeds: [seed], runs, ...plan }) {
  return { ...plan, seeds: [seed], runs: runs.filter((/** @type {any} */ run) => run.seed === seed) };
}

/** What a reader waits for who trains each run of a lesson once. @param {{ lesson: string, seconds: number }[]} firsts of each recipe */
function lessonRows(firsts) {
  return [...new Set(firsts.map(({ lesson }) => lesson))].map((lesson) => {
    const seconds = firsts.filter((first) => first.lesson === lesson).map((first) => first.seconds);
    return [lesson, seconds.length, number(seconds.reduce((sum, each) => sum + each, 0)), number(Math.max(...seconds))];
  });
}

/** What differs in the browsers that are there; those that are not are named. @param {any[]} plans with their runs */
async function inBrowsers(plans) {
  const runs = plans.flatMap((plan) => plan.runs.map(({ seed, check }) => ({ link: linkOf(plan, seed), check })));
  const differing = [];
  const server = await Server.start();
  try {
    for (const { name, missing, open } of browsers) {
      if (missing()) {
        say(`${name}: skipped, ${missing()}`);
        continue;
      }
      const what = { build: "cpu", manner: "plain", links: runs.map(({ link }) => link) };
      const { rows } = await replayThere(server, open, what, ({ check, wrong }) => say(`${name}: ${check ?? wrong}`));
      const equal = rows.filter(({ check }, at) => check === runs[at].check).length;
      say(`${name}: ${equal} of ${runs.length} have the same check.`);
      if (equal < runs.length) differing.push(`- ${name}: ${equal} of ${runs.length} have the same check`);
    }
  } finally {
    await server.close();
  }
  return differing;
}

/** A line for each run, so that a change of one is a change of a line. */
function written({ runs, ...plan }) {
  const head = JSON.stringify(plan, null, 2).replace(/\n\}$/, "");
  return `${head},\n  "runs": [\n${runs.map((run) => `    ${JSON.stringify(run)}`).join(",\n")}\n  ]\n}\n`;
}
