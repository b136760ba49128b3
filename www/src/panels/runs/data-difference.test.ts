import { expect, test } from "vitest";

import type { StoredRun } from "../../runs/stored-run.js";
import { dataDifference } from "./data-difference.js";

const MNIST = { subset: "0", val: "0", seed: "1" };

function line(slot: number, data: string, dataDigest: string, values: Record<string, string> = MNIST) {
  return { slot, run: { data, dataDigest, values } as unknown as StoredRun };
}

test("runs on the same images have nothing to be told of them, whatever their seeds", () => {
  expect(dataDifference([line(0, "MNIST", "m"), line(1, "MNIST", "m", { ...MNIST, seed: "2" })])).toBeNull();
  expect(dataDifference([])).toBeNull();
});

test("other data sets are named", () => {
  const difference = dataDifference([line(0, "MNIST", "m"), line(2, "Fashion-MNIST", "f", { ...MNIST, seed: "2" })]);
  expect(difference).toEqual({
    bySeed: false,
    sameTest: false,
    names: new Map([
      [0, "MNIST"],
      [2, "Fashion-MNIST"],
    ]),
  });
});

test("images that the seed draws or splits are told apart by it", () => {
  const difference = dataDifference([line(0, "Digits", "a"), line(1, "Digits", "b", { ...MNIST, seed: "2" })]);
  expect(difference).toEqual({
    bySeed: true,
    sameTest: false,
    names: new Map([
      [0, "Digits, seed 1"],
      [1, "Digits, seed 2"],
    ]),
  });
});

test("other training images of one data set leave the test images the same", () => {
  const difference = dataDifference([
    line(0, "MNIST", "m"),
    line(1, "MNIST", "m", { ...MNIST, subset: "2000", val: "500" }),
  ]);
  expect(difference).toEqual({
    bySeed: false,
    sameTest: true,
    names: new Map([
      [0, "MNIST, all training examples, none of them for validation"],
      [1, "MNIST, 2,000 training examples, 500 of them for validation"],
    ]),
  });
});
