/** The receptive field of a value, drawn over a picture of the image. */
import { html, nothing } from "lit";

import { count } from "../format.js";
import type { ExportedGraph, LayerInfo } from "../module.js";
import { gridOf } from "../panels/inside/attention.js";
import type { Pointed } from "../panels/inside/inspection.js";
import type { ImageShape } from "../pixels.js";
import { inlineStyle } from "../ui/inline-style.js";
import { receptiveField, type Field } from "./receptive-field.js";

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
  if (top === 0 && left === 0 && bottom === height - 1 && right === width - 1) return "all of the image";
  const span = (first: number, last: number, one: string): string =>
    first === last ? `${one} ${count(first + 1)}` : `${one}s ${count(first + 1)} to ${count(last + 1)}`;
  return `${span(top, bottom, "row")}, ${span(left, right, "column")} of the image`;
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
