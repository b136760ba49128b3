import { printable } from "../../../crate/js/printable.js";

/** A run's letter, by its slot: A to Z, then AA, AB and so on. It keeps it for as long as it is in the list. */
export function letterOf(slot: number): string {
  const letter = String.fromCharCode(65 + (slot % 26));
  return slot < 26 ? letter : letterOf(Math.floor(slot / 26) - 1) + letter;
}

/** A longer name is cut in view. */
const LONGEST = 60;

/** A name as it is shown, which nothing bounds and which may turn the text around it: whole where there is a tooltip for it. */
export function shortened(name: string): string {
  const letters = Array.from(name.slice(0, 2 * LONGEST + 2));
  return printable(letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : name);
}
