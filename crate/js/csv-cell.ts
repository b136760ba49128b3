// A text as a cell of a CSV file, as RFC 4180 has it.

import { printable } from "./printable.js";

/** Spreadsheets take a text that begins so for a formula, and names come from links and files of others. */
const FORMULA = /^[=+\-@]/;

/** @param most the most characters that are written of it */
export function csvCell(text: string, most?: number): string {
  const shown = printable(text, most);
  const harmless = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
