// @ts-check
// Programs of "pytorch-distributed", written to a folder and started by torchrun.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeIdx } from "./idx.mjs";
import { pkg } from "./paths.mjs";
import { ONE_THREAD, python, withoutModules } from "./python.mjs";

export const noTorch = withoutModules("numpy", "torch");

/** What a process ended with. @typedef {{ status: number | null, stdout: string, stderr: string }} Ended */

/**
 * Starts a program of Python and gives what it ended with.
 * @param {string[]} words @param {{ cwd: string, env?: Record<string, string>, onLine?: (text: string, pid: number) => void }} options
 * @returns {Promise<Ended>}
 */
export function runPython(words, { cwd, env = {}, onLine }) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, words, { cwd, env: { ...ONE_THREAD, ...env } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
      onLine?.(stdout, child.pid ?? 0);
    });
    child.stderr.on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** The words that start so many processes. @param {number} processes @param {string[]} words */
export const torchrun = (processes, ...words) => [
  "-m",
  "torch.distributed.run",
  "--standalone",
  "--nproc-per-node",
  String(processes),
  ...words,
];

/** A link's program in a folder of its own, with the images that Bunsen draws. */
export class Program {
  /** @type {string} */ folder;
  /** @type {string} */ file = "";

  /** @param {string} folder */
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
  }

  /**
   * @param {any} lab @param {string} link @param {string} folder
   * @param {any} [run] whose images are written
   */
  static async write(lab, link, folder, run) {
    const program = new Program(folder);
    const files = await lab.asCode(link, "pytorch-distributed");
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    program.file = files[0].name;
    if (run) {
      writeIdx(folder, "train", run.examples("train", 0, run.data.train));
      writeIdx(folder, "t10k", run.examples("test", 0, run.data.test));
    }
    return program;
  }

  /** Trains by so many processes; the run file is called after them. @param {number} processes @param {string[]} words */
  async train(processes, ...words) {
    const out = `${processes}.json`;
    const args = [this.file, "--data", ".", "--out", out, ...words];
    return runPython(processes > 1 ? torchrun(processes, ...args) : args, { cwd: this.folder });
  }

  /** The text of a run file. @param {number | string} processes */
  runFile(processes) {
    return readFileSync(join(this.folder, `${processes}.json`), "utf8");
  }
}

/**
 * Writes the programs of many links to one folder, to be trained by one process of Python, which is what takes the time.
 * @param {any} lab @param {string} folder @param {string[]} links each of a few steps
 * @returns {Promise<number[][]>} the losses that Bunsen has
 */
export async function writeMany(lab, folder, links) {
  const all = [];
  for (const [at, link] of links.entries()) {
    const run = await lab.start(link);
    all.push((await run.step(run.plan.steps)).map((/** @type {{ loss: number }} */ { loss }) => loss));
    run.free();
    const [own, ...others] = await lab.asCode(link, "pytorch-distributed");
    writeFileSync(join(folder, `program${at}.py`), own.text);
    for (const { name, text } of others) writeFileSync(join(folder, name), text);
    execFileSync(process.execPath, [join(pkg, "command.js"), "code", link, "--data", join(folder, `data${at}`)]);
  }
  return all;
}

/** Trains what `writeMany` wrote, as a function of Python. */
export const TRAIN_MANY = `
def train_many(count):
    import importlib
    for at in range(count):
        program = importlib.import_module(f"program{at}")
        assert bunsen_train.train(program, ["--data", f"data{at}", "--out", f"program{at}.json"]) == 0, program.LINK
`;

/** A run file's losses. @param {string} text */
export function tracedBy(text) {
  const bytes = Buffer.from(JSON.parse(text).trace, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

/** Whether losses are where rounding alone leads from others: the band's start. @param {number[]} ours @param {number[]} theirs */
export const outside = (ours, theirs) =>
  theirs.findIndex((loss, at) => !(Math.abs(loss - (ours[at] ?? NaN)) <= 1e-4 * 2 ** at * Math.abs(ours[at] ?? NaN)));
