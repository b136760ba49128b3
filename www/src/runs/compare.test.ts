import { describe, expect, test } from "vitest";

import type { Field } from "../module.js";
import { Curves } from "../state/curves.js";
import { drawnOf, MOST_DRAWN } from "./drawn.js";
import { differencesAmong, namesOf } from "./run-names.js";
import { bySeed, finalAccuracy, missingSeeds, spreadOf } from "./seeds.js";
import { letterOf, shortened } from "./short-names.js";

const choice = (...values: [string, string][]) => ({
  type: "choice",
  choices: values.map(([value, label]) => ({ value, label })),
});
const FIELDS = [
  { key: "model", label: "Network", kind: choice(["lenet5", "LeNet-5"], ["resnet-8", "ResNet-8"]) },
  { key: "data", label: "Data", kind: choice(["digits", "Synthetic digits"], ["mnist", "MNIST"]) },
  { key: "lr", label: "Learning rate", kind: { type: "number" } },
  { key: "subset", label: "Training examples", kind: { type: "number", integer: true } },
  { key: "shortcut", label: "Skip connections", kind: choice(["on", "On"], ["off", "Off"]) },
  { key: "seed", label: "Seed", kind: { type: "number", integer: true } },
] as unknown as Field[];

const LENET = { model: "lenet5", data: "digits", lr: "0.006", subset: "0", seed: "1" };
const RESNET = { model: "resnet-8", data: "digits", lr: "0.1", subset: "0", shortcut: "on", seed: "1" };

function runOf(values: Record<string, string>, link = "model=lenet5", name = "") {
  return { name, values, link };
}

test("letters go on after Z, and none is given twice", () => {
  expect([0, 25, 26, 27, 51, 52, 701, 702].map(letterOf)).toEqual(["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
  expect(new Set(Array.from({ length: 1_000 }, (_, slot) => letterOf(slot))).size).toBe(1_000);
});

test("a name of 10,000 characters is cut, and never within a letter", () => {
  expect(shortened("Quick")).toBe("Quick");
  expect(shortened("n".repeat(10_000))).toBe(`${"n".repeat(59)}…`);
  expect(shortened("🔥".repeat(5_000))).toBe(`${"🔥".repeat(59)}…`);
});

describe("names", () => {
  test("say what differs among the runs, and nothing else", () => {
    const runs = [runOf(LENET), runOf({ ...LENET, lr: "0.02" }), runOf({ ...LENET, subset: "1000" })];
    expect(namesOf(runs, FIELDS)).toEqual([
      "learning rate 0.006, training examples all",
      "learning rate 0.02, training examples all",
      "learning rate 0.006, training examples 1,000",
    ]);
    expect(namesOf(runs.slice(0, 2), FIELDS)).toEqual(["learning rate 0.006", "learning rate 0.02"]);
  });

  test("of other networks leave out what each has by itself, and what only one has", () => {
    const own = runOf({ ...RESNET, lr: "0.05" }, "model=resnet-8&lr=0.05");
    expect(namesOf([runOf(LENET), own], FIELDS)).toEqual(["LeNet-5", "ResNet-8, learning rate 0.05"]);
  });

  test("of a run alone, or of equal recipes, are the network and its data", () => {
    expect(namesOf([runOf(LENET)], FIELDS)).toEqual(["LeNet-5, Synthetic digits"]);
    expect(namesOf([runOf(LENET), runOf(LENET)], FIELDS)).toEqual(Array(2).fill("LeNet-5, Synthetic digits"));
  });

  test("that a person gave stand, beside what differs", () => {
    const runs = [runOf(LENET, "", "Mine"), runOf({ ...LENET, seed: "2" })];
    expect(namesOf(runs, FIELDS)).toEqual(["Mine", "seed 2"]);
    expect(differencesAmong(runs, FIELDS)).toEqual(["seed 1", "seed 2"]);
    expect(differencesAmong(runs, FIELDS, ["seed"])[0]).toBe("LeNet-5, Synthetic digits");
  });
});

describe("which runs are drawn", () => {
  const runs = (count: number, values: Record<string, string> = LENET) =>
    Array.from({ length: count }, (_, at) => ({ id: `${values["data"]} ${at}`, values }));
  const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id);

  test("unasked the latest ones on the data at hand, and those on others are told", () => {
    const others = runs(2, { ...LENET, data: "mnist" });
    const drawn = drawnOf([...others, ...runs(8)], new Map(), LENET);
    expect(ids(drawn.drawn)).toEqual([0, 1, 2, 3, 4, 5].map((at) => `digits ${at}`));
    expect(drawn.otherData).toEqual(others);
    expect(drawn.waiting).toEqual([]);
  });

  test("where none is on these data, those on the latest run's", () => {
    expect(ids(drawnOf(runs(1), new Map(), { ...LENET, data: "mnist" }).drawn)).toEqual(["digits 0"]);
    expect(ids(drawnOf(runs(1), new Map(), undefined).drawn)).toEqual(["digits 0"]);
    expect(drawnOf([], new Map(), LENET)).toEqual({ ticked: new Set(), drawn: [], waiting: [], otherData: [] });
  });

  test("a person's own images are the same data only where they are the same images", () => {
    const own = (digest: string) => ({ ...LENET, data: "own", own: digest });
    const all = [...runs(1, own("a")), { id: "other", values: own("b") }];
    expect(ids(drawnOf(all, new Map(), own("b")).drawn)).toEqual(["other"]);
  });

  test("as a person ticked them", () => {
    const ticks = new Map([
      ["digits 0", false],
      ["mnist 0", true],
    ]);
    const drawn = drawnOf([...runs(2), ...runs(1, { ...LENET, data: "mnist" })], ticks, LENET);
    expect(ids(drawn.drawn)).toEqual(["digits 1", "mnist 0"]);
    expect(drawn.otherData).toEqual([]);
  });

  test("of 50 that are ticked the latest, and it is told which wait", () => {
    const all = runs(50);
    const drawn = drawnOf(all, new Map(all.map(({ id }) => [id, true])), LENET);
    expect(drawn.drawn).toEqual(all.slice(0, MOST_DRAWN));
    expect(drawn.waiting).toEqual(all.slice(MOST_DRAWN));
    expect(drawn.ticked.size).toBe(50);
  });
});

describe("seeds of one recipe", () => {
  function seeded(seed: string, accuracy: number, { steps = 2, values = LENET, link = "model=lenet5" } = {}) {
    const scores = [{ step: 2, loss: 1, accuracy, examples: 100 }];
    const curves = Curves.of({ losses: Float32Array.of(2, 1), scores });
    return { values: { ...values, seed }, link: `${link}&seed=${seed}`, steps, curves, scores };
  }

  test("are one group, in the order in which each recipe comes first", () => {
    const [a, other, b] = [seeded("1", 0.9), seeded("1", 0.5, { values: { ...LENET, lr: "0.1" } }), seeded("2", 0.8)];
    expect(bySeed([a, other, b])).toEqual([[a, b], [other]]);
  });

  test("have a mean and a sample standard deviation, each finished seed once", () => {
    expect(spreadOf([seeded("1", 0.9), seeded("2", 0.8), seeded("2", 0.1), seeded("3", 0, { steps: 3 })])).toEqual({
      mean: expect.closeTo(0.85, 9) as number,
      deviation: expect.closeTo(Math.SQRT1_2 * 0.1, 9) as number,
      seeds: 2,
    });
    expect(spreadOf([seeded("1", 0.9)])).toEqual({ mean: 0.9, deviation: null, seeds: 1 });
    expect(spreadOf([seeded("1", 0.9, { steps: 3 })])).toBeNull();
    expect(finalAccuracy({ ...seeded("1", 0.9), scores: [] })).toBeNull();
  });

  test("that are missing of five are queued once, whichever way a link is written", () => {
    const runs = [seeded("1", 0.9), seeded("7", 0.9), seeded("2", 0.9, { steps: 3 })];
    const missing = missingSeeds(runs, ["seed=4&model=lenet5"], "1");
    expect([...missing]).toEqual([
      ["2", "model=lenet5&seed=2"],
      ["3", "model=lenet5&seed=3"],
      ["5", "model=lenet5&seed=5"],
    ]);
    // A link that names no seed has the usual one.
    expect([...missingSeeds([seeded("9", 0.9)], ["model=lenet5"], "1").keys()]).toEqual(["2", "3", "4", "5"]);
    expect(missingSeeds([], [], "1").size).toBe(0);
  });
});
