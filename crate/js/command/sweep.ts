// `bunsen sweep`: trains every link that a link with braces stands for, and writes their scores into one table.

import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Lab, Sweep } from "../api.js";
import { BunsenError, messageOf } from "../errors.js";
import { openLab } from "../index.js";
import { isCustom } from "../custom-dataset-keys.js";
import { countOf, engineOf, parseArguments, UsageError, type Options } from "./arguments.js";
import { withCustomDataset } from "./custom-dataset.js";
import { bytesOf } from "./initial-weights.js";
import { endNow, onInterruption } from "./interruption.js";
import { Progress } from "./progress.js";
import { SweepFolder } from "./sweep-folder.js";
import { doJobs, type Job } from "./sweep-jobs.js";
import { SweepTable, type RunResult, type SweepRow } from "./sweep-table.js";

type Files = Pick<Options<"sweep">, "own" | "weights">;

/** Trains the runs of a sweep that are not there yet, and writes the tables. Gives the exit status. */
export async function sweep(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("sweep", args);
  const [text, ...others] = positionals;
  if (text === undefined || others.length > 0) {
    throw new UsageError("sweep takes one link with braces, as in seed={1..3}: quote it.", "sweep");
  }
  const jobs = options.jobs === undefined ? 1 : countOf("sweep", "jobs", options.jobs);
  const { engine, workers } = engineOf("sweep", options);
  const shared = workers ?? Math.max(1, Math.floor(availableParallelism() / jobs));
  const computing = engine === "cpu" ? ["--workers", String(shared)] : ["--engine", engine];
  const lab = await openLab({ engine: "cpu", workers: 1 });
  try {
    const swept = await readSweep(lab, text, options);
    for (const notice of swept.notices) console.error(notice);
    if (options.list) {
      console.log(swept.runs.map(({ link }) => link).join("\n"));
      return 0;
    }
    const links = new Set(swept.runs.map(({ link }) => link));
    const folder = await SweepFolder.prepare(options.out ?? nameOf(links), links, lab);
    return await trainAll(lab, swept, folder, jobs, [...computing, ...filesOf(options)], options.json);
  } finally {
    lab.close();
  }
}

/** The links of a sweep. Those that name no images or weights yet name the ones that are given. */
async function readSweep(lab: Lab, text: string, { own, weights }: Files): Promise<Sweep> {
  const swept = lab.readSweep(text);
  const first = swept.runs[0]?.link ?? "";
  const named: string[] = [];
  if (own !== undefined) {
    const before = new URLSearchParams(first);
    const complete = new URLSearchParams(await withCustomDataset(lab, first, own));
    for (const [key, value] of complete) if (value !== before.get(key)) named.push(`${key}=${value}`);
  } else if (swept.runs.some(({ link }) => isCustom(lab.parse(link).values))) {
    throw new BunsenError("recipe", "This sweep is on somebody's own images, which no link holds: `--own` names them.");
  }
  if (weights !== undefined && !("init" in lab.parse(first).values && lab.parse(first).values["init"])) {
    named.push(`init=${lab.addWeights(await bytesOf(weights, "file")).digest}`);
  }
  return named.length > 0 ? lab.readSweep([text, ...named].join("&")) : swept;
}

const filesOf = ({ own, weights }: Files): string[] => [
  ...(own === undefined ? [] : ["--own", own]),
  ...(weights === undefined ? [] : ["--weights", weights]),
];

/** The name of a sweep's folder: the digest of its links, one a line, as `--list` prints them. */
function nameOf(links: Iterable<string>): string {
  const list = [...links].map((link) => `${link}\n`).join("");
  return `sweep-${createHash("sha256").update(list).digest("hex").slice(0, 8)}`;
}

async function trainAll(
  lab: Lab,
  { keys, runs }: Sweep,
  folder: SweepFolder,
  count: number,
  options: readonly string[],
  asJson: boolean,
): Promise<number> {
  const rows = runs.map(({ link, values }, at): SweepRow => {
    const result = folder.results.get(link);
    return { run: at + 1, link, values, result, error: result && scoreless(result) };
  });
  for (const notice of folder.notices) console.error(notice);
  const left = rows.filter(({ result }) => !result);
  const taken = rows.length - left.length;
  if (taken > 0) {
    console.error(`${taken} of ${rows.length} runs are in ${folder.path} already, whole, and are not trained again.`);
  }
  const progress = new Progress("sweep", "run");
  let ended = 0;
  const jobs = left.map((row): Job => {
    const { folder: place, checkpoint } = folder.place(row.run, row.link);
    const what = checkpoint === undefined ? [row.link] : ["--resume", checkpoint];
    return {
      args: [
        "train",
        ...what,
        "--json",
        "--out",
        place,
        ...(checkpoint === undefined ? options : withoutWeights(options)),
      ],
      ended: async (failure) => {
        row.error = failure;
        row.result = await folder.read(place, row.link, lab).catch((thrown: unknown) => {
          row.error = messageOf(thrown);
          return undefined;
        });
        row.error ??= row.result ? scoreless(row.result) : "It left no run file.";
        // One that was interrupted has not ended.
        if (!row.result && failure === undefined) return;
        progress.end();
        progress.show(++ended, left.length, failure === undefined ? "" : `, run ${row.run} failed`);
      },
    };
  });
  const interruption = await doJobs(jobs, count);
  progress.end();
  const missing = rows.filter(({ result }) => !result).length;
  if (interruption && missing > 0) {
    endNow({
      ...interruption,
      sentence:
        interruption.sentence &&
        `${interruption.sentence} ${rows.length - missing} of ${rows.length} runs are finished. The same command goes on.`,
    });
  }
  if (!interruption) onInterruption(endNow);
  const table = new SweepTable(keys, rows);
  await folder.writeTables(table);
  sayEngines(rows);
  if (asJson) process.stdout.write(table.json(folder.path));
  else console.log(`${table.shown()}\n\nWritten to ${folder.path}: table.csv, summary.csv, and a folder for each run.`);
  const failed = rows.filter(({ error }) => error !== undefined).length;
  if (failed > 0)
    console.error(`${failed} of ${rows.length} runs failed: the table says why. The same command tries them again.`);
  return failed > 0 ? 1 : 0;
}

/** Why a run that is whole is not in the summary. */
function scoreless({ test }: RunResult): string | undefined {
  return test ? undefined : "Its run file has no score after the last step.";
}

/** Runs of several engines round differently, and their table is no comparison of recipes alone. */
function sayEngines(rows: readonly SweepRow[]): void {
  const engines = new Set(rows.flatMap(({ result }) => result?.engine ?? []));
  if (engines.size > 1) console.error(`These runs were computed by several engines: ${[...engines].join("; ")}.`);
}

/** A run that goes on from a checkpoint has its weights. */
function withoutWeights(options: readonly string[]): string[] {
  const at = options.indexOf("--weights");
  return options.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
}
