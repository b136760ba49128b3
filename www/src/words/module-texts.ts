/** What the module declares in English, in the language of the page: whoever shows it needs to look nothing up. */
import type { DataInfo, Description, Field, LayerKind } from "../module.js";
import { once } from "./once.js";
import { translated } from "./translated.js";

/** The fields with their labels, their help and their choices. */
export const translatedFields = once((fields: Field[]) =>
  fields.map(({ kind, ...field }) => ({
    ...field,
    label: translated(field.label),
    help: translated(field.help),
    kind:
      "choices" in kind
        ? { ...kind, choices: kind.choices.map((choice) => ({ ...choice, ...textsOf(choice) })) }
        : kind,
  })),
);

export const translatedLayerKinds = once((kinds: LayerKind[]) => kinds.map((kind) => ({ ...kind, ...textsOf(kind) })));

/** A network's title and what is said of it. */
export const translatedDescription = once((description: Description): Description => ({
  ...description,
  ...textsOf(description),
  recipes: description.recipes.map((recipe) => ({ ...recipe, ...textsOf(recipe) })),
}));

export const translatedInfo = once((info: DataInfo): DataInfo => ({ ...info, ...textsOf(info) }));

/** What of a value is read by people. */
function textsOf(value: object): object {
  const read = ["title", "label", "help"];
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) =>
      read.includes(key) && typeof text === "string" ? [[key, translated(text)]] : [],
    ),
  );
}
