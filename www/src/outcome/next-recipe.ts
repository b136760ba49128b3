/** What a finding's advice makes of the recipe: the field and its new value. */
import { fieldOf } from "../fields.js";
import { asInLink, count, plainNumber } from "../format.js";
import type { Field } from "../module.js";
import { msg } from "../words/msg.js";

export interface Change {
  key: string;
  value: string;
  /** What the button says. */
  label: string;
}

type Values = Readonly<Record<string, string>>;

/** A tenth of the learning rate; undefined where that is less than the field allows. */
export function tenthOfRate(values: Values, fields: readonly Field[]): Change | undefined {
  const value = Number(values["lr"]) / 10;
  return isAllowed("lr", value, fields)
    ? {
        key: "lr",
        value: asInLink(value),
        label: msg("Try a tenth of the learning rate: {rate}", { rate: plainNumber(value) }),
      }
    : undefined;
}

/** The network's own learning rate, where that is larger. */
export function ownRate(values: Values, defaults: Values): Change | undefined {
  const value = Number(defaults["lr"]);
  return value > Number(values["lr"])
    ? {
        key: "lr",
        value: asInLink(value),
        label: msg("Try the network's own learning rate: {rate}", { rate: plainNumber(value) }),
      }
    : undefined;
}

/** Twice as long: by steps, where the recipe is cut short by them. */
export function twiceAsLong(values: Values, fields: readonly Field[]): Change | undefined {
  const key = Number(values["steps"]) > 0 ? "steps" : "epochs";
  const value = 2 * Number(values[key]);
  if (!isAllowed(key, value, fields)) return undefined;
  const label =
    key === "steps"
      ? msg("Try twice as many steps: {number}", { number: count(value) })
      : msg("Try twice as many epochs: {number}", { number: plainNumber(value) });
  return { key, value: asInLink(value), label };
}

function isAllowed(key: string, value: number, fields: readonly Field[]): boolean {
  const kind = fieldOf(fields, key)?.kind;
  return kind?.type === "number" && value >= kind.min && value <= kind.max;
}
