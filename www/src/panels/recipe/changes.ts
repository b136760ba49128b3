import { CUSTOM_DATASET_KEYS } from "../../../../crate/js/custom-dataset-keys.js";
import { INIT_KEY } from "../../../../crate/js/init-key.js";
import { choiceLabel, fieldOf } from "../../fields.js";
import { count, plainNumber } from "../../format.js";
import type { Field, ParsedLink } from "../../module.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** A field in which a recipe is not what its network has by default. */
export interface Change {
  key: string;
  label: string;
  value: string;
  default: string;
  /** The default as a link has it. */
  usual: string;
}

/** These have controls elsewhere: the main controls, the editor of layers, the panel of files. */
const ELSEWHERE: readonly string[] = ["model", "data", "layers", ...CUSTOM_DATASET_KEYS];
/** For these 0 means that all are taken, or that nothing is done. */
const ZERO: Readonly<Record<string, string>> = {
  subset: defineMessage("all"),
  val: defineMessage("setting|none"),
  clip: defineMessage("setting|none"),
  freeze: defineMessage("setting|none"),
  steps: defineMessage("by epochs"),
  score: defineMessage("by the plan"),
  test: defineMessage("all"),
};

/** The fields that are settings of a recipe: all that apply to it, but those with a control elsewhere. */
export function settingsOf({ values }: Pick<ParsedLink, "values">, fields: readonly Field[]): Field[] {
  const isOfData = ({ key, kind }: Field): boolean => kind.type === "digest" && key !== INIT_KEY;
  return fields.filter((field) => field.key in values && !isOfData(field) && !ELSEWHERE.includes(field.key));
}

/** In what a recipe differs from its network's defaults, in the order of the fields. */
export function changesOf(parsed: Pick<ParsedLink, "values" | "defaults">, fields: readonly Field[]): Change[] {
  const { values, defaults } = parsed;
  return settingsOf(parsed, fields)
    .filter(({ key }) => values[key] !== defaults[key])
    .map(({ key, label }) => ({
      key,
      label,
      value: settingText(fields, key, values[key]),
      default: settingText(fields, key, defaults[key]),
      usual: defaults[key] ?? "",
    }));
}

/** A value in words. */
export function settingText(fields: readonly Field[], key: string, value = ""): string {
  if (value === "0" && ZERO[key] !== undefined) return translated(ZERO[key]);
  const kind = fieldOf(fields, key)?.kind;
  // A seed is a name, and no number of things.
  if (kind?.type === "number" && kind.integer && key !== "seed" && /^\d+$/.test(value)) return count(Number(value));
  // A smaller number than is written here stays as a link has it.
  if (kind?.type === "number" && /^\d+\.\d{1,9}$/.test(value)) return plainNumber(Number(value));
  return choiceLabel(fields, key, value) || msg("setting|none");
}
