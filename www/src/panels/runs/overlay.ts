import uPlot from "uplot";

import { horizontalAxis, quantityAxis } from "../../ui/chart/axes.js";
import { coloursOf } from "../../ui/chart/colours.js";
import { rangeOf, viewOf, type Quantity, type Range, type View } from "../../ui/chart/view.js";
import type { StoredRun } from "../../runs/stored-run.js";
import type { Line } from "./lines.js";

/** What the curves are drawn against. */
export type Axis = "step" | "epoch" | "seconds";

export const AXES: readonly { value: Axis; label: string }[] = [
  { value: "step", label: "Steps" },
  { value: "epoch", label: "Epochs" },
  { value: "seconds", label: "Seconds" },
];

/** Colours that people with any kind of colour vision tell apart (after Okabe and Ito), dark enough for lines on white. */
const LIGHT = ["#1f5ed4", "#b35408", "#00795c", "#a8327e", "#4d5561", "#0b7fa5"];
const DARK = ["#74abff", "#ffad68", "#35c796", "#f08fc9", "#c3ccd6", "#5cc9ee"];
const DASHES = [[], [9, 4], [2, 4], [9, 4, 2, 4]];

export function letterOf(slot: number): string {
  return String.fromCharCode(65 + (slot % 26));
}

function colourOf(slot: number, dark: boolean): string {
  const colours = dark ? DARK : LIGHT;
  return colours[slot % colours.length] ?? "currentcolor";
}

/** The colour in the light theme, which saved figures have. */
export function lightColourOf(slot: number): string {
  return colourOf(slot, false);
}

/** The colour for a style sheet, which follows the theme by itself. */
export function cssColourOf(slot: number): string {
  return `light-dark(${colourOf(slot, false)}, ${colourOf(slot, true)})`;
}

/** Where colours repeat, the dashes differ. */
export function dashesOf(slot: number): readonly number[] {
  return DASHES[(slot + Math.floor(slot / LIGHT.length)) % DASHES.length] ?? [];
}

/** The length of a step on the axis; null where it is not known. */
export function unitsPerStep({ stepsPerEpoch, secondsPerStep }: StoredRun, axis: Axis): number | null {
  if (axis === "step") return 1;
  return axis === "epoch" ? stepsPerEpoch && 1 / stepsPerEpoch : secondsPerStep;
}

export interface DrawnRun {
  line: Line;
  /** Smoothed, of the training batches; empty where they are not known. */
  train: [number[], number[]];
  test: [number[], number[]];
}

/** One quantity of some runs, as uPlot takes it. */
export interface Overlay {
  data: uPlot.AlignedData;
  drawn: DrawnRun[];
  range: Range;
}

/** Every run's curve and test points, on one axis. Runs whose steps have no known length on the axis are left out. */
export function overlayOf(lines: readonly Line[], quantity: Quantity, axis: Axis): Overlay {
  const drawn: DrawnRun[] = [];
  const views: View[] = [];
  for (const line of lines) {
    const unit = unitsPerStep(line.run, axis);
    if (unit === null) continue;
    const [steps, , smooth] = viewOf(line.run.curves, quantity);
    const train: DrawnRun["train"] = [[], []];
    steps.forEach((step, at) => {
      const value = smooth[at] ?? NaN;
      if (Number.isNaN(value)) return;
      train[0].push(step * unit);
      train[1].push(value);
    });
    const { scores } = line.run;
    // No single steps are drawn.
    views.push([steps, smooth, smooth]);
    drawn.push({ line, train, test: [scores.map(({ step }) => step * unit), scores.map((score) => score[quantity])] });
  }
  const tables = drawn.flatMap(({ train, test }): uPlot.AlignedData[] => [train, test]);
  const range = rangeOf(
    quantity,
    views,
    drawn.flatMap(({ test }) => test[1]),
  );
  return { data: tables.length > 0 ? uPlot.join(tables) : [[]], drawn, range };
}

export const X_LABEL = { step: "step", epoch: "epoch", seconds: "seconds of training" } as const;

export function overlayOptions(
  element: Element,
  dark: boolean,
  quantity: Quantity,
  axis: Axis,
  overlay: () => Overlay,
  size: { width: number; height: number },
  onPoint: (at: number | null) => void,
): uPlot.Options {
  const colours = coloursOf(element);
  const series = overlay().drawn.flatMap(({ line: { slot } }): uPlot.Series[] => {
    const stroke = colourOf(slot, dark);
    return [
      { stroke, width: 2, dash: [...dashesOf(slot)], spanGaps: true, points: { show: false } },
      { stroke, width: 0, paths: () => null, points: { show: true, size: 8, width: 2, stroke, fill: colours.paper } },
    ];
  });
  return {
    ...size,
    padding: [10, 34, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      sync: { key: "runs", setSeries: false, scales: ["x", null] },
    },
    scales: {
      x: { time: false, range: (_, __, last) => [0, last || 1] },
      y: { range: () => [overlay().range.from, overlay().range.to] },
    },
    axes: [horizontalAxis(colours, X_LABEL[axis]), quantityAxis(colours, quantity, () => overlay().range)],
    series: [{}, ...series],
    hooks: {
      draw: [(plot) => drawLetters(plot, overlay(), dark, colours.font)],
      setCursor: [({ cursor: { left = -1 }, posToVal }) => onPoint(left < 0 ? null : posToVal(left, "x"))],
    },
  };
}

/** Each run's letter at the end of its curve, moved apart where they would cover each other. */
function drawLetters(plot: uPlot, { drawn }: Overlay, dark: boolean, font: string): void {
  const ratio = devicePixelRatio || 1;
  const { ctx, bbox } = plot;
  const ends = drawn
    .flatMap(({ line, train, test }) => {
      const [xs, ys] = train[0].length > 0 ? train : test;
      const [x, y] = [xs.at(-1), ys.at(-1)];
      if (x === undefined || y === undefined) return [];
      return [{ slot: line.slot, x: plot.valToPos(x, "x", true) + 10 * ratio, y: plot.valToPos(y, "y", true) }];
    })
    .sort((a, b) => b.y - a.y);
  const gap = 13 * ratio;
  let lowest = bbox.top + bbox.height - gap / 2;
  ctx.save();
  ctx.font = `600 ${font.replace(/^([\d.]+)px/, (_, size: string) => `${Number(size) * ratio}px`)}`;
  ctx.textBaseline = "middle";
  for (const { slot, x, y } of ends) {
    const at = Math.min(y, lowest);
    ctx.fillStyle = colourOf(slot, dark);
    ctx.fillText(letterOf(slot), x, at);
    lowest = at - gap;
  }
  ctx.restore();
}
