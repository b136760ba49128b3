// The table of a sweep and its summary: as CSV, as JSON and for a terminal. Runs stand in the order of the sweep, and no score orders them.

import type { RunFile } from "../api.js";
import { csvCell } from "../csv-cell.js";
import { loss } from "../number-format.js";
import { printable } from "../printable.js";

type Score = Pick<RunFile["scores"][number], "accuracy" | "loss" | "examples" | "tta">;

/** A run of a sweep, and what became of it. */
export interface SweepRow {
  /** Its number in the sweep, from 1. */
  run: number;
  link: string;
  /** The values of the swept fields. */
  values: readonly string[];
  /** What its run file says; nothing of a run that has none. */
  result?: RunResult | undefined;
  /** Why it has no run file, or no score. */
  error?: string | undefined;
}

export interface RunResult {
  steps: number;
  /** Scores after the last step. */
  validation: Score | undefined;
  test: Score | undefined;
  /** The loss of the last step. */
  trainingLoss: number;
  check: string;
  engine: string;
  /** The run file's path. */
  file: string;
}

/** One score over the runs that differ in their seeds alone. */
export interface Summary {
  /** The values of the swept fields but the seed. */
  values: readonly string[];
  score: string;
  /** Runs in the sweep. */
  runs: number;
  /** Those of them that have this score. */
  n: number;
  mean: number | undefined;
  /** The sample standard deviation, with n − 1; nothing of fewer than two. */
  sd: number | undefined;
  min: number | undefined;
  max: number | undefined;
}

const SEED = "seed";
/** Rows of the printed tables; the files have all. */
const MOST_ROWS = 40;
const END_OF_TABLE = "check,file,error";
const END_OF_SUMMARY = "score,runs,n,mean,sd,min,max";

/** Scores by their columns, and how each is read. */
const SCORES: Readonly<Record<string, (result: RunResult) => number | undefined>> = {
  validation_accuracy: ({ validation }) => validation?.accuracy,
  validation_loss: ({ validation }) => validation?.loss,
  test_accuracy: ({ test }) => test?.accuracy,
  test_loss: ({ test }) => test?.loss,
  training_loss: ({ trainingLoss }) => trainingLoss,
};

/** What a run file says of its run. Scores before the last step are none of the finished run. */
export function resultOf(file: RunFile, path: string): RunResult {
  const { steps, scores, validation, losses, check, exact } = file;
  const last = scores.filter(({ step }) => step === steps).at(-1);
  return {
    steps,
    test: last,
    validation: validation?.step === steps ? validation : undefined,
    trainingLoss: losses.at(-1) ?? NaN,
    check,
    // How many threads there were changes no bit.
    engine: exact ? "the CPU engine in WebAssembly" : file.engine.replace(/, \d+ threads?/, ""),
    file: path,
  };
}

export class SweepTable {
  readonly #keys: readonly string[];
  readonly #rows: readonly SweepRow[];

  /** @param keys the swept fields */
  constructor(keys: readonly string[], rows: readonly SweepRow[]) {
    this.#keys = keys;
    this.#rows = rows;
  }

  /** Whether a file's text begins as a table or a summary that a sweep wrote. */
  static isOwn(text: string): boolean {
    const [head = ""] = text.split("\n", 1);
    return head.startsWith("run,") ? head.endsWith(`,${END_OF_TABLE}`) : head.endsWith(END_OF_SUMMARY);
  }

  /** Every run. */
  csv(): string {
    const steps = this.#keys.includes("steps") ? [] : ["steps"];
    const scores = this.#scores();
    const head = ["run", ...this.#keys, ...steps, ...scores.map((score) => this.#named(score)), END_OF_TABLE];
    const rows = this.#rows.map(({ run, values, result, error }) => [
      String(run),
      ...values.map((value) => csvCell(value)),
      ...steps.map(() => (result ? String(result.steps) : "")),
      ...scores.map((score) => digits(result && SCORES[score]?.(result))),
      result?.check ?? "",
      csvCell(result?.file ?? ""),
      csvCell(error ?? "", 1_000),
    ]);
    return text([head, ...rows]);
  }

  /** Mean and spread over all swept fields but the seed. */
  summaryCsv(): string {
    const rows = this.summary().map(({ values, score, runs, n, mean, sd, min, max }) => [
      ...values.map((value) => csvCell(value)),
      this.#named(score),
      String(runs),
      String(n),
      ...[mean, sd, min, max].map(digits),
    ]);
    return text([[...this.#groupKeys(), END_OF_SUMMARY], ...rows]);
  }

  /** One entry for each combination of the swept fields but the seed, and each score. */
  summary(): Summary[] {
    const groups = new Map<string, { values: string[]; rows: SweepRow[] }>();
    for (const row of this.#rows) {
      const values = row.values.filter((_, at) => this.#keys[at] !== SEED);
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { values, rows: [] };
      groups.set(key, group);
      group.rows.push(row);
    }
    return [...groups.values()].flatMap(({ values, rows }) =>
      this.#scores().map((score) => {
        const numbers = rows.flatMap(({ result }) => (result && SCORES[score]?.(result)) ?? []);
        return { values, score, runs: rows.length, ...spread(numbers) };
      }),
    );
  }

  /** All of it, for programs. */
  json(folder: string): string {
    const named = (keys: readonly string[], values: readonly string[]) =>
      Object.fromEntries(keys.map((key, at) => [key, values[at]]));
    const runs = this.#rows.map(({ run, link, values, result, error }) => ({
      run,
      link,
      values: named(this.#keys, values),
      ...result,
      ...(error !== undefined && { error }),
    }));
    const summary = this.summary().map(({ values, ...rest }) => ({
      values: named(this.#groupKeys(), values),
      ...rest,
    }));
    return `${JSON.stringify({ folder, keys: this.#keys, runs, summary }, null, 2)}\n`;
  }

  /** For a terminal: the runs and, where seeds were swept, mean and spread of the accuracies. */
  shown(): string {
    const scores = this.#scores();
    const rows = this.#rows
      .slice(0, MOST_ROWS)
      .map(({ run, values, result, error }) => [
        String(run),
        ...values,
        ...scores.map((score) => shownScore(score, result && SCORES[score]?.(result))),
        error === undefined ? "" : printable(error),
      ]);
    const lines = columns([["run", ...this.#keys, ...scores.map((score) => this.#title(score)), ""], ...rows]);
    const more = this.#rows.length - rows.length;
    if (more > 0) lines.push(`… and ${more.toLocaleString("en")} more: table.csv has all.`);
    if (!this.#keys.includes(SEED)) return lines.join("\n");
    const summary = this.summary().filter(({ score }) => score.endsWith("accuracy"));
    const groups = summary.slice(0, MOST_ROWS).map(({ values, score, runs, n, mean, sd, min, max }) => {
      const spreadText = sd === undefined ? "" : ` ± ${shownScore(score, sd)}`;
      return [
        ...values,
        this.#title(score),
        n === runs ? String(n) : `${n} of ${runs}`,
        `${shownScore(score, mean)}${spreadText}`,
        shownScore(score, min),
        shownScore(score, max),
      ];
    });
    const head = [...this.#groupKeys(), "over seeds", "n", "mean ± standard deviation", "min", "max"];
    lines.push("", ...columns([head, ...groups]));
    if (summary.length > groups.length) lines.push("… and more: summary.csv has all.");
    return lines.join("\n");
  }

  #groupKeys(): string[] {
    return this.#keys.filter((key) => key !== SEED);
  }

  /** The scores that some recipe has. */
  #scores(): string[] {
    const results = this.#rows.flatMap(({ result }) => result ?? []);
    const hasValidation = results.some(({ validation }) => validation);
    return Object.keys(SCORES).filter((score) => hasValidation || !score.startsWith("validation"));
  }

  /** Whether images were scored with their mirror images, in all runs: where it is swept a column says it. */
  #isMirrored(): boolean {
    return !this.#keys.includes("tta") && this.#rows.some(({ result }) => result?.test?.tta ?? result?.validation?.tta);
  }

  #named(score: string): string {
    return this.#isMirrored() && score !== "training_loss" ? `${score}_with_mirror_images` : score;
  }

  #title(score: string): string {
    return this.#named(score).replaceAll("_", " ");
  }
}

/** n, mean, sample standard deviation and range. */
function spread(numbers: readonly number[]): Pick<Summary, "n" | "mean" | "sd" | "min" | "max"> {
  const n = numbers.length;
  if (n === 0) return { n, mean: undefined, sd: undefined, min: undefined, max: undefined };
  const mean = numbers.reduce((sum, number) => sum + number, 0) / n;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return {
    n,
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : undefined,
    min: Math.min(...numbers),
    max: Math.max(...numbers),
  };
}

const digits = (number: number | undefined): string => (number === undefined ? "" : number.toFixed(6));

function shownScore(score: string, number: number | undefined): string {
  if (number === undefined) return "–";
  return score.endsWith("accuracy") ? `${(100 * number).toFixed(2)} %` : loss(number);
}

function text(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => Array.from(row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Array.from(cell).length))
      .join("  ")
      .trimEnd(),
  );
}
