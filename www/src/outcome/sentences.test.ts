import { expect, test } from "vitest";

import type { Field } from "../module.js";
import { ownRate, tenthOfRate, twiceAsLong } from "./next-recipe.js";
import type { Finding, Guessing, Why } from "./rules.js";
import { told } from "./sentences.js";

const score = { step: 312, accuracy: 0.93, images: 2_000 };
const guessing = (why: Why | null, of: Guessing["of"] = "test"): Guessing => ({
  kind: "guessing",
  step: 200,
  of,
  accuracy: 0.098,
  images: 2_000,
  chance: 0.108,
  isChanceLeast: false,
  why,
});
const text = (finding: Finding): string => told(finding, "test").text;

test("a run that is finished says what it gets right, of which images", () => {
  expect(text({ kind: "finished", score })).toBe("Finished: 93.0 % of 2,000 test images right.");
  expect(told({ kind: "finished", score }, "validation").text).toBe(
    "Finished: 93.0 % of 2,000 validation images right.",
  );
});

test.each([
  [{ kind: "finished", score }, "Finished."],
  [
    { kind: "rising", from: { ...score, step: 200, accuracy: 0.9 }, score },
    "Finished, and still rising: 3 points more than at step 200. More epochs would probably help.",
  ],
  [
    { kind: "overfits", train: 0.99, score },
    "Finished, but it overfits: 99.0 % of the training images were right in the last epoch. More training images, augmentation or weight decay usually help.",
  ],
  [guessing(null), "As good as guessing: always naming the commonest class gets 10.8 %."],
  [
    { ...guessing(null), isChanceLeast: true },
    "As good as guessing: always naming the commonest class gets at least 10.8 %.",
  ],
  [
    { kind: "diverged", step: 96, before: 0.4, after: 2.31, guessing: guessing(null) },
    "Diverged at step 96: the loss jumped there. Now it is as good as guessing: always naming the commonest class gets 10.8 %. The usual cause is a learning rate that is too large.",
  ],
] as [Finding, string][])("beside the test accuracy it is not said again: $0.kind", (finding, expected) => {
  expect(told(finding, "test", undefined, { besideScore: true }).text).toBe(expected);
});

test("beside the test accuracy another one is said", () => {
  const beside = (finding: Finding, split: "test" | "validation") =>
    told(finding, split, undefined, { besideScore: true }).text;
  expect(beside({ kind: "finished", score }, "validation")).toMatch(/93\.0 % of 2,000 validation images right/);
  expect(beside(guessing(null, "training"), "test")).toMatch(/9\.8 % of the last 2,000 training images right/);
});

test("a score with mirror images says so in each finding", () => {
  const mirrored = { ...score, tta: "flip" } as const;
  expect(text({ kind: "finished", score: mirrored })).toBe(
    "Finished: 93.0 % of 2,000 test images right, each with its mirror image.",
  );
  for (const finding of [
    { kind: "overfits", train: 0.99, score: mirrored },
    { kind: "rising", from: { ...mirrored, accuracy: 0.8 }, score: mirrored },
    { ...guessing(null), tta: "flip" },
  ] as const)
    expect(text(finding)).toMatch(/ of 2,000 test images (are|right), each with its mirror image[.,]/);
});

test("a run that diverged says where, and how", () => {
  const jump = { kind: "diverged", step: 96, before: 0.4, after: 2.31 } as const;
  expect(text({ ...jump, guessing: null })).toBe(
    "Diverged at step 96: the loss went from 0.400 to 2.310 and did not come back. The usual cause is a learning rate that is too large.",
  );
  expect(text({ ...jump, after: null, guessing: null })).toMatch(/the loss was 0\.400 and is no number any more\./);
  expect(text({ ...jump, guessing: guessing({ kind: "dead", layer: "fc3" }) })).toMatch(
    / All that reaches fc3 is 0: the units before it are dead/,
  );
  expect(text({ ...jump, guessing: guessing(null) })).toMatch(
    /^Diverged at step 96: the loss jumped there\. Now it is as good as guessing: 9\.8 % of 2,000 test images right, and always naming the commonest class gets 10\.8 %\./,
  );
});

test("a run that guesses says what chance is, and why, where that is known", () => {
  expect(text(guessing(null))).toBe(
    "As good as guessing: 9.8 % of 2,000 test images right, and always naming the commonest class gets 10.8 %.",
  );
  expect(text({ ...guessing(null), isChanceLeast: true })).toMatch(
    /always naming the commonest class gets at least 10\.8 %\.$/,
  );
  expect(text(guessing(null, "training"))).toMatch(
    /^As good as guessing after 200 steps: 9\.8 % of the last 2,000 training images right/,
  );
  expect(text(guessing({ kind: "dead", layer: "fc3" }))).toMatch(
    /All that reaches fc3 is 0: the units before it are dead/,
  );
  expect(text(guessing({ kind: "vanishing", layer: "fc1", share: 2.654e-5 }))).toMatch(
    /at fc1 it is 2\.65e-5 times that of the output\./,
  );
  expect(text(guessing({ kind: "still", share: 0 }))).toMatch(
    /The weights hardly moved: the steps were very small\. The usual cause is a learning rate that is too small\.$/,
  );
});

test("a run that overfits has both accuracies, and one that rises how far it rose", () => {
  expect(text({ kind: "overfits", train: 0.99, score: { ...score, accuracy: 0.71 } })).toMatch(
    /^Finished, but it overfits: 99\.0 % of the training images were right in the last epoch, and 71\.0 % of 2,000 test images are\./,
  );
  expect(text({ kind: "rising", from: { ...score, step: 100, accuracy: 0.815 }, score })).toBe(
    "Finished: 93.0 % of 2,000 test images right, and still rising: 11.5 points more than at step 100. More epochs would probably help.",
  );
});

test("what shows why nothing is learned is the layer; where nothing shows it, it is the loss", () => {
  const labels = (why: Why | null) =>
    told(guessing(why), "test").steps.map((step) => {
      if (step.kind === "layer") return `${step.before ? "before" : "at"} ${step.layer}`;
      return "label" in step ? step.label : step.kind;
    });
  expect(labels({ kind: "dead", layer: "fc3" })).toEqual(["rate", "before fc3", "Look at the loss"]);
  expect(labels({ kind: "vanishing", layer: "fc1", share: 0 })).toEqual(["at fc1", "Look at the loss"]);
  expect(labels({ kind: "still", share: 0 })).toEqual(["rate", "Look at the loss"]);
  expect(labels(null)).toEqual(["Look at the loss"]);
});

const number = (key: string, min: number, max: number): Field =>
  ({
    key,
    label: key,
    help: "",
    group: "training",
    kind: { type: "number", min, max, integer: false, log: false },
  }) as Field;
const fields = [number("lr", 1e-7, 100), number("epochs", 1, 1_000), number("steps", 0, 1e6)];

test("advice is a value that the field allows, written as a link has it", () => {
  expect(tenthOfRate({ lr: "0.6" }, fields)).toEqual({
    key: "lr",
    value: "0.06",
    label: "Try a tenth of the learning rate: 0.06",
  });
  expect(tenthOfRate({ lr: "0.000003" }, fields)?.value).toBe("0.0000003");
  expect(tenthOfRate({ lr: "0.0000001" }, fields)).toBeUndefined();
  expect(tenthOfRate({}, fields)).toBeUndefined();
  expect(ownRate({ lr: "0.0000001" }, { lr: "0.006" })).toMatchObject({ key: "lr", value: "0.006" });
  expect(ownRate({ lr: "0.006" }, { lr: "0.006" })).toBeUndefined();
  expect(twiceAsLong({ epochs: "4", steps: "0" }, fields)).toEqual({
    key: "epochs",
    value: "8",
    label: "Try twice as many epochs: 8",
  });
  expect(twiceAsLong({ epochs: "4", steps: "1500" }, fields)).toEqual({
    key: "steps",
    value: "3000",
    label: "Try twice as many steps: 3,000",
  });
  expect(twiceAsLong({ epochs: "600", steps: "0" }, fields)).toBeUndefined();
});

test("a layer is called as a person calls it, where that is known", () => {
  const titleOf = (layer: string): string => (layer === "fc3" ? "Linear 3" : layer);
  expect(told(guessing({ kind: "dead", layer: "fc3" }), "test", titleOf).text).toMatch(
    /All that reaches Linear 3 is 0/,
  );
});
