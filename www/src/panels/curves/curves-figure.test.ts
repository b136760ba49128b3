import { expect, test } from "vitest";

import { csvOf } from "../../figure/csv.js";
import { svgOf } from "../../figure/svg.js";
import { figureOf, textsOf } from "../../figure/testing.js";
import type { Score } from "../../module.js";
import { Curves } from "../../state/curves.js";
import { plotOf, tableOf, type Shown } from "./curves-figure.js";

const scoreAt = (step: number, part: Partial<Score> = {}): Score => ({
  step,
  loss: 0.5,
  accuracy: 0.9,
  examples: 2_000,
  confusion: [],
  ...part,
});

function shownOf(part: Partial<Shown> = {}): Shown {
  const curves = new Curves();
  curves.restore([2, 1, NaN], [0.1, NaN, 0.5]);
  curves.scores = [scoreAt(2), scoreAt(5, { loss: NaN })];
  return { curves, beside: null, last: null, steps: 10, ...part };
}

const csv = (shown: Shown, quantity: "loss" | "accuracy"): string[][] =>
  csvOf(tableOf(shown, quantity))
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

test("a row has a step's value, its smoothed one and its score; what is missing is an empty cell", () => {
  const [header, ...rows] = csv(shownOf(), "loss");
  expect(header).toEqual(["step", "loss", "loss smoothed", "test loss", "test images"]);
  expect(rows.map(([step, loss, , test, images]) => [step, loss, test, images])).toEqual([
    ["1", "2", "", ""],
    ["2", "1", "0.5", "2000"],
    ["3", "", "", ""],
    ["5", "", "", "2000"],
  ]);
  expect(Number(rows[0]?.[2])).toBe(2);
  expect(rows[3]?.[2]).toBe("");
});

test("accuracies are shares; those of which nobody knows are empty", () => {
  const rows = csv(shownOf(), "accuracy").slice(1);
  expect(rows.map(([step, accuracy, , test]) => [step, accuracy, test])).toEqual([
    ["1", "0.1", ""],
    ["2", "", "0.9"],
    ["3", "0.5", ""],
    ["5", "", "0.9"],
  ]);
});

test("a score with mirror images is called that, in the picture and in the table", () => {
  const shown = shownOf();
  shown.curves.scores = [scoreAt(2, { tta: "flip" })];
  expect(csv(shown, "accuracy")[0]?.[3]).toBe("test accuracy with mirror images");
  expect(textsOf(svgOf(figureOf(plotOf(shown, "accuracy"))).text)).toContain("test with mirror images");
});

test("validation scores and an opened run have columns of their own", () => {
  const beside = Curves.of({ losses: Float32Array.of(3, 2, 1, 0.5), scores: [scoreAt(4, { loss: 0.25 })] });
  const shown = shownOf({ beside });
  shown.curves.validations = [scoreAt(2, { loss: 0.75 })];
  const [header, ...rows] = csv(shown, "loss");
  expect(header?.slice(5)).toEqual(["validation loss", "loss of the opened run", "test loss of the opened run"]);
  expect(rows.map((row) => [row[0], ...row.slice(5)])).toEqual([
    ["1", "", "3", ""],
    ["2", "0.75", "2", ""],
    ["3", "", "1", ""],
    ["4", "", "0.5", "0.25"],
    ["5", "", "", ""],
  ]);
});

test("the picture's axis is the whole run, and its legend names what is drawn", () => {
  const plot = plotOf(shownOf(), "loss");
  expect(plot.across.to).toBe(10);
  const texts = textsOf(svgOf(figureOf(plot)).text);
  expect(texts).toEqual(expect.arrayContaining(["step", "loss", "each step", "smoothed", "test"]));
  expect(plotOf(shownOf(), "accuracy").up).toEqual({ label: "accuracy (%)", from: 0, to: 1, isShare: true });
});

test("the axis takes the range that there is, and says it where it does not begin at 0", () => {
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [scoreAt(2, { accuracy: 0.71 })] });
  curves.scores.push(scoreAt(3, { accuracy: 0.79 }));
  const { up } = plotOf(shownOf({ curves }), "accuracy");
  expect(up).toMatchObject({ label: "accuracy (%), from 70 to 80", from: 0.7, to: 0.8 });
});

test("the last run is drawn behind, and has columns of its own", () => {
  const last = Curves.of({ losses: Float32Array.of(3, 2, 1, 0.5), scores: [scoreAt(4, { loss: 0.25 })] });
  const shown = shownOf({ last, steps: 3 });
  const plot = plotOf(shown, "loss");
  expect(plot.series[0]).toMatchObject({ name: "last run", colour: "#7e8896" });
  expect(plot.across.to).toBe(4);
  const [header, ...rows] = csv(shown, "loss");
  expect(header?.slice(5)).toEqual(["loss of the last run", "test loss of the last run"]);
  expect(rows.map((row) => row.slice(5))).toEqual([
    ["3", ""],
    ["2", ""],
    ["1", ""],
    ["0.5", "0.25"],
    ["", ""],
  ]);
});

test("a run file without accuracies has rings alone", () => {
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [scoreAt(2)] });
  const texts = textsOf(svgOf(figureOf(plotOf({ curves, beside: null, last: null, steps: 2 }, "accuracy"))).text);
  expect(texts).toContain("test");
  expect(csv({ curves, beside: null, last: null, steps: 2 }, "accuracy").slice(1)).toEqual([
    ["1", "", "", "", ""],
    ["2", "", "", "0.9", "2000"],
  ]);
});
