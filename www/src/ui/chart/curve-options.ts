import type uPlot from "uplot";

import type { Score } from "../../module.js";
import { horizontalAxis, quantityAxis } from "./axes.js";
import type { Colours } from "./colours.js";
import { drawLine, drawRings } from "./drawing.js";
import { stepsShown, type Quantity, type Range, type View } from "./view.js";

/** Another run's smoothed curve, and its scores. */
export interface OtherCurve {
  view: View;
  scores: readonly Score[];
}

export interface Sources {
  quantity: Quantity;
  colours: Colours;
  scores: () => readonly Score[];
  /** The run's length in steps; 0 while nobody knows it. */
  steps: () => number;
  /** Another run, which is as clear as this one. */
  beside: () => OtherCurve | null;
  /** The run before this one, which is grey behind it. */
  last: () => OtherCurve | null;
  /** Of the value axis. */
  range: () => Range;
  /** The step under the pointer, or null. */
  onPoint: (step: number | null) => void;
  /** Whether there is little room. */
  compact: boolean;
}

export function optionsFor(sources: Sources, width: number, height: number): uPlot.Options {
  const { quantity, colours, compact, range } = sources;
  return {
    width,
    height,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7, fill: colours.flame, stroke: colours.paper },
    },
    scales: {
      x: { time: false, range: (_, __, last) => [0, lastStep(last ?? 0, sources)] },
      y: { range: () => [range().from, range().to] },
    },
    axes: compact
      ? [horizontalAxis(colours, null), quantityAxis(colours, quantity, range, 24)]
      : [horizontalAxis(colours), quantityAxis(colours, quantity, range)],
    series: [
      {},
      { stroke: colours.faint, width: 1, points: { show: false } },
      { stroke: colours.flame, width: 2.25, points: { show: false } },
    ],
    hooks: {
      // Behind the curves, which are drawn after it.
      drawAxes: [(plot) => drawLast(plot, sources)],
      draw: [(plot) => drawBeside(plot, sources), (plot) => drawScores(plot, sources)],
      setCursor: [(plot) => sources.onPoint(stepAt(plot))],
    },
  };
}

/** The step under the pointer: the one that is marked on the curve, or past its end the place itself. */
function stepAt({ cursor: { left, idx }, data: [steps], posToVal }: uPlot): number | null {
  if (left === undefined || left === null || left < 0) return null;
  const place = Math.max(1, Math.round(posToVal(left, "x")));
  const marked = idx === undefined || idx === null ? undefined : steps[idx];
  return marked === undefined || place > (steps.at(-1) ?? 0) ? place : marked;
}

/** The whole run from its start, and all of another one beside it: where the curve ends says how far the run is. */
function lastStep(step: number, { steps, beside, last }: Sources): number {
  const ends = [beside(), last()].map((other) => Math.max(other?.view[0].at(-1) ?? 0, other?.scores.at(-1)?.step ?? 0));
  const known = Math.max(step, steps(), ...ends);
  return steps() > 0 || ends.some((end) => end > 0) ? known : stepsShown(step, 0);
}

/** The other run has steps of its own, so it is no series of this one's. */
function drawBeside(plot: uPlot, { colours, beside }: Sources): void {
  const other = beside();
  if (other) drawLine(plot, other.view[0], other.view[2], { colour: colours.warm, width: 2, dashes: [6, 3] });
}

function drawLast(plot: uPlot, { quantity, colours, last }: Sources): void {
  const other = last();
  if (!other) return;
  drawLine(plot, other.view[0], other.view[2], { colour: colours.edge, width: 1.75 });
  drawRings(plot, ...pointsOf(other.scores, quantity), { colour: colours.edge, paper: colours.paper });
}

/** The test points stand on steps of their own, so they are drawn over the curves and are no series. */
function drawScores(plot: uPlot, { quantity, colours, scores, beside }: Sources): void {
  const { paper } = colours;
  drawRings(plot, ...pointsOf(beside()?.scores ?? [], quantity), { colour: colours.warm, paper });
  drawRings(plot, ...pointsOf(scores(), quantity), { colour: colours.ink, paper });
}

function pointsOf(scores: readonly Score[], quantity: Quantity): [number[], number[]] {
  return [scores.map(({ step }) => step), scores.map((score) => score[quantity])];
}
