import { afterEach, describe, expect, test } from "vitest";

import { day } from "../format.js";
import { useLanguage } from "../words/catalogue.js";
import type { Shared } from "../bench/share.js";
import type { DataInfo, Description, Field, ParsedLink, Plan, Score } from "../module.js";
import { checkWords, insteadOfMatrix, mistakesTitle, nothingToReport, reportOf, type ScoredRun } from "./report.js";

afterEach(() => useLanguage("en", null));

const choice = (key: string, label: string, value: string, words: string): Field =>
  ({ key, label, kind: { type: "choice", choices: [{ value, label: words, help: "" }] } }) as unknown as Field;
const FIELDS = [
  choice("model", "Network", "lenet5", "LeNet-5"),
  choice("data", "Data", "mnist", "MNIST"),
  { key: "lr", label: "Learning rate", kind: { type: "number", integer: false } } as unknown as Field,
];
const OWN = { model: "lenet5", data: "mnist", epochs: "4", steps: "0", lr: "0.006", seed: "1" };
const SHARED: Shared = {
  link: "",
  recipe: null,
  engine: "cpu",
  step: 312,
  isFinished: true,
  checkedLink: null,
  handedOver: null,
  computedFrom: 0,
  verdict: null,
  next: null,
  isPartRefused: false,
};
const CHECK = "3f9a0123456789ab";
const score = (part: Partial<Score> = {}): Score =>
  ({ step: 312, accuracy: 0.93, examples: 2_000, loss: 0.2345, confusion: [], ...part }) as Score;

function run(part: Partial<ScoredRun> = {}): ScoredRun {
  return {
    parsed: { values: OWN, defaults: OWN } as unknown as ParsedLink,
    fields: FIELDS,
    description: { parameters: 61_706, multiplyAdds: 416_520, layers: [{}, {}] } as unknown as Description,
    plan: { steps: 312, epochs: 4, stepsPerEpoch: 78, batch: 128 } as Plan,
    data: { title: "MNIST", train: 10_000, test: 2_000 } as DataInfo,
    score: score(),
    step: 312,
    outcome: "Finished: 93.0 % of 2,000 test images right.",
    engine: "CPU (WebAssembly)",
    shared: SHARED,
    check: null,
    address: "https://bench.example/#model=lenet5",
    version: "0.1.0",
    ...part,
  };
}

describe("the report of a run", () => {
  test("has its network and data, its accuracy with how many images, and its recipe in words", () => {
    const report = reportOf(run());
    expect(report.title).toBe("LeNet-5, MNIST");
    expect(`${report.accuracy} ${report.scored}`).toBe("93.0 % of 2,000 test images right");
    expect(report.recipe).toBe("LeNet-5, MNIST, 4 epochs, seed 1.");
    expect(report.changes).toEqual([]);
    expect(report.outcome).toMatch(/^Finished/);
    expect(Object.fromEntries(report.facts)).toMatchObject({
      Data: "MNIST: 10,000 images to train on, 2,000 to test with",
      Training: "4 epochs of 78 steps, 128 images a step",
      Parameters: "61,706 in 2 layers",
      Engine: "CPU (WebAssembly)",
      Bunsen: "0.1.0",
    });
  });

  test("tells only what differs from the network's own recipe", () => {
    const parsed = { values: { ...OWN, lr: "0.02" }, defaults: OWN } as unknown as ParsedLink;
    expect(reportOf(run({ parsed })).changes).toEqual(["Learning rate: 0.02 (the network's own recipe: 0.006)"]);
  });

  test("says that a run is not finished, after which step it was scored, and on which part of the test images", () => {
    const report = reportOf(run({ step: 100, outcome: "", score: score({ step: 78, examples: 500, tta: "flip" }) }));
    expect(report.outcome).toBe("After step 100 of 312: the run is not finished.");
    expect(report.scored).toMatch(/^of the first 500 test images right.+mirror.+ after step 78 of 312$/);
  });

  test("a run whose length is given in steps has no whole epochs", () => {
    const plan = { steps: 60, epochs: 1, stepsPerEpoch: 78, batch: 128 } as Plan;
    expect(Object.fromEntries(reportOf(run({ plan })).facts)["Training"]).toBe("60 steps, 128 images a step");
  });

  test("a link that is longer than the sheet is cut off, and says so", () => {
    const { address } = reportOf(run({ address: `https://bench.example/#${"conv6x5p2,".repeat(1_000)}` }));
    expect(address.length).toBeLessThan(500);
    expect(address).toMatch(/cut off here: Share gives the whole link/);
  });
});

describe("what its check means", () => {
  test("a finished run on the CPU engine has one that others can compare", () => {
    const text = checkWords({ ...SHARED, checkedLink: `model=lenet5&check=${CHECK}` }, CHECK);
    expect(text).toMatch(new RegExp(`^Check ${CHECK}\\. It is a digest .* Bunsen compares the check\\.$`));
  });

  test("a run that was compared has its verdict", () => {
    const verdict = { kind: "differs", text: "Not the same run: differs from step 5 on.", computedFrom: 0 } as const;
    expect(checkWords({ ...SHARED, verdict }, CHECK)).toBe(`${verdict.text} The check of this run is ${CHECK}.`);
  });

  test.each([
    [{ isFinished: false }, /not finished/],
    [{ engine: "gpu" as const }, /computed on a GPU/],
    [{ handedOver: 100 }, /another engine/],
    [{ computedFrom: 3 }, /come from a file/],
    [{}, /whoever opens the link/],
  ])("where there is none the reason is told: %o", (part, words) => {
    expect(checkWords({ ...SHARED, ...part }, null)).toMatch(words);
  });
});

test("there is nothing to report of a run that is not trained, or not scored", () => {
  expect(nothingToReport(0, null, null)).toMatch(/not trained/);
  expect(nothingToReport(5, null, null)).toMatch(/not been scored/);
  expect(nothingToReport(5, score(), null), "the score of a run before").toMatch(/not been scored/);
  expect(nothingToReport(312, null, "Out of memory.")).toBe("No report: the run could not be scored. Out of memory.");
  expect(nothingToReport(312, score(), null)).toBeNull();
});

test("of many classes the most frequent mistakes are told instead of a matrix", () => {
  const classes = Array.from({ length: 100 }, (_, label) => `class ${label}`);
  const confusion = classes.map((_, row) => classes.map((_, column) => (row === column ? 90 : 0) as number));
  confusion[3]![5] = 7;
  confusion[8]![2] = 9;
  expect(insteadOfMatrix(confusion, classes)).toBe(
    "A confusion matrix of 100 classes does not fit on this sheet. Most frequent mistakes: class 8 as class 2 (9), class 3 as class 5 (7).",
  );
  expect(insteadOfMatrix([], classes.slice(0, 10))).toBeNull();
});

test("mistakes are the worst of them, all of them, or none", () => {
  expect([mistakesTitle(8, 1_267), mistakesTitle(2, 2), mistakesTitle(0, 0)]).toEqual([
    "The worst 8 of 1,267 mistakes",
    "All mistakes: 2",
    "No mistakes on the test images",
  ]);
});

test("in German it has German texts, numbers and dates", async () => {
  const { default: german } = await import("../words/de.json");
  useLanguage("de", german);
  const report = reportOf(run({ score: score({ step: 78, examples: 500 }) }));
  expect(`${report.accuracy} ${report.scored}`).toBe(
    "93,0 % der ersten 500 Testbilder sind richtig, nach Schritt 78 von 312",
  );
  expect(Object.fromEntries(report.facts)["Training"]).toBe("4 Epochen mit 78 Schritten, 128 Bilder je Schritt");
  expect(day(new Date(2026, 10, 28, 12))).toBe("28. November 2026");
  useLanguage("es", null);
  expect(day(new Date(2026, 10, 28, 12))).toBe("28 de noviembre de 2026");
  useLanguage("en", null);
  expect(day(new Date(2026, 10, 28, 12))).toBe("November 28, 2026");
});
