import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { csvOf } from "../../figure/csv.js";
import { svgOf } from "../../figure/svg.js";
import { elementsOf, textsOf } from "../../figure/testing.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { Curves } from "../../state/curves.js";
import type { Field } from "../../module.js";
import type { Line } from "./lines.js";
import { runsFigure } from "./runs-figure.js";

const FIELDS = [{ key: "lr", label: "Learning rate", kind: { type: "number" } }] as unknown as Field[];
const SCORE = { step: 2, loss: 0.5, accuracy: 0.9, examples: 10 };

beforeEach(() => void vi.stubGlobal("location", { href: "https://bench.example/#of-the-page" }));
afterEach(() => void vi.unstubAllGlobals());

function lineOf(name: string, slot: number, part: Partial<StoredRun> = {}): Line {
  return { run: runOf(name, part), slot, name, progress: null };
}

function runOf(name: string, part: Partial<StoredRun> = {}): StoredRun {
  const values = { epochs: "1", steps: "0", seed: "1", lr: "0.1" };
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [SCORE] });
  const run = {
    name,
    values,
    curves,
    scores: [SCORE],
    steps: 2,
    link: `model=${name}`,
    stepsPerEpoch: 4,
    secondsPerStep: 0.5,
  };
  return { ...run, isFromFile: false, ...part } as StoredRun;
}

const LINES = [
  lineOf("plain", 0),
  lineOf("fast", 3, { values: { epochs: "1", steps: "0", seed: "1", lr: "0.2" }, steps: 8 }),
];

test("each run has its letter, its recipe and in what it is unlike the first", () => {
  const texts = textsOf(svgOf(runsFigure(LINES, "loss", "step", FIELDS, "")).text);
  expect(texts[0]).toBe("Loss of runs A, D");
  expect(texts).toEqual(expect.arrayContaining(["A: plain", "A, test", "D: fast", "D, test"]));
  const recipes = texts.slice(texts.indexOf("Lines: training batches, smoothed. Rings: test images.") + 1);
  expect(recipes).toEqual([
    "A: plain, 1 epoch, seed 1",
    "https://bench.example/#model=plain",
    "D: fast, 1 epoch, seed 1, stopped at step 2 of 8 (unlike A, Learning rate: 0.2)",
    "https://bench.example/#model=fast",
  ]);
});

test("the table has every step of every run, on the axis that is drawn", () => {
  const table = csvOf(runsFigure(LINES, "accuracy", "seconds", FIELDS, "").table)
    .trimEnd()
    .split("\r\n");
  expect(table).toEqual([
    "run,name,link,step,seconds of training,accuracy,test accuracy,test images",
    "A,plain,model=plain,1,0.5,,,",
    "A,plain,model=plain,2,1,,0.9,10",
    "D,fast,model=fast,1,0.5,,,",
    "D,fast,model=fast,2,1,,0.9,10",
  ]);
});

test("50 runs with names of 10,000 characters fit, each with its recipe", { timeout: 30_000 }, () => {
  const lines = Array.from({ length: 50 }, (_, slot) => lineOf("n".repeat(10_000), slot));
  const { text, width } = svgOf(runsFigure(lines, "loss", "step", FIELDS, ""));
  expect(width).toBe(720);
  expect(elementsOf(text).filter(({ name }) => name === "circle")).toHaveLength(100);
  expect(textsOf(text).filter((words) => words.startsWith("… (cut here"))).toHaveLength(50);
});

test("a run whose seconds nobody kept is not drawn, and has no rows", () => {
  const lines = [...LINES, lineOf("untimed", 4, { secondsPerStep: null })];
  const figure = runsFigure(lines, "loss", "seconds", FIELDS, "");
  expect(csvOf(figure.table)).not.toContain("untimed");
  expect(figure.recipes.map(({ mark }) => mark)).toEqual(["A", "D"]);
});

test("what a file alone says of a run is told to be that", () => {
  const figure = runsFigure([lineOf("given", 0, { isFromFile: true })], "loss", "step", FIELDS, "");
  expect(figure.recipes[0]?.words).toBe("given, 1 epoch, seed 1, its scores as its file says");
});
