/** A curve of the run at hand as a figure. */
import { LIGHT } from "../../figure/colours.js";
import type { Figure, Plot, Series, Table, Value } from "../../figure/figure.js";
import { fileNameOf, recipeLineOf, titleOf, unfinished } from "../../figure/recipe.js";
import type { Bench } from "../../bench/bench.js";
import type { Score } from "../../module.js";
import { scoreTitle } from "../../score-text.js";
import type { Curves } from "../../state/curves.js";
import { quantityLabel } from "../../ui/chart/axes.js";
import { rangeOf, viewOf, type Quantity, type View } from "../../ui/chart/view.js";
import { msg } from "../../words/msg.js";
import * as english from "../../../../crate/js/score-words.js";
import { quantityTitle } from "../../ui/chart/quantity.js";

/** What the chart shows: of the run, and of the one that is drawn beside it. */
export interface Shown {
  curves: Curves;
  beside: Curves | null;
  /** The run before, behind it. */
  last: Curves | null;
  /** Of the whole run. */
  steps: number;
}

export function curveFigure(bench: Bench, quantity: Quantity): Figure {
  const { plan, files, recipe, runs } = bench.state;
  const { curves } = bench.series;
  const last = bench.series.lastOn(recipe.parsed?.values, runs);
  const shown = { curves, beside: files.opened?.curves ?? null, last, steps: plan?.steps ?? 0 };
  return {
    title: titleOf(quantityTitle(quantity), recipe),
    fileName: fileNameOf(quantity, recipe),
    notes: unfinished(curves.length, shown.steps),
    recipes: [recipeLineOf(bench)],
    picture: plotOf(shown, quantity),
    table: tableOf(shown, quantity),
  };
}

export function plotOf({ curves, beside, last, steps }: Shown, quantity: Quantity): Plot {
  const [step, raw, smooth] = viewOf(curves, quantity);
  const opened = beside && viewOf(beside, quantity);
  const before = last && viewOf(last, quantity);
  const ringsOf = (name: string, colour: string, scores: readonly Score[]): Series => ({
    name,
    colour,
    as: "rings",
    x: scores.map((score) => score.step),
    y: scores.map((score) => score[quantity]),
  });
  const views: View[] = [[step, raw, smooth]];
  for (const other of [opened, before]) if (other) views.push([other[0], other[2], other[2]]);
  const points = [curves, beside, last].flatMap((one) => one?.scores.map((score) => score[quantity]) ?? []);
  const range = rangeOf(quantity, views, points);
  const end = Math.max(curves.step[curves.length - 1] ?? 0, beside?.length ?? 0, last?.length ?? 0, steps);
  const series: Series[] = [
    ...(before ? [{ name: msg("last run"), colour: LIGHT.edge, as: "line" as const, x: before[0], y: before[2] }] : []),
    ...(last && last.scores.length > 0 ? [ringsOf(msg("last run, test"), LIGHT.edge, last.scores)] : []),
    { name: msg("each step"), colour: LIGHT.flame, as: "faint", x: step, y: raw },
    { name: msg("smoothed"), colour: LIGHT.flame, as: "line", x: step, y: smooth },
    ...(opened
      ? [
          {
            name: msg("opened run, smoothed"),
            colour: LIGHT.warm,
            as: "line" as const,
            dashes: [6, 3],
            x: opened[0],
            y: opened[2],
          },
        ]
      : []),
    ...(beside && beside.scores.length > 0 ? [ringsOf(msg("opened run, test"), LIGHT.warm, beside.scores)] : []),
    ...(curves.scores.length > 0
      ? [ringsOf(scoreTitle(msg("test"), curves.scores[0]!), LIGHT.ink, curves.scores)]
      : []),
  ];
  return {
    kind: "plot",
    across: { label: msg("step"), from: 0, to: Math.max(1, end) },
    up: {
      label: quantityLabel(quantity, range),
      ...range,
      isShare: quantity === "accuracy",
    },
    series: series.filter(({ y }) => Array.from(y).some(Number.isFinite)),
  };
}

export function tableOf(shown: Shown, quantity: Quantity): Table {
  const { curves, beside, last } = shown;
  return {
    rows: () => rowsOf(shown, quantity),
    header: [
      "step",
      quantity,
      `${quantity} smoothed`,
      english.scoreTitle(`test ${quantity}`, curves.scores[0] ?? {}),
      "test images",
      ...(curves.validations.length > 0 ? [`validation ${quantity}`] : []),
      ...(beside ? [`${quantity} of the opened run`, `test ${quantity} of the opened run`] : []),
      ...(last ? [`${quantity} of the last run`, `test ${quantity} of the last run`] : []),
    ],
  };
}

/** A row for every step of which anything is known, in their order. */
function* rowsOf({ curves, beside, last }: Shown, quantity: Quantity): Generator<Value[]> {
  const own = placed(curves, quantity);
  const others = [beside, last].filter((one) => one !== null).map((one) => placed(one, quantity));
  const validations = byStep(curves.validations);
  const smooth = quantity === "loss" ? curves.smoothLoss : curves.smoothAccuracy;
  const steps = new Set([own, ...others].flatMap(({ places, scores }) => [...places.keys(), ...scores.keys()]));
  for (const step of validations.keys()) steps.add(step);
  for (const step of [...steps].sort((a, b) => a - b)) {
    const at = own.places.get(step);
    const score = own.scores.get(step);
    yield [
      step,
      own.valueAt(step),
      at === undefined ? null : smooth[at]!,
      score?.[quantity] ?? null,
      score?.examples ?? null,
      ...(validations.size > 0 ? [validations.get(step)?.[quantity] ?? null] : []),
      ...others.flatMap(({ valueAt, scores }) => [valueAt(step), scores.get(step)?.[quantity] ?? null]),
    ];
  }
}

/** A run by its steps. */
function placed(curves: Curves, quantity: Quantity) {
  const places = new Map(Array.from(curves.step.subarray(0, curves.length), (one, index) => [one, index]));
  const values = quantity === "loss" ? curves.loss : curves.accuracy;
  const valueAt = (step: number): number | null => values[places.get(step) ?? -1] ?? null;
  return { places, scores: byStep(curves.scores), valueAt };
}

function byStep(scores: readonly Score[]): Map<number, Score> {
  return new Map(scores.map((score) => [score.step, score]));
}
