import { choiceLabel } from "../fields.js";
import type { Field } from "../module.js";

/** One thing in which two recipes differ, in the words of the controls. */
export interface Difference {
  key: string;
  label: string;
  from: string;
  to: string;
}

/** What a run has and another has otherwise, in the order of the fields. */
export function differences(from: Record<string, string>, to: Record<string, string>, fields: Field[]): Difference[] {
  return fields
    .filter(({ key }) => (from[key] ?? null) !== (to[key] ?? null))
    .map(({ key, label }) => ({ key, label, from: shown(fields, key, from), to: shown(fields, key, to) }));
}

function shown(fields: Field[], key: string, values: Record<string, string>): string {
  const value = values[key];
  // An option that only one of two networks has.
  if (value === undefined) return "not there";
  return choiceLabel(fields, key, value) || "none";
}
