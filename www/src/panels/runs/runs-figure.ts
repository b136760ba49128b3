/** The curves of several runs as a figure. */
import { printable } from "../../../../crate/js/printable.js";
import { addressOf } from "../../bench/link.js";
import type { Figure, Plot, RecipeLine, Series, Value } from "../../figure/figure.js";
import { lengthAndSeed } from "../../figure/recipe.js";
import { count } from "../../format.js";
import type { Field } from "../../module.js";
import { differences } from "../../runs/difference.js";
import { scoreTitle } from "../../score-text.js";
import { quantityLabel } from "../../ui/chart/axes.js";
import type { Quantity } from "../../ui/chart/view.js";
import type { Line } from "./lines.js";
import { letterOf, shortened } from "../../runs/short-names.js";
import { overlayOf, unitsPerStep, X_LABEL, type Axis, type Overlay } from "./overlay.js";
import { dashesOf, lightColourOf } from "./run-colours.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { quantityTitle } from "../../ui/chart/quantity.js";

export function runsFigure(
  lines: readonly Line[],
  quantity: Quantity,
  axis: Axis,
  fields: Field[],
  more: string,
): Figure {
  const overlay = overlayOf(lines, quantity, axis);
  const drawn = overlay.drawn.map(({ line }) => line);
  const letters = drawn.map(({ slot }) => letterOf(slot)).join(", ");
  return {
    title: plural(drawn.length, "{title} of run {runs}", "{title} of runs {runs}", {
      title: quantityTitle(quantity),
      runs: letters,
    }),
    fileName: `runs-${quantity}`,
    notes: [[msg("Lines: training batches, smoothed. Rings: test images."), more].filter(Boolean).join(" ")],
    recipes: drawn.map((line) => recipeOf(line, drawn[0]!, fields)),
    picture: plotOf(overlay, quantity, axis),
    table: {
      header: [
        "run",
        "name",
        "link",
        "step",
        ...(axis === "step" ? [] : [X_LABEL[axis]]),
        quantity,
        `test ${quantity}`,
        "test images",
      ],
      rows: () => rowsOf(drawn, quantity, axis),
    },
  };
}

/** Its name, what it was trained for, and in what its recipe differs from the first one's. */
function recipeOf({ run, slot, name }: Line, first: Line, fields: Field[]): RecipeLine {
  const changes = differences(first.run.values, run.values, fields).map(({ label, to }) => `${label}: ${to}`);
  const told =
    changes.length > 0
      ? ` ${msg("(unlike {run}, {changes})", { run: letterOf(first.slot), changes: changes.join("; ") })}`
      : "";
  const { length } = run.curves;
  const stopped =
    length < run.steps
      ? msg(", stopped at step {step} of {steps}", { step: count(length), steps: count(run.steps) })
      : "";
  const said = run.isFromFile ? msg(", its scores as its file says") : "";
  const words = `${printable(name)}${lengthAndSeed(run.values)}${stopped}${said}${told}`;
  return { mark: letterOf(slot), words, address: addressOf(run.link) };
}

export function plotOf({ drawn, range, last }: Overlay, quantity: Quantity, axis: Axis): Plot {
  return {
    kind: "plot",
    across: { label: translated(X_LABEL[axis]), from: 0, to: last || 1 },
    up: { label: quantityLabel(quantity, range), ...range, isShare: quantity === "accuracy" },
    series: drawn.flatMap(({ line: { run, slot, name: called }, train, test }): Series[] => {
      const colour = lightColourOf(slot);
      const name = `${letterOf(slot)}: ${shortened(called)}`;
      const rings = scoreTitle(msg("{run}, test", { run: letterOf(slot) }), run.scores[0] ?? {});
      const all: Series[] = [
        { name, colour, as: "line", dashes: dashesOf(slot), x: train[0], y: train[1] },
        { name: rings, colour, as: "rings", x: test[0], y: test[1] },
      ];
      return all.filter(({ x }) => x.length > 0);
    }),
  };
}

/** Every step of every run, and every score, unsmoothed. */
function* rowsOf(lines: readonly Line[], quantity: Quantity, axis: Axis): Generator<Value[]> {
  for (const { run, slot, name } of lines) {
    const { curves, scores } = run;
    const unit = unitsPerStep(run, axis) ?? NaN;
    const values = quantity === "loss" ? curves.loss : curves.accuracy;
    const places = new Map(Array.from(curves.step.subarray(0, curves.length), (step, at) => [step, at]));
    const scored = new Map(scores.map((score) => [score.step, score]));
    for (const step of [...new Set([...places.keys(), ...scored.keys()])].sort((a, b) => a - b)) {
      const score = scored.get(step);
      yield [
        letterOf(slot),
        name,
        run.link,
        step,
        ...(axis === "step" ? [] : [step * unit]),
        values[places.get(step) ?? -1] ?? null,
        score?.[quantity] ?? null,
        score?.examples ?? null,
      ];
    }
  }
}
