/** A figure's numbers as CSV, as RFC 4180 has it. */
import { csvCell } from "../../../crate/js/csv-cell.js";
import type { Table, Value } from "./figure.js";

/** In pieces of some rows each, so that a long one is no text of its own. */
const ROWS_A_PIECE = 4_096;

/** Numbers are unrounded; what is not known, or is no finite number, is an empty cell. */
export function csvOf(table: Table): string {
  const pieces: string[] = [];
  let piece = [lineOf(table.header)];
  for (const row of table.rows()) {
    piece.push(lineOf(row));
    if (piece.length < ROWS_A_PIECE) continue;
    pieces.push(piece.join(""));
    piece = [];
  }
  return [...pieces, ...piece].join("");
}

function lineOf(values: readonly Value[]): string {
  return `${values.map(cellOf).join(",")}\r\n`;
}

function cellOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  return csvCell(value);
}
