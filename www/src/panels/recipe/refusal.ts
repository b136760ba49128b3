import { printable } from "../../../../crate/js/printable.js";
import { fieldOf } from "../../fields.js";
import type { Field } from "../../module.js";
import type { Refusal } from "../../state/run-state.js";

/** Why a recipe is refused, with its field called as its control is. @param value what that held */
export function refusalText({ key, message, allowed }: Refusal, fields: readonly Field[], value?: string): string {
  const label = key === null ? undefined : fieldOf(fields, key)?.label;
  if (label === undefined || allowed === undefined || value === undefined) return message;
  return `${label}: ${value === "" ? "nothing" : `“${printable(shortened(value))}”`} is not allowed. It has to be ${allowed}.`;
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
