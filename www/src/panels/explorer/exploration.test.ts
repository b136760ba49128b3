import { expect, test } from "vitest";

import { answered, balanceOf, indicesOf, initialExploration } from "./exploration.js";

const labels = Uint8Array.of(0, 1, 0, 2);
const predicted = { step: 5, labels: Uint8Array.of(0, 0, 2, 2) };

test("the images of a class are found by their indices, and those of all classes in their order", () => {
  expect(indicesOf(labels, null, "all", null)).toEqual([0, 1, 2, 3]);
  expect(indicesOf(labels, 0, "all", null)).toEqual([0, 2]);
  expect(indicesOf(labels, 7, "all", null)).toEqual([]);
});

test("right and wrong predictions are told apart, within a class too", () => {
  expect(indicesOf(labels, null, "right", predicted)).toEqual([0, 3]);
  expect(indicesOf(labels, null, "wrong", predicted)).toEqual([1, 2]);
  expect(indicesOf(labels, 0, "wrong", predicted)).toEqual([2]);
});

test("every class is counted, those without an image too", () => {
  expect(balanceOf(labels, 4)).toEqual([2, 1, 1, 0]);
});

test("a response is added to what is known of the other split, and takes the place of an older one", () => {
  const train = answered(initialExploration, { what: "labels", split: "train", labels });
  const both = answered(train, { what: "labels", split: "test", labels: predicted.labels });
  expect(both.labels).toEqual({ train: labels, test: predicted.labels });
  expect(answered(both, { what: "unavailable", why: "offline" })).toMatchObject({
    labels: both.labels,
    why: "offline",
  });
  expect(answered(both, { what: "predictedLabels", predicted: null }).predicted).toBeNull();
});
