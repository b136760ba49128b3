import type { Field } from "../../module.js";
import { choicesOf } from "../../fields.js";

/** Where a number is 0, twice as much would be the same. */
const FIRST_NUMBER = 0.1;
const FIRST_COUNT = 1_000;

/** A value that a person may want to try instead; the same where nothing can be guessed. */
export function anotherValue({ key, kind }: Field, value: string): string {
  switch (kind.type) {
    case "choice": {
      const values = choicesOf({ key, kind } as Field).map((choice) => choice.value);
      return values[(values.indexOf(value) + 1) % values.length] ?? value;
    }
    case "choiceSet": {
      const chosen = value.split(",").filter(Boolean);
      const [first] = kind.choices.filter((choice) => !chosen.includes(choice.value));
      return first ? [...chosen, first.value].join(",") : "";
    }
    case "number": {
      const number = Number(value);
      // Another run of the same recipe, with the next seed, is what people want most often.
      const next = key === "seed" ? number + 1 : number * 2 || (kind.integer ? FIRST_COUNT : FIRST_NUMBER);
      const other = [next, kind.max, number / 2, kind.min].find((one) => {
        return one !== number && one >= kind.min && one <= kind.max && (!kind.integer || Number.isInteger(one));
      });
      return other === undefined ? value : String(Number(other.toPrecision(6)));
    }
    default:
      return value;
  }
}

/** Whether both say the same: "0.10" and "0.1" do. */
export function isSameValue({ kind }: Field, one: string, other: string): boolean {
  if (one === other) return true;
  return kind.type === "number" && one !== "" && other !== "" && Number(one) === Number(other);
}
