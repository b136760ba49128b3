/** The confusion matrix and the reliability diagram as figures. */
import type { Bench } from "../../bench/bench.js";
import { LIGHT } from "../../figure/colours.js";
import type { Figure, Matrix, Plot, Table } from "../../figure/figure.js";
import { fileNameOf, recipeLineOf, titleOf, unfinished } from "../../figure/recipe.js";
import { count, percent } from "../../format.js";
import { withMirrors } from "../../score-text.js";
import { whenText } from "../../state/weights.js";
import type { Analysis } from "./analysis.js";
import { msg, plural } from "../../words/msg.js";

export function confusionFigure(bench: Bench, analysis: Analysis, classes: readonly string[]): Figure {
  const { recipe } = bench.state;
  return {
    title: titleOf(msg("Confusion matrix"), recipe),
    fileName: fileNameOf("confusion-matrix", recipe),
    notes: notesOf(bench, analysis),
    recipes: [recipeLineOf(bench)],
    picture: matrixOf(analysis, classes),
    table: confusionTable(analysis, classes),
  };
}

export function confusionTable({ confusion, byClass }: Analysis, classes: readonly string[]): Table {
  return {
    header: ["class", ...classes.map((name) => `taken for ${name}`), "images", "right"],
    rows: () =>
      confusion.map((row, label) => {
        const { count: images = 0, correct = 0 } = byClass[label] ?? {};
        return [classes[label] ?? String(label), ...row, images, correct / images];
      }),
  };
}

export function matrixOf({ confusion, byClass }: Analysis, classes: readonly string[]): Matrix {
  return {
    kind: "matrix",
    rowsTitle: msg("what the images are"),
    columnsTitle: msg("what they were taken for"),
    rows: classes,
    columns: classes,
    cells: confusion,
    last: {
      title: msg("share|right"),
      texts: byClass.map(({ count: images, correct }) => (images > 0 ? percent(correct / images) : "")),
    },
  };
}

export function reliabilityFigure(bench: Bench, analysis: Analysis): Figure {
  const { recipe } = bench.state;
  const error = msg(
    "Expected calibration error: {error}. Bars on the dashed line would be right as often as they are confident.",
    { error: percent(analysis.calibrationError) },
  );
  return {
    title: titleOf(msg("Reliability diagram"), recipe),
    fileName: fileNameOf("calibration", recipe),
    notes: [...notesOf(bench, analysis), error],
    recipes: [recipeLineOf(bench)],
    picture: reliabilityPlot(analysis),
    table: reliabilityTable(analysis),
  };
}

export function reliabilityTable({ bins }: Analysis): Table {
  return {
    header: ["confidence from", "confidence to", "images", "mean confidence", "accuracy"],
    rows: () =>
      bins.map(({ from, to, count: images, confidence, accuracy }) => [from, to, images, confidence, accuracy]),
  };
}

export function reliabilityPlot({ bins }: Pick<Analysis, "bins">): Plot {
  const filled = bins.filter((bin) => bin.count > 0);
  return {
    kind: "plot",
    across: { label: msg("confidence (%)"), from: 0, to: 1, isShare: true },
    up: { label: msg("accuracy (%)"), from: 0, to: 1, isShare: true },
    series: [
      {
        name: msg("right, of the images of that confidence"),
        colour: LIGHT.flame,
        as: "bars",
        x: filled.map(({ from, to }) => (from + to) / 2),
        y: filled.map(({ accuracy }) => accuracy),
        widths: filled.map(({ from, to }) => [from, to]),
      },
      { name: msg("perfectly calibrated"), colour: LIGHT.edge, as: "line", dashes: [4, 3], x: [0, 1], y: [0, 1] },
    ],
  };
}

function notesOf({ state }: Bench, { step, count: images, wrong }: Analysis): string[] {
  const { plan } = state;
  const scored = plural(
    images,
    "{count} test image{mirrors}, {wrong} wrong.",
    "{count} test images{mirrors}, {wrong} wrong.",
    { mirrors: withMirrors(plan ?? {}), wrong: count(wrong.length) },
  );
  return [scored, ...(step === 0 ? [whenText(state, 0)] : unfinished(step, plan?.steps ?? 0))];
}
