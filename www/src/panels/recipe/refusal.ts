import { printable } from "../../../../crate/js/printable.js";
import { fieldOf } from "../../fields.js";
import type { Field } from "../../module.js";
import { failureOf, refusalOf, type Refusal, type RunState } from "../../state/run-state.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** What of a link is no field of the recipe, and has no control. */
const LABELS: Readonly<Record<string, string>> = {
  check: defineMessage("Check"),
  marks: defineMessage("Marks"),
  v: defineMessage("Version"),
};

/**
 * What of the recipe is wrong: a setting that was changed beside a trained network, the link that was refused, or the recipe that no
 * run could be prepared from. Null where nothing is.
 */
export function wrongOf(run: RunState<unknown>, nextRefusal: Refusal | null = null): Refusal | null {
  if (nextRefusal) return nextRefusal;
  const failure = failureOf(run);
  if (failure?.kind !== "recipe") return refusalOf(run);
  return { key: failure.key ?? null, message: failure.message, allowed: failure.allowed };
}

/** The same of one field: all that are refused are marked. Null where nothing is wrong with it. */
export function wrongAt(key: string, run: RunState<unknown>, nextRefusal: Refusal | null = null): Refusal | null {
  return allWrong(wrongOf(run, nextRefusal)).find((refusal) => refusal.key === key) ?? null;
}

/** All that is refused, the first before the others. */
export function allWrong(refusal: Refusal | null): readonly Refusal[] {
  return refusal ? [refusal, ...(refusal.others ?? [])] : [];
}

/** Why a recipe is refused, with its field called as its control is, and never by its key. @param value what that held */
export function refusalText({ key, message, allowed }: Refusal, fields: readonly Field[], value?: string): string {
  const label = key === null ? undefined : (fieldOf(fields, key)?.label ?? (LABELS[key] && translated(LABELS[key])));
  if (key === null || label === undefined) return translated(message);
  if (allowed === undefined)
    return translated(message.startsWith(`${key} `) ? label + message.slice(key.length) : message);
  const told = { label, allowed: translated(allowed) };
  if (value === undefined) return msg("{label}: this has to be {allowed}.", told);
  if (value === "") return msg("{label}: the field is empty. It has to be {allowed}.", told);
  return msg("{label}: “{value}” is not allowed. It has to be {allowed}.", {
    ...told,
    value: printable(shortened(value)),
  });
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
