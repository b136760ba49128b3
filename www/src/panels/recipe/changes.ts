import { CUSTOM_DATASET_KEYS } from "../../../../crate/js/custom-dataset-keys.js";
import { choiceLabel, fieldOf } from "../../fields.js";
import { count } from "../../format.js";
import type { Field, ParsedLink } from "../../module.js";

/** A field in which a recipe is not what its network has by default. */
export interface Change {
  key: string;
  label: string;
  value: string;
  default: string;
}

/** These are told by the main controls, by the network's drawing, or not meant for people. */
const SHOWN_ELSEWHERE: readonly string[] = ["model", "data", "layers", ...CUSTOM_DATASET_KEYS];
/** For these 0 means that all are taken, or that nothing is said. */
const ZERO: Record<string, string> = { subset: "all", steps: "by epochs" };

/** In what a recipe differs from its network's defaults, in the order of the fields. */
export function changesOf({ values, defaults }: ParsedLink, fields: readonly Field[]): Change[] {
  return fields
    .filter(({ key, kind }) => kind.type !== "digest" && !SHOWN_ELSEWHERE.includes(key) && key in values)
    .filter(({ key }) => values[key] !== defaults[key])
    .map(({ key, label }) => ({
      key,
      label,
      value: text(fields, key, values[key]),
      default: text(fields, key, defaults[key]),
    }));
}

function text(fields: readonly Field[], key: string, value = ""): string {
  if (value === "0" && ZERO[key] !== undefined) return ZERO[key];
  const kind = fieldOf(fields, key)?.kind;
  // A seed is a name, and no number of things.
  if (kind?.type === "number" && kind.integer && key !== "seed") return count(Number(value));
  return choiceLabel(fields, key, value) || "none";
}
