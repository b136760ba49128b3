import type { Field } from "../../module.js";

/** What a person entered, as a link has it: many keyboards have a comma for the decimal point. */
export function entered(kind: Field["kind"], text: string): string {
  const trimmed = text.trim();
  if (kind.type !== "number") return trimmed;
  // In whole numbers it groups digits.
  if (kind.integer) return /^\d{1,3}(,\d{3})+$/.test(trimmed) ? trimmed.replaceAll(",", "") : trimmed;
  return /^-?\d*,\d+(e-?\d+)?$/i.test(trimmed) ? trimmed.replace(",", ".") : trimmed;
}
