import { DIGEST_KEY } from "../../../crate/js/custom-dataset-keys.js";

/** Which images a recipe is about, however many of them it takes: what it reaches can be compared with others of the same. */
export function dataOf(values: Readonly<Record<string, string>>): string {
  return `${values["data"]} ${values[DIGEST_KEY] ?? ""}`;
}
