import type uPlot from "uplot";

import { horizontalAxis, quantityAxis } from "../../ui/chart/axes.js";
import { coloursOf } from "../../ui/chart/colours.js";
import { drawLine, drawRings } from "../../ui/chart/drawing.js";
import { rangeOf, viewOf, type Quantity, type Range, type View } from "../../ui/chart/view.js";
import { letterOf } from "../../runs/short-names.js";
import { placed } from "./labels.js";
import type { ComparedRun, Line } from "./lines.js";
import { colourOf, dashesOf } from "./run-colours.js";
import { defineMessage } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** What the curves are drawn against. */
export type Axis = "step" | "epoch" | "seconds";

export const AXES: readonly { value: Axis; label: string }[] = [
  { value: "step", label: defineMessage("Steps") },
  { value: "epoch", label: defineMessage("Epochs") },
  { value: "seconds", label: defineMessage("Seconds") },
];

/** The length of a step on the axis; null where it is not known. */
export function unitsPerStep({ stepsPerEpoch, secondsPerStep }: ComparedRun, axis: Axis): number | null {
  if (axis === "step") return 1;
  return axis === "epoch" ? stepsPerEpoch && 1 / stepsPerEpoch : secondsPerStep;
}

export interface DrawnRun {
  line: Line;
  /** Smoothed, of the training batches; empty where they are not known. */
  train: [number[], number[]];
  test: [number[], number[]];
}

/** One quantity of some runs, on one axis. */
export interface Overlay {
  drawn: DrawnRun[];
  range: Range;
  /** The end of the axis across. */
  last: number;
}

/** What of a run that stands is drawn: it is worked out once. */
const known = new WeakMap<ComparedRun, Map<string, Omit<DrawnRun, "line">>>();

/** Every run's curve and test points, on one axis. Runs whose steps have no known length on the axis are left out. */
export function overlayOf(lines: readonly Line[], quantity: Quantity, axis: Axis): Overlay {
  const drawn: DrawnRun[] = [];
  const views: View[] = [];
  let last = 0;
  for (const line of lines) {
    const unit = unitsPerStep(line.run, axis);
    if (unit === null) continue;
    const one = { line, ...pointsOf(line, quantity, axis, unit) };
    const [steps, values] = one.train.map((numbers) => Float64Array.from(numbers)) as [Float64Array, Float64Array];
    views.push([steps, values, values]);
    // All of a run that trains, so that its end does not move.
    const whole = line.progress === null ? 0 : line.run.steps * unit;
    last = Math.max(last, whole, one.train[0].at(-1) ?? 0, one.test[0].at(-1) ?? 0);
    drawn.push(one);
  }
  const points = drawn.flatMap(({ test }) => test[1]);
  return { drawn, range: rangeOf(quantity, views, points), last };
}

function pointsOf({ run, progress }: Line, quantity: Quantity, axis: Axis, unit: number): Omit<DrawnRun, "line"> {
  const key = `${quantity} ${axis}`;
  const before = known.get(run)?.get(key);
  if (before) return before;
  const [steps, , smooth] = viewOf(run.curves, quantity);
  const train: DrawnRun["train"] = [[], []];
  steps.forEach((step, at) => {
    const value = smooth[at] ?? NaN;
    if (Number.isNaN(value)) return;
    train[0].push(step * unit);
    train[1].push(value);
  });
  const { scores } = run;
  const test: DrawnRun["test"] = [scores.map(({ step }) => step * unit), scores.map((score) => score[quantity])];
  const points = { train, test };
  if (progress === null) known.set(run, (known.get(run) ?? new Map<string, typeof points>()).set(key, points));
  return points;
}

/** What the axis across is called. */
export const X_LABEL = {
  step: defineMessage("step"),
  epoch: defineMessage("epoch"),
  seconds: defineMessage("seconds of training"),
} as const;

/** What uPlot takes the scales from: the curves have places of their own, and are drawn over it. */
export function dataOf({ range, last }: Overlay): uPlot.AlignedData {
  return [
    [0, last || 1],
    [range.from, range.to],
  ];
}

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
  return {
    ...size,
    padding: [10, 34, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (_, __, last) => [0, last || 1] },
      y: { range: () => [overlay().range.from, overlay().range.to] },
    },
    axes: [horizontalAxis(colours, translated(X_LABEL[axis])), quantityAxis(colours, quantity, () => overlay().range)],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      draw: [
        (plot) => drawRuns(plot, overlay(), dark, colours.paper),
        (plot) => drawLetters(plot, overlay(), dark, colours.font),
      ],
      setCursor: [({ cursor: { left = -1 }, posToVal }) => onPoint(left < 0 ? null : posToVal(left, "x"))],
    },
  };
}

function drawRuns(plot: uPlot, { drawn }: Overlay, dark: boolean, paper: string): void {
  for (const { line, train } of drawn) {
    drawLine(plot, ...train, { colour: colourOf(line.slot, dark), width: 2, dashes: dashesOf(line.slot) });
  }
  // Over all curves.
  for (const { line, test } of drawn) drawRings(plot, ...test, { colour: colourOf(line.slot, dark), paper });
}

/** Each run's letter at the end of its curve; where it had to be moved aside, a line leads to it. */
function drawLetters(plot: uPlot, { drawn }: Overlay, dark: boolean, font: string): void {
  const ratio = devicePixelRatio || 1;
  const { ctx, bbox } = plot;
  const ends = drawn.flatMap(({ line, train, test }) => {
    const [xs, ys] = train[0].length > 0 ? train : test;
    const [x, y] = [xs.at(-1), ys.at(-1)];
    if (x === undefined || y === undefined || !Number.isFinite(y)) return [];
    return [{ slot: line.slot, x: plot.valToPos(x, "x", true), y: plot.valToPos(y, "y", true) }];
  });
  const size = 13 * ratio;
  const heights = placed(ends, size, [bbox.top + size / 2, bbox.top + bbox.height - size / 2]);
  ctx.save();
  ctx.font = `600 ${font.replace(/^([\d.]+)px/, (_, pixels: string) => `${Number(pixels) * ratio}px`)}`;
  ctx.textBaseline = "middle";
  ctx.lineWidth = ratio;
  for (const [at, { slot, x, y }] of ends.entries()) {
    const height = heights[at]!;
    ctx.fillStyle = ctx.strokeStyle = colourOf(slot, dark);
    if (Math.abs(height - y) > 2 * ratio) {
      ctx.beginPath();
      ctx.moveTo(x + 2 * ratio, y);
      ctx.lineTo(x + 9 * ratio, height);
      ctx.stroke();
    }
    ctx.fillText(letterOf(slot), x + 10 * ratio, height);
  }
  ctx.restore();
}
