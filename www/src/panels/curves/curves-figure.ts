/** A curve of the run at hand as a figure. */
import { LIGHT } from "../../figure/colours.js";
import type { Figure, Plot, Series, Table, Value } from "../../figure/figure.js";
import { fileNameOf, recipeLineOf, titleOf, unfinished } from "../../figure/recipe.js";
import type { Bench } from "../../bench/bench.js";
import type { Score } from "../../module.js";
import { scoreTitle } from "../../score-text.js";
import type { Curves } from "../../state/curves.js";
import { lossShown, viewOf, type Quantity } from "../../ui/chart/view.js";

const TITLES = { loss: "Loss", accuracy: "Accuracy" } as const;
const LABELS = { loss: "loss", accuracy: "accuracy (%)" } as const;

/** What the chart shows: of the run, and of the one that is drawn beside it. */
export interface Shown {
  curves: Curves;
  beside: Curves | null;
  /** Of the whole run. */
  steps: number;
}

export function curveFigure(bench: Bench, quantity: Quantity): Figure {
  const { plan, files, recipe } = bench.state;
  const { curves } = bench.series;
  const shown = { curves, beside: files.opened?.curves ?? null, steps: plan?.steps ?? 0 };
  return {
    title: titleOf(TITLES[quantity], recipe),
    fileName: fileNameOf(quantity, recipe),
    notes: unfinished(curves.length, shown.steps),
    recipes: [recipeLineOf(bench)],
    picture: plotOf(shown, quantity),
    table: tableOf(shown, quantity),
  };
}

export function plotOf({ curves, beside, steps }: Shown, quantity: Quantity): Plot {
  const [step, raw, smooth] = viewOf(curves, quantity);
  const opened = beside && quantity === "loss" ? viewOf(beside, "loss") : null;
  const ringsOf = (name: string, colour: string, scores: readonly Score[]): Series => ({
    name,
    colour,
    as: "rings",
    x: scores.map((score) => score.step),
    y: scores.map((score) => score[quantity]),
  });
  const tops = [
    ...(step.length > 0 ? [lossShown(raw, smooth)] : []),
    ...(opened ? [lossShown(opened[1], opened[2])] : []),
  ];
  const last = Math.max(curves.step[curves.length - 1] ?? 0, beside?.length ?? 0, steps);
  const series: Series[] = [
    { name: "each step", colour: LIGHT.flame, as: "faint line", x: step, y: raw },
    { name: "smoothed", colour: LIGHT.flame, as: "line", x: step, y: smooth },
    ...(opened
      ? [
          {
            name: "opened run, smoothed",
            colour: LIGHT.warm,
            as: "line" as const,
            dashes: [6, 3],
            x: opened[0],
            y: opened[2],
          },
        ]
      : []),
    ...(beside && beside.scores.length > 0 ? [ringsOf("opened run, test", LIGHT.warm, beside.scores)] : []),
    ...(curves.scores.length > 0 ? [ringsOf(scoreTitle("test", curves.scores[0]!), LIGHT.ink, curves.scores)] : []),
  ];
  return {
    kind: "plot",
    across: { label: "step", from: 0, to: Math.max(1, last) },
    up: {
      label: LABELS[quantity],
      from: 0,
      to: quantity === "loss" ? Math.max(...tops, 0) || 1 : 1,
      isShare: quantity === "accuracy",
    },
    series: series.filter(({ y }) => Array.from(y).some(Number.isFinite)),
  };
}

export function tableOf(shown: Shown, quantity: Quantity): Table {
  return { header: headerOf(shown, quantity), rows: () => rowsOf(shown, quantity) };
}

function headerOf({ curves, beside }: Shown, quantity: Quantity): string[] {
  return [
    "step",
    quantity,
    `${quantity} smoothed`,
    scoreTitle(`test ${quantity}`, curves.scores[0] ?? {}),
    "test images",
    ...(curves.validations.length > 0 ? [`validation ${quantity}`] : []),
    ...(beside ? [`${quantity} of the opened run`, `test ${quantity} of the opened run`] : []),
  ];
}

/** A row for every step of which anything is known, in their order. */
function* rowsOf({ curves, beside }: Shown, quantity: Quantity): Generator<Value[]> {
  const scores = byStep(curves.scores);
  const validations = byStep(curves.validations);
  const others = byStep(beside?.scores ?? []);
  const placed = placesOf(curves);
  const placedBeside = beside ? placesOf(beside) : new Map<number, number>();
  const steps = new Set([...placed, ...placedBeside, ...scores, ...validations, ...others].map(([step]) => step));
  const valuesOf = (of: Curves): Float64Array => (quantity === "loss" ? of.loss : of.accuracy);
  const smooth = quantity === "loss" ? curves.smoothLoss : curves.smoothAccuracy;
  for (const step of [...steps].sort((a, b) => a - b)) {
    const at = placed.get(step) ?? -1;
    const besideAt = placedBeside.get(step) ?? -1;
    const score = scores.get(step);
    yield [
      step,
      valuesOf(curves)[at] ?? null,
      at < 0 ? null : smooth[at]!,
      score?.[quantity] ?? null,
      score?.examples ?? null,
      ...(curves.validations.length > 0 ? [validations.get(step)?.[quantity] ?? null] : []),
      ...(beside ? [valuesOf(beside)[besideAt] ?? null, others.get(step)?.[quantity] ?? null] : []),
    ];
  }
}

/** Where each step stands in the arrays. */
function placesOf({ step, length }: Curves): Map<number, number> {
  return new Map(Array.from(step.subarray(0, length), (one, index) => [one, index]));
}

function byStep(scores: readonly Score[]): Map<number, Score> {
  return new Map(scores.map((score) => [score.step, score]));
}
