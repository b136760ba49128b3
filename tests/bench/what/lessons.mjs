// The lessons' runs, trained again under Node: whether each gives what its run file says, bit for bit, and how long it takes.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { pkg } from "../../browser/support/paths.mjs";
import { differences, fileOf, planOf, runFiles, train } from "../../lessons/train.mjs";
import { number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

export const options = {
  store: { type: "boolean", default: false, help: "write the run files, instead" },
  only: { type: "string", help: "run files whose names have this in it: resnet/plain" },
};

export async function main({ store, only = "" }) {
  const { openLab } = await import(new URL("index.js", `${pathToFileURL(pkg).href}/`).href);
  const lab = await openLab({ engine: "cpu" });
  const files = runFiles().filter(({ lesson, name }) => `${lesson}/${name}`.includes(only));
  const rows = [];
  const differing = [];
  for (const file of files) {
    const name = `${file.lesson}/${file.name}`;
    const plan = store ? planOf(file) : fileOf(file);
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
      runs.push(run);
      rows.push([name, seed, run.check, store ? "stored" : wrong.length === 0 ? "same" : "differs", number(seconds)]);
      differing.push(...wrong.map((what) => `- ${name}, seed ${seed}: ${what}`));
    }
    if (store) writeFileSync(file.path, written({ ...plan, runs }));
  }
  lab.close();
  if (rows.length === 0) throw new Error(`No run file has “${only}” in its name.`);
  const body = [table(["run", "seed", "check", "", "seconds"], rows), ...differing].join("\n\n");
  await report("lessons", { title: "The lessons' runs", info: machine(), body, data: { rows, differing } });
  return differing.length === 0;
}

/** A line for each run, so that a change of one is a change of a line. */
function written({ runs, ...plan }) {
  const head = JSON.stringify(plan, null, 2).replace(/\n\}$/, "");
  return `${head},\n  "runs": [\n${runs.map((run) => `    ${JSON.stringify(run)}`).join(",\n")}\n  ]\n}\n`;
}
