import { expect, test } from "vitest";

import { resultOf, SweepTable, type RunResult, type SweepRow } from "../command/sweep-table.js";

const score = (accuracy: number, loss = 1) => ({ accuracy, loss, examples: 100 });

function result(accuracy: number, part: Partial<RunResult> = {}): RunResult {
  return {
    steps: 12,
    validation: undefined,
    test: score(accuracy),
    trainingLoss: 0.5,
    check: "0123456789abcdef",
    engine: "the CPU engine in WebAssembly",
    file: "sweep/1/run.bunsen.json",
    ...part,
  };
}

/** Runs of two learning rates and three seeds each. */
function rows(accuracies: readonly (number | undefined)[]): SweepRow[] {
  return accuracies.map((accuracy, at) => ({
    run: at + 1,
    link: `model=mlp&seed=${at}`,
    values: [at < 3 ? "0.1" : "0.01", String(1 + (at % 3))],
    ...(accuracy === undefined ? { error: 'It failed, "so".' } : { result: result(accuracy) }),
  }));
}

const KEYS = ["lr", "seed"];
const of = (accuracies: readonly (number | undefined)[]): SweepTable => new SweepTable(KEYS, rows(accuracies));

test("runs stand in the order of the sweep, whatever their scores", () => {
  const lines = of([0.1, 0.9, 0.5]).csv().split("\n");
  expect(lines[0]).toBe("run,lr,seed,steps,test_accuracy,test_loss,training_loss,check,file,error");
  expect(lines[1]).toBe("1,0.1,1,12,0.100000,1.000000,0.500000,0123456789abcdef,sweep/1/run.bunsen.json,");
  expect(lines.slice(1, 4).map((line) => line.split(",")[4])).toEqual(["0.100000", "0.900000", "0.500000"]);
});

test("a run that failed has its reason and no score", () => {
  expect(of([0.1, undefined]).csv().split("\n")[2]).toBe('2,0.1,2,,,,,,,"It failed, ""so""."');
});

test("the summary is over all but the seed, of the runs that have a score", () => {
  const summary = of([0.5, 0.6, 0.7, 0.2, undefined, undefined]).summary();
  const [first, , , second] = summary.filter(({ score: name }) => name !== "validation_accuracy");
  expect(first).toMatchObject({ values: ["0.1"], score: "test_accuracy", runs: 3, n: 3, min: 0.5, max: 0.7 });
  expect(first?.mean).toBeCloseTo(0.6, 12);
  expect(first?.sd).toBeCloseTo(0.1, 12);
  expect(second).toMatchObject({ values: ["0.01"], runs: 3, n: 1, mean: 0.2, sd: undefined });
  const lines = of([0.5, 0.6, 0.7, undefined]).summaryCsv().split("\n");
  expect(lines[0]).toBe("lr,score,runs,n,mean,sd,min,max");
  expect(lines[1]).toBe("0.1,test_accuracy,3,3,0.600000,0.100000,0.500000,0.700000");
  expect(lines[4]).toBe("0.01,test_accuracy,1,0,,,,");
});

test("a terminal gets forty runs, and mean and spread where seeds were swept", () => {
  const shown = of([0.5, 0.6, 0.7, 0.2, undefined, undefined]).shown();
  expect(shown).toMatch(
    /^run +lr +seed +test accuracy +test loss +training loss\n1 +0\.1 +1 +50\.00 % +1\.000 +0\.500\n/,
  );
  expect(shown).toContain('\n5    0.01  2     –              –          –              It failed, "so".');
  expect(shown).toMatch(/\n0\.1 +test accuracy +3 +60\.00 % ± 10\.00 % +50\.00 % +70\.00 %\n/);
  expect(shown).toMatch(/\n0\.01 +test accuracy +1 of 3 +20\.00 % +20\.00 % +20\.00 %$/);
  const many = new SweepTable(
    ["lr"],
    Array.from({ length: 50 }, (_, at) => ({ run: at + 1, link: "", values: [String(at)], result: result(0.5) })),
  ).shown();
  expect(many).toMatch(/\n… and 10 more: table\.csv has all\.$/);
});

test("scores with mirror images say so, and validation scores have columns where a recipe has them", () => {
  const mirrored = { ...score(0.5), tta: "flip" as const };
  const row = (keys: string[]): SweepTable =>
    new SweepTable(keys, [
      { run: 1, link: "", values: ["x"], result: result(0.5, { test: mirrored, validation: mirrored }) },
    ]);
  expect(row(["lr"]).csv()).toMatch(
    /^run,lr,steps,validation_accuracy_with_mirror_images,validation_loss_with_mirror_images,test_accuracy_with_mirror_images,/,
  );
  // Where it is swept, its column says it.
  expect(row(["tta"]).csv()).toMatch(/^run,tta,steps,validation_accuracy,validation_loss,test_accuracy,/);
});

test("a file of anybody else is told from a sweep's", () => {
  const table = of([0.5]);
  expect(SweepTable.isOwn(table.csv())).toBe(true);
  expect(SweepTable.isOwn(table.summaryCsv())).toBe(true);
  for (const text of ["", "run,time\n1,2\n", "name,score\n", "mean\n"]) expect(SweepTable.isOwn(text)).toBe(false);
});

test("a score before the last step is none of the finished run", () => {
  const file = {
    steps: 4,
    losses: new Float32Array([4, 3, 2, 1]),
    scores: [{ step: 2, ...score(0.9) }],
    validation: { step: 2, ...score(0.9) },
    check: "c",
    exact: false,
    engine: "CPU, native, 2 threads",
  };
  expect(resultOf(file as never, "f")).toEqual({
    ...result(0),
    steps: 4,
    test: undefined,
    trainingLoss: 1,
    check: "c",
    engine: "CPU, native",
    file: "f",
  });
});

test("programs get numbers, not texts", () => {
  const json = JSON.parse(of([0.5, undefined]).json("there")) as { runs: object[]; summary: object[] };
  expect(json).toMatchObject({ folder: "there", keys: KEYS });
  expect(json.runs[0]).toMatchObject({ run: 1, values: { lr: "0.1", seed: "1" }, test: { accuracy: 0.5 } });
  expect(json.runs[1]).toEqual({
    run: 2,
    link: "model=mlp&seed=1",
    values: { lr: "0.1", seed: "2" },
    error: 'It failed, "so".',
  });
  expect(json.summary[0]).toMatchObject({ values: { lr: "0.1" }, score: "test_accuracy", runs: 2, n: 1, mean: 0.5 });
});
