import { subjectOf } from "../figure/recipe.js";
import { fieldOf } from "../fields.js";
import type { Field } from "../module.js";
import { settingText } from "../panels/recipe/changes.js";
import { withinSentence } from "../words/within.js";

/** What names are made of. */
export interface NamedRun {
  /** What a person called it; empty where nobody did. */
  name: string;
  values: Record<string, string>;
  /** Canonical: it says what is not as the network has it by itself. */
  link: string;
}

/** These say by their value alone what they are. */
const NAMES_ITSELF: readonly string[] = ["model", "data"];
/** What each of some runs is called: by a person, else by what differs from the others: "learning rate 0.02". */
export function namesOf(runs: readonly NamedRun[], fields: readonly Field[]): string[] {
  const keys = namingKeys(runs, fields);
  return runs.map((run) => run.name || differenceOf(run, keys, fields));
}

/** The same of what differs, whatever a person called it. */
export function differencesAmong(
  runs: readonly NamedRun[],
  fields: readonly Field[],
  without: string[] = [],
): string[] {
  const keys = namingKeys(runs, fields).filter((key) => !without.includes(key));
  return runs.map((run) => differenceOf(run, keys, fields));
}

function differenceOf(run: NamedRun, keys: readonly string[], fields: readonly Field[]): string {
  const own = ownValues(run);
  // Where networks differ, so does what each has by itself: that goes with its name.
  const told = keys.filter((key) => NAMES_ITSELF.includes(key) || !keys.includes("model") || own.has(key));
  const words = told.map((key) => {
    const text = settingText(fields, key, run.values[key]);
    const label = fieldOf(fields, key)?.label ?? key;
    return NAMES_ITSELF.includes(key) ? text : `${withinSentence(label)} ${text}`;
  });
  return words.join(", ") || subjectOf(run.values, fields);
}

/** In what the runs differ, of all that each of them has. */
function namingKeys(runs: readonly NamedRun[], fields: readonly Field[]): string[] {
  return fields
    .map(({ key }) => key)
    .filter((key) => runs.every(({ values }) => key in values))
    .filter((key) => new Set(runs.map(({ values }) => values[key])).size > 1);
}

function ownValues({ link }: NamedRun): ReadonlySet<string> {
  return new Set(new URLSearchParams(link).keys());
}
