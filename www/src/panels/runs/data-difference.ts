import { count } from "../../format.js";
import type { ComparedRun, Line } from "./lines.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** What runs in one picture were trained on, where that is not the same. */
export interface DataDifference {
  /** By the runs' slots. */
  names: ReadonlyMap<number, string>;
  /** Whether they are scored on the same test images. */
  sameTest: boolean;
  /** Whether it is one data set, of which each seed has images of its own. */
  bySeed: boolean;
}

/** The keys of a recipe that say which images there are, and their values in words. */
const KEYS: readonly { key: string; text: (value: string) => string }[] = [
  { key: "own", text: (own) => msg("images {digest}", { digest: own.slice(0, 6) }) },
  {
    key: "subset",
    text: (value) =>
      value === "0"
        ? msg("all training examples")
        : msg("{number} training examples", { number: count(Number(value)) }),
  },
  {
    key: "val",
    text: (value) =>
      value === "0"
        ? msg("none of them for validation")
        : msg("{number} of them for validation", { number: count(Number(value)) }),
  },
  { key: "seed", text: (seed) => msg("seed {seed}", { seed }) },
];

/** Null where all runs have the same data. */
export function dataDifference(lines: readonly Pick<Line, "run" | "slot">[]): DataDifference | null {
  const runs = lines.map(({ run }) => run);
  const differ = (of: (run: ComparedRun) => string): boolean => new Set(runs.map(of)).size > 1;
  const sameTest = !differ(({ data, dataDigest }) => `${data} ${dataDigest}`);
  // The seed draws some data sets, and splits a person's own images.
  const isSeeded = runs.some((run) =>
    runs.some((other) => run.data === other.data && run.dataDigest !== other.dataDigest),
  );
  const keys = KEYS.filter(({ key }) => differ(({ values }) => values[key] ?? "") && (key !== "seed" || isSeeded));
  if (sameTest && keys.length === 0) return null;
  const nameOf = ({ data, values }: ComparedRun): string =>
    [translated(data), ...keys.flatMap(({ key, text }) => (values[key] ? [text(values[key])] : []))].join(", ");
  const bySeed = !differ(({ data }) => data) && keys.every(({ key }) => key === "seed");
  return { bySeed, names: new Map(lines.map(({ run, slot }) => [slot, nameOf(run)])), sameTest };
}
