import { settingText } from "../panels/recipe/changes.js";
import type { Field } from "../module.js";

/** One thing in which two recipes differ, in the words of the controls. */
export interface Difference {
  key: string;
  label: string;
  from: string;
  to: string;
}

/** What both have, and otherwise, in the order of the fields. An option that only one of two networks has is no difference that a person made. */
export function differences(
  from: Record<string, string>,
  to: Record<string, string>,
  fields: readonly Field[],
): Difference[] {
  return fields
    .filter(({ key }) => key in from && key in to && from[key] !== to[key])
    .map(({ key, label }) => {
      return { key, label, from: settingText(fields, key, from[key]), to: settingText(fields, key, to[key]) };
    });
}
