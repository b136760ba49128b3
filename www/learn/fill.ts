/**
 * Numbers of runs in a lesson's text: `{{plain40.test}}` is the mean over the recipe's seeds, `{{plain40@1.test}}` one run's, `{{skips.test - plain40.test}}` a
 * difference, `{{plain40.test | spread}}` the mean with its deviation, `{{= 10 * plain40.lr}}` a sum. No such number is typed by hand.
 */
import { deviation } from "../src/stories/closing/statistics.js";
import { computed, writtenSum } from "./arithmetic.js";
import { refuse, type Place } from "./lesson-error.js";
import { MOST_SHIFT } from "./run-file.js";
import type { KnownRun, Runs } from "./runs.js";
import { runsOf } from "./runs.js";

type Kind = "share" | "number" | "count" | "setting" | "text";

interface RunValue {
  kind: Kind;
  of: (run: KnownRun) => number | string | undefined;
  /** What its run file has to say for it. */
  needs?: string;
}

/** What can be said of a run. */
const VALUES: Readonly<Record<string, RunValue>> = {
  test: { kind: "share", of: ({ test }) => test },
  train: { kind: "share", of: ({ train }) => train },
  loss: { kind: "number", of: ({ loss }) => loss },
  steps: { kind: "count", of: ({ steps }) => steps },
  parameters: { kind: "count", of: ({ parameters }) => parameters },
  examples: { kind: "count", of: ({ examples }) => examples },
  // Of training and scoring, as the module counts them.
  operations: { kind: "count", of: ({ operations }) => operations ?? NaN },
  images: { kind: "count", of: ({ testImages }) => testImages },
  check: { kind: "text", of: ({ check }) => check },
  // Where its curve in a picture of the loss begins and ends.
  starts: { kind: "number", of: ({ curve }) => curve.losses[0] },
  ends: { kind: "number", of: ({ curve }) => curve.losses.at(-1) },
  confidence: { kind: "share", of: ({ confidence }) => confidence, needs: "confidence" },
  "gradient-first": { kind: "number", of: ({ gradients }) => gradients?.[0], needs: "gradientsAt" },
  "gradient-last": { kind: "number", of: ({ gradients }) => gradients?.at(-1), needs: "gradientsAt" },
  ...Object.fromEntries(
    Array.from({ length: MOST_SHIFT + 1 }, (_, pixels) => [`shifted-${pixels}`, shiftedBy(pixels)]),
  ),
};

/** Of test images that are moved by so many pixels. */
function shiftedBy(pixels: number): RunValue {
  return { kind: "share", of: ({ shifted }) => shifted?.[pixels], needs: "shiftsTo" };
}

/** How a value may be written, by its kind; the first where nothing is said. */
const FORMATS: Readonly<Record<Kind, readonly string[]>> = {
  share: ["percent", "spread", "range"],
  number: ["number", "spread", "range"],
  count: ["count"],
  setting: ["setting"],
  text: ["text"],
};

/** Around what was filled in, until it is known where it stands: characters that no text has. */
export const FILLED = { from: "\ue000", to: "\ue001" } as const;
/** All of them. */
export const MARKS = new RegExp(`[${FILLED.from}${FILLED.to}]`, "g");
/** A number, its unit, and nothing that breaks the line between them. */
const NARROW = "\u00a0";

/** One line with its expressions filled in. */
export function fillLine(text: string, runs: Runs, place: Place): string {
  const filled = text.replace(
    /\{\{(.*?)\}\}/g,
    (_, expression: string) => `${FILLED.from}${valueOf(expression.trim(), runs, place)}${FILLED.to}`,
  );
  if (/\{\{|\}\}/.test(filled)) refuse(place, "A pair of braces is not closed, or not opened, on this line.");
  return filled;
}

/** The same of a text that stands by itself. */
export function filledText({ text, ...place }: Place & { text: string }, runs: Runs): string {
  return fillLine(text, runs, place).replace(MARKS, "");
}

/** What an expression says. @param expression without its braces */
export function valueOf(expression: string, runs: Runs, place: Place): string {
  if (expression.startsWith("=")) return sumOf(expression.slice(1).trim(), runs, place);
  const [, first = "", sign, second, format] =
    /^(\S+)(?:\s+([-/])\s+(\S+))?(?:\s*\|\s*(\w+))?$/.exec(expression) ??
    refuse(place, `“${expression}” is no expression, as plain40.test, plain40@1.test or skips.test - plain40.test.`);
  const one = term(first, runs, place);
  if (sign === undefined || second === undefined) return written(one, format, expression, place);
  const other = term(second, runs, place);
  if (one.kind === "text" || one.kind !== other.kind)
    refuse(place, `“${first}” and “${second}” cannot be compared: they are of different kinds.`);
  if (format !== undefined) refuse(place, `A difference and a ratio have no format “${format}”.`);
  const [a, b] = [mean(one.values), mean(other.values)];
  if (sign === "/") return `${digits(a / b)}`;
  return one.kind === "share" ? `${Math.abs(100 * (a - b)).toFixed(1)} percentage points` : digits(Math.abs(a - b));
}

/** `10 * plain40.lr`, `25088 * 4096 / 1e6 | 1`: the digits behind the point are said last. */
function sumOf(text: string, runs: Runs, place: Place): string {
  const [, sum = text, decimals] = /^(.*?)\s*\|\s*(\d)$/.exec(text) ?? [];
  return writtenSum(meanOf(sum, runs, place), decimals === undefined ? undefined : Number(decimals));
}

/** What a sum comes to, with the means of runs in it. */
function meanOf(sum: string, runs: Runs, place: Place): number {
  return computed(
    sum,
    (written) => {
      const { kind, values } = term(written, runs, place);
      const value = mean(values);
      return kind === "text" || Number.isNaN(value) ? refuse(place, `“${written}” is no number.`) : value;
    },
    (sentence) => refuse(place, sentence),
  );
}

interface Term {
  kind: Kind;
  values: readonly (number | string)[];
}

/** `plain40.test`, `plain40@1.test`. */
function term(text: string, runs: Runs, place: Place): Term {
  const [, name = "", key = ""] =
    /^([^.]+)\.([\w-]+)$/.exec(text) ?? refuse(place, `“${text}” names no value of a run.`);
  const named = runsOf(name, runs, place);
  if (key === "seeds") return { kind: "count", values: [named.length] };
  const value = Object.hasOwn(VALUES, key) ? VALUES[key] : undefined;
  if (!value) return { kind: "setting", values: [settingOf(key, named, place)] };
  const values = named.map(
    (run) =>
      value.of(run) ??
      refuse(
        place,
        `“${name}” has no “${key}”: its run file says no “${value.needs}”${value.needs === "shiftsTo" ? " so large" : ""}.`,
      ),
  );
  if (value.kind === "text" && values.length > 1)
    refuse(place, `“${text}” is one of several: name a seed, as ${name}@1.${key}.`);
  if (value.kind === "count" && new Set(values).size > 1) refuse(place, `“${text}” differs between seeds: name one.`);
  return { kind: value.kind, values };
}

/** What a recipe has for one of its fields: all of its runs have the same, but for their seeds. */
function settingOf(key: string, runs: readonly KnownRun[], place: Place): string {
  const [first] = runs;
  const fields = first?.values ?? {};
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (value === undefined)
    refuse(
      place,
      `A run has no “${key}”: there are ${[...Object.keys(VALUES), "seeds"].join(", ")}, and of this recipe ${Object.keys(fields).join(", ")}.`,
    );
  if (key === "subset" && value === "0")
    refuse(place, "“subset” is 0, which means all images: “examples” says how many these are.");
  if (runs.some(({ values }) => values[key] !== value)) refuse(place, `“${key}” differs between seeds: name one.`);
  return value;
}

function written({ kind, values }: Term, asked: string | undefined, expression: string, place: Place): string {
  const formats = FORMATS[kind];
  const format = asked ?? formats[0] ?? "text";
  if (!formats.includes(format))
    refuse(place, `“${expression}” has no format “${format}”: there are ${formats.join(", ")}.`);
  if (kind === "text") return String(values[0]);
  if (kind === "setting") {
    const number = Number(values[0]);
    return Number.isInteger(number) ? number.toLocaleString("en") : String(values[0]);
  }
  const middle = mean(values);
  switch (format) {
    case "count":
      return Math.round(middle).toLocaleString("en");
    case "percent":
      return `${(100 * middle).toFixed(1)}${NARROW}%`;
    case "spread": {
      const apart =
        deviation(values.map(Number)) ?? refuse(place, `“${expression}” is of one run, which has no spread.`);
      return kind === "share"
        ? `${(100 * middle).toFixed(1)}${NARROW}±${NARROW}${(100 * apart).toFixed(1)}${NARROW}%`
        : `${middle.toFixed(2)}${NARROW}±${NARROW}${apart.toFixed(2)}`;
    }
    case "range":
      return rangeOf(kind, values.map(Number), expression, place);
    default:
      return digits(middle);
  }
}

/** From the smallest to the largest of several runs, or the one that all are when they are written. */
function rangeOf(kind: Kind, values: readonly number[], expression: string, place: Place): string {
  if (values.length < 2) refuse(place, `“${expression}” is of one run, which has no range.`);
  const ends = [Math.min(...values), Math.max(...values)] as const;
  // Both as the larger one would be written: “6 to 14” and not “5.71 to 14”.
  const isLarge = ends[1] >= 10 && ends[0] >= 1;
  const [least, most] = ends.map((value) =>
    kind === "share" ? (100 * value).toFixed(1) : isLarge ? Math.round(value).toLocaleString("en") : digits(value),
  );
  const unit = kind === "share" ? `${NARROW}%` : "";
  return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
}

function mean(values: readonly (number | string)[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length;
}

/** Two decimals of a small number, none of a large one, a power of ten of what is next to nothing. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return "no number";
  if (value !== 0 && Math.abs(value) < 0.01) {
    const [factor = "", power = ""] = value.toExponential(0).split("e");
    return `${factor}${NARROW}×${NARROW}10^${power.replace("-", "−")}^`;
  }
  return Math.abs(value) >= 10 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}

/**
 * A line of a lesson's front matter that its text relies on: `plain40.train < shallow.train` holds where each run of the one is below each of the other;
 * `wide.parameters > 3 * narrow.parameters`, a sum on one side, of their means.
 */
export function assertHolds(line: string, runs: Runs, place: Place): void {
  const [, first = "", sign = "", second = ""] =
    /^([^<>]+?)\s+([<>])\s+([^<>]+)$/.exec(line) ??
    refuse(place, `“${line}” is no comparison, as plain40.train < shallow.train.`);
  if ([first, second].some((side) => /[\s()]|^[\d.]+(?:e-?\d+)?$/.test(side))) {
    const [one, other] = [first, second].map((sum) => meanOf(sum, runs, place)) as [number, number];
    const [low, high] = sign === "<" ? [one, other] : [other, one];
    if (!(low < high))
      refuse(place, `“${line}” does not hold: ${low.toPrecision(3)} is not below ${high.toPrecision(3)}.`);
    return;
  }
  const [one, other] = [term(first, runs, place), term(second, runs, place)];
  if (one.kind === "text" || one.kind !== other.kind) refuse(place, `“${line}” compares what cannot be compared.`);
  const [low, high] = sign === "<" ? [one, other] : [other, one];
  const [most, least] = [Math.max(...low.values.map(Number)), Math.min(...high.values.map(Number))];
  if (!(most < least))
    refuse(
      place,
      `“${line}” does not hold for every seed: ${most.toPrecision(3)} is not below ${least.toPrecision(3)}.`,
    );
}
