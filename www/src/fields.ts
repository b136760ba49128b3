/** What the recipe's fields, as the module declares them, say of a choice. */
import type { Field } from "./module.js";

type Choice = Extract<Field["kind"], { choices: unknown }>["choices"][number];

/** The choices that a field allows; none where it is none of choices, or unknown. */
export function choicesOf(field: Field | undefined): readonly Choice[] {
  return field && "choices" in field.kind ? field.kind.choices : [];
}

export function fieldOf(fields: readonly Field[], key: string): Field | undefined {
  return fields.find((field) => field.key === key);
}

/** A value as its control calls it. */
export function choiceLabel(fields: readonly Field[], key: string, value: string): string {
  const field = fieldOf(fields, key);
  const label = (name: string): string => choicesOf(field).find((choice) => choice.value === name)?.label ?? name;
  return field?.kind.type === "choiceSet" ? value.split(",").filter(Boolean).map(label).join(", ") : label(value);
}
