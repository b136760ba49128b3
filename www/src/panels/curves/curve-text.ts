/** What a curve shows, in words, for those who do not see it. */
import { count, loss, percent } from "../../format.js";
import { withMirrors } from "../../score-text.js";
import type { Curves } from "../../state/curves.js";
import { quantityTitle } from "../../ui/chart/quantity.js";
import { axisText, type Quantity, type Range } from "../../ui/chart/view.js";
import { msg } from "../../words/msg.js";
import { sentences } from "../../words/sentences.js";
import { readingAt } from "./reading.js";

/** What is drawn. */
export interface DrawnCurves {
  curves: Curves;
  /** Another run beside it, and what it is called. */
  beside: Curves | null;
  nameBeside: string;
  /** The run before, behind it. */
  last: Curves | null;
  /** Of the axis. */
  range: Range;
}

export function curveText(drawn: DrawnCurves, quantity: Quantity): string {
  const { curves, range } = drawn;
  const title = quantityTitle(quantity);
  const others = [lastText(drawn, quantity), besideText(drawn, quantity)];
  if (curves.length === 0)
    return sentences(msg("{title} against the step: nothing is trained yet.", { title }), ...others);
  const score = curves.scores.at(-1);
  const test = score
    ? msg("On the test images at step {step}{mirrors}: {value}.", {
        step: count(score.step),
        mirrors: withMirrors(score),
        value: quantityText(quantity, score[quantity]),
      })
    : "";
  const course = courseOf(curves, quantity);
  return sentences(msg("{title} against the step.", { title }), course, axisText(quantity, range), ...others, test);
}

/** A value as the chart's words have it. */
export function quantityText(quantity: Quantity, value: number): string {
  return quantity === "loss" ? loss(value) : percent(value);
}

/** From the first known value to the last: a checkpoint holds no accuracies of the steps before it. */
function courseOf(curves: Curves, quantity: Quantity): string {
  const { smooth } = readingAt(curves, quantity, null) ?? {};
  const step = count(curves.step[curves.length - 1] ?? 0);
  if (smooth === null || smooth === undefined) return msg("At step {step} it is not known.", { step });
  const values = quantity === "loss" ? curves.smoothLoss : curves.smoothAccuracy;
  const first = values.find(Number.isFinite) ?? NaN;
  return msg("It began at {first} and is now, smoothed, {value} at step {step}.", {
    first: quantityText(quantity, first),
    value: quantityText(quantity, smooth),
    step,
  });
}

function lastText({ last }: DrawnCurves, quantity: Quantity): string {
  const end = last && readingAt(last, quantity, null);
  if (!end || end.smooth === null) return "";
  return msg("Grey behind it the last run, which came to {value} in {steps} steps.", {
    value: quantityText(quantity, end.smooth),
    steps: count(end.step),
  });
}

function besideText({ beside, nameBeside }: DrawnCurves, quantity: Quantity): string {
  if (!beside) return "";
  const values = quantity === "loss" ? beside.smoothLoss : beside.smoothAccuracy;
  const known = values.subarray(0, beside.length).filter(Number.isFinite);
  if (known.length === 0) return "";
  return msg("Beside it the {run}, from {from} to {to} in {steps} steps.", {
    run: nameBeside,
    from: quantityText(quantity, known[0]!),
    to: quantityText(quantity, known.at(-1)!),
    steps: count(beside.length),
  });
}
