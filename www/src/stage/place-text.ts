import { count } from "../format.js";
import { msg } from "../words/msg.js";

/** "map 3, row 12, column 5": where a value stands. @param axes of its layer's shape */
export function placeText(axes: number, channel: number, row: number, column: number): string {
  const at = { row: count(row + 1), column: count(column + 1) };
  if (axes === 1) return msg("unit {number}", { number: at.column });
  if (axes === 2) return msg("feature {number}, token {token}", { number: at.column, token: at.row });
  return msg("map {map}, row {row}, column {column}", { map: count(channel + 1), ...at });
}
