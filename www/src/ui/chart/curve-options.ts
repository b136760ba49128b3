import type uPlot from "uplot";

import type { Score } from "../../module.js";
import { horizontalAxis, quantityAxis } from "./axes.js";
import type { Colours } from "./colours.js";
import { stepsShown, type Quantity, type View } from "./view.js";

export interface Sources {
  quantity: Quantity;
  colours: Colours;
  scores: () => readonly Score[];
  /** The run's length in steps. */
  steps: () => number;
  /** Another run's curve, and its scores. */
  beside: () => View | null;
  besideScores: () => readonly Score[];
  /** The top of the value axis. */
  top: () => number;
  /** The step under the pointer, or null. */
  onPoint: (step: number | null) => void;
  /** Whether there is little room. */
  compact: boolean;
}

export function optionsFor(sources: Sources, width: number, height: number): uPlot.Options {
  const { quantity, colours, compact } = sources;
  return {
    width,
    height,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      // The curves beside each other are read at one step. What is drawn of them differs, so it is found by its step.
      sync: { key: "curves", setSeries: false, scales: ["x", null] },
      points: { size: 7, fill: colours.flame, stroke: colours.paper },
    },
    scales: {
      x: { time: false, range: (_, __, last) => [0, lastStep(last ?? 0, sources)] },
      y: { range: () => [0, sources.top()] },
    },
    axes: compact
      ? [horizontalAxis(colours, null), quantityAxis(colours, quantity, 24)]
      : [horizontalAxis(colours), quantityAxis(colours, quantity)],
    series: [
      {},
      { stroke: colours.faint, width: 1, points: { show: false } },
      { stroke: colours.flame, width: 2.25, points: { show: false } },
    ],
    hooks: {
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

/** All of another run is shown from the beginning. */
function lastStep(step: number, { steps, beside, besideScores }: Sources): number {
  const end = Math.max(beside()?.[0].at(-1) ?? 0, besideScores().at(-1)?.step ?? 0);
  return end > 0 ? Math.max(end, steps(), step) : stepsShown(step, steps());
}

/** The other run has steps of its own, so it is no series of this one's. */
function drawBeside(plot: uPlot, { colours, beside }: Sources): void {
  const view = beside();
  if (!view) return;
  const [steps, , smooth] = view;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  steps.forEach((step, at) => ctx.lineTo(plot.valToPos(step, "x", true), plot.valToPos(smooth[at]!, "y", true)));
  ctx.lineWidth = 2 * (devicePixelRatio || 1);
  ctx.lineJoin = "round";
  ctx.strokeStyle = colours.warm;
  ctx.setLineDash([6 * (devicePixelRatio || 1), 3 * (devicePixelRatio || 1)]);
  ctx.stroke();
  ctx.restore();
}

/** The test points stand on steps of their own, so they are drawn over the curves and are no series. */
function drawScores(plot: uPlot, { quantity, colours, scores, besideScores }: Sources): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 6 * ratio, bbox.width + 8 * ratio, bbox.height + 12 * ratio);
  ctx.clip();
  ctx.lineWidth = 2 * ratio;
  ctx.fillStyle = colours.paper;
  const others = besideScores().map((score) => ({ score, colour: colours.warm }));
  for (const { score, colour } of [...others, ...scores().map((score) => ({ score, colour: colours.ink }))]) {
    ctx.strokeStyle = colour;
    const x = plot.valToPos(score.step, "x", true);
    const y = plot.valToPos(score[quantity], "y", true);
    ctx.beginPath();
    ctx.arc(x, y, 4 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
