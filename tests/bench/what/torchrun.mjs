// The program for several processes on one, beside the plain PyTorch script of the same link: images a second, in turns, each on one thread.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pkg } from "../../browser/support/paths.mjs";
import { ONE_THREAD, python } from "../../browser/support/python.mjs";
import { noTorch, Program } from "../../browser/support/torchrun.mjs";
import { median, number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

/** Enough steps that starting counts for nothing: the first ones are not timed. */
const LINKS = {
  lenet5: "model=lenet5&subset=6400",
  "resnet-8": "model=resnet-8&data=digits&subset=3200&batch=64",
};
const UNTIMED = 5;

export const options = {
  rounds: { type: "string", default: "3", help: "turns of each" },
  steps: { type: "string", default: "45", help: "steps of a turn" },
  only: { type: "string", help: "networks whose names have this in it: lenet5" },
};

/** The least part of the plain script's speed. */
const AIM = 0.9;

export async function main({ rounds, steps, only = "" }) {
  if (noTorch) throw new Error(`${noTorch}.`);
  const { openLab } = await import(new URL("index.js", `${pathToFileURL(pkg).href}/`).href);
  const lab = await openLab({ engine: "cpu", workers: 1 });
  const folder = mkdtempSync(join(tmpdir(), "bunsen-bench-"));
  const rows = [];
  const data = {};
  let isQuick = true;
  try {
    for (const [name, recipe] of Object.entries(LINKS).filter(([name]) => name.includes(only))) {
      const link = `${recipe}&steps=${steps}&test=100`;
      const run = await lab.start(link);
      const { batch } = run.plan;
      const program = await Program.write(lab, link, join(folder, name), run);
      run.free();
      const [plain] = await lab.asCode(link, "pytorch");
      mkdirSync(join(program.folder, "plain"));
      writeFileSync(join(program.folder, "plain", plain.name), plain.text);
      const ways = {
        plain: ["plain", [join("plain", plain.name)]],
        exact: ["1 process", [program.file, "--out", "out.json"]],
        fast: ["1 process, --fast", [program.file, "--fast", "--out", "out.json"]],
      };
      const speeds = { plain: [], exact: [], fast: [] };
      for (let round = 1; round <= Number(rounds); round++) {
        say(`${name}: round ${round} of ${rounds}`);
        for (const [way, [, words]] of Object.entries(ways)) {
          const seconds = await timed([...words, "--data", "."], program.folder, Number(steps));
          speeds[way].push(((Number(steps) - UNTIMED) * batch) / seconds);
          rmSync(join(program.folder, "out.json"), { force: true });
        }
      }
      const part = (way) => median(speeds[way].map((speed, at) => speed / speeds.plain[at]));
      for (const [way, [label]] of Object.entries(ways)) {
        rows.push([name, label, number(median(speeds[way])), number(part(way))]);
      }
      isQuick &&= Math.max(part("exact"), part("fast")) >= AIM;
      data[name] = speeds;
    }
  } finally {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const body = table(["network", "program", "images a second, median", "of plain"], rows);
  await report("torchrun", { title: "PyTorch for several processes, on one", info: machine(), body, data });
  return isQuick;
}

/** Seconds from the end of the first steps to that of the last, as they are printed. */
function timed(words, cwd, steps) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, words, { cwd, env: ONE_THREAD });
    let [text, said] = ["", ""];
    let began;
    let ended;
    child.stdout.on("data", (part) => {
      text += part;
      if (began === undefined && text.includes(`step ${UNTIMED} of`)) began = performance.now();
      if (ended === undefined && text.includes(`step ${steps} of`)) ended = performance.now();
    });
    child.stderr.on("data", (part) => (said += part));
    child.on("close", (status) =>
      status === 0 && began !== undefined ? resolve((ended - began) / 1_000) : reject(new Error(said || text)),
    );
  });
}
