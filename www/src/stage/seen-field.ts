/** The receptive field of a value, drawn over a picture of the image. */
import { html, nothing } from "lit";

import { count } from "../format.js";
import type { ExportedGraph, LayerInfo } from "../module.js";
import { gridOf } from "../panels/inside/attention.js";
import type { Pointed } from "../panels/inside/inspection.js";
import type { ImageShape } from "../pixels.js";
import { inlineStyle } from "../ui/inline-style.js";
import { receptiveField, type Field } from "./receptive-field.js";
import { msg } from "../words/msg.js";

/** What of the image the value depends on that somebody points at; null where that is nothing, or not known. */
export function fieldOf(
  graph: ExportedGraph | null | undefined,
  layers: readonly LayerInfo[],
  pointed: Pointed | null,
): Field | null {
  const layer = pointed && layers[pointed.layer];
  if (!graph || !layer) return null;
  const { shape } = layer;
  const { row, column } = pointed;
  if (shape.length === 3) return receptiveField(graph, layer.name, { row, column }) ?? null;
  const grid = gridOf(shape.length === 2 ? (shape[0] ?? 0) : 0);
  const token = row - (grid?.first ?? 0);
  const place = grid && token >= 0 ? { row: Math.floor(token / grid.side), column: token % grid.side } : null;
  return receptiveField(graph, layer.name, place) ?? null;
}

/** "rows 9 to 13, columns 4 to 8 of the image" */
export function fieldText({ top, bottom, left, right }: Field, { height, width }: ImageShape): string {
  if (top === 0 && left === 0 && bottom === height - 1 && right === width - 1) return msg("all of the image");
  const [first, last] = [count(top + 1), count(bottom + 1)];
  const rows = top === bottom ? msg("row {first}", { first }) : msg("rows {first} to {last}", { first, last });
  return msg("{rows}, {columns} of the image", { rows, columns: columnsText(left, right) });
}

function columnsText(left: number, right: number): string {
  const [first, last] = [count(left + 1), count(right + 1)];
  return left === right ? msg("column {first}", { first }) : msg("columns {first} to {last}", { first, last });
}

/** A frame around that part, in a box that the picture fills. */
export function fieldFrame(field: Field | null, { height, width }: ImageShape) {
  if (!field) return nothing;
  const percentOf = (pixels: number, total: number): string => `${(100 * pixels) / total}%`;
  const { top, bottom, left, right } = field;
  return html`<div
    class="field"
    ${inlineStyle(
      `left: ${percentOf(left, width)}; top: ${percentOf(top, height)}; ` +
        `width: ${percentOf(right - left + 1, width)}; height: ${percentOf(bottom - top + 1, height)}`,
    )}
  ></div>`;
}
