/** Where the lines of a story's small charts run, as numbers: nothing here draws. */
import { ticks } from "../../figure/ticks.js";
import { pointsOf } from "../curve.js";
import type { StoryResult } from "./results.js";

export const SIZE = { width: 300, height: 180 };
/** What the axes and the names at the ends of the lines take. */
const EDGE = { left: 30, right: 120, top: 10, bottom: 34 };
/** Lines of text closer than this cover each other. */
const LINE = 15;

export type Quantity = "loss" | "accuracy";

export interface PlotLine {
  recipe: number;
  /** As SVG's `points` has them. */
  points: string;
  /** Rings at each point: of scores there are few. */
  rings: readonly { x: number; y: number }[];
}

export interface StoryPlot {
  lines: readonly PlotLine[];
  /** Where each recipe's name stands, for those that are drawn. */
  labels: readonly { recipe: number; y: number }[];
  across: readonly { value: number; x: number }[];
  up: readonly { value: number; y: number }[];
  frame: { left: number; right: number; top: number; bottom: number };
}

/** The runs of which there is something to draw, and the ranges of the axes, which begin at 0. */
export interface DrawnRuns {
  runs: readonly { recipe: number; seed: number; points: readonly (readonly [step: number, value: number])[] }[];
  last: number;
  top: number;
}

/** @param recipes the ids, in the order of the story */
export function drawnRuns(
  quantity: Quantity,
  recipes: readonly string[],
  results: readonly StoryResult[],
): DrawnRuns | null {
  const runs = results
    .map(({ result, curve }) => ({
      recipe: recipes.indexOf(result.recipe),
      seed: result.seed,
      points:
        quantity === "loss"
          ? pointsOf(curve)
          : result.scores.map(({ step, accuracy }): [number, number] => [step, accuracy]),
    }))
    .filter(({ recipe, points }) => recipe >= 0 && points.length > 0);
  if (runs.length === 0) return null;
  const last = Math.max(...results.map(({ result }) => result.steps));
  const top = quantity === "accuracy" ? 1 : topOf(runs.map(({ points }) => points.map(([, value]) => value)));
  return { runs, last, top };
}

/** @param recipes the ids, in the order of the story */
export function plotOf(
  quantity: Quantity,
  recipes: readonly string[],
  results: readonly StoryResult[],
): StoryPlot | null {
  const drawn = drawnRuns(quantity, recipes, results);
  if (!drawn) return null;
  const { last, top } = drawn;
  const frame = { left: EDGE.left, right: SIZE.width - EDGE.right, top: EDGE.top, bottom: SIZE.height - EDGE.bottom };
  const xOf = (step: number): number => frame.left + (step / last) * (frame.right - frame.left);
  const yOf = (value: number): number => frame.bottom - (Math.min(value, top) / top) * (frame.bottom - frame.top);
  const lines = drawn.runs.map(({ recipe, points }): PlotLine => {
    const at = points.map(([step, value]) => ({ x: rounded(xOf(step)), y: rounded(yOf(value)) }));
    return { recipe, points: at.map(({ x, y }) => `${x},${y}`).join(" "), rings: quantity === "accuracy" ? at : [] };
  });
  return {
    lines,
    labels: labelsOf(lines, frame),
    across: ticks(0, last, 3).map((value) => ({ value, x: rounded(xOf(value)) })),
    up: ticks(0, top, 4).map((value) => ({ value, y: rounded(yOf(value)) })),
    frame,
  };
}

/** A loss that leaps far above where the others began would press them flat: it leaves the picture. */
function topOf(curves: readonly (readonly number[])[]): number {
  const firsts = curves.map(([first = 0]) => first);
  const least = Math.min(...firsts);
  const began = Math.max(...firsts.filter((first) => first <= 3 * least));
  return Math.min(Math.max(...curves.flat()), 1.5 * began) * 1.05 || 1;
}

/** Beside the mean of the ends of its lines, moved apart where they would cover each other. */
function labelsOf(lines: readonly PlotLine[], { top, bottom }: StoryPlot["frame"]): StoryPlot["labels"] {
  const ends = new Map<number, number[]>();
  for (const { recipe, points } of lines) {
    const y = Number(points.split(" ").at(-1)?.split(",")[1]);
    ends.set(recipe, [...(ends.get(recipe) ?? []), y]);
  }
  const labels = [...ends]
    .map(([recipe, ys]) => ({ recipe, y: ys.reduce((sum, y) => sum + y, 0) / ys.length }))
    .sort((a, b) => a.y - b.y);
  let lowest = top + LINE / 2 - LINE;
  for (const label of labels) lowest = label.y = Math.max(label.y, lowest + LINE);
  let highest = bottom + LINE / 2;
  for (const label of labels.toReversed()) highest = label.y = Math.min(label.y, highest - LINE);
  return labels.map(({ recipe, y }) => ({ recipe, y: rounded(y) }));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
