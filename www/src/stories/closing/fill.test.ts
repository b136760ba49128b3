import { expect, test } from "vitest";

import type { RunResult } from "../result.js";
import { endedAsNaN, finished, SKIPS } from "../testing.js";
import { fillClosing } from "./fill.js";

const fill = (closing: string, results: RunResult[], more = {}) =>
  fillClosing({ ...SKIPS, closing: [closing], ...more }, results);
const sentence = (closing: string, results: RunResult[], more = {}) => fill(closing, results, more).sentences[0];

const HELP =
  "{compare skips plain | They help by {difference}. | They harm by {difference}. | No clear difference: {difference} of {margin}.}";
const three = (recipe: string, ...accuracies: number[]): RunResult[] =>
  accuracies.map((accuracy, at) => finished(recipe, accuracy, { seed: at + 1 }));
const SEEDS = { seeds: [1, 2, 3] };

test("one seed has an accuracy without a spread, and a note that says what that is worth", () => {
  const { sentences, notes } = fill("Without {test plain}, with {test skips}.", [
    finished("plain", 0.41),
    finished("skips", 0.58),
  ]);
  expect(sentences).toEqual(["Without 41.0 %, with 58.0 %."]);
  expect(notes).toEqual([
    "One seed each: how much of it is luck, only more seeds can tell.",
    "Scored on 1,000 test images: which images these are may change an accuracy by 3.1 points.",
  ]);
});

test("several seeds have mean and sample standard deviation", () => {
  const { sentences, notes } = fill(
    "With {test skips}.",
    [...three("plain", 0.4, 0.4, 0.4), ...three("skips", 0.57, 0.58, 0.59)],
    SEEDS,
  );
  expect(sentences).toEqual(["With 58.0 ± 1.0 %."]);
  expect(notes[0]).toBe("± is the standard deviation over the seeds, 3 seeds each.");
  expect(
    fill("{best | {name} | none}", [...three("plain", 0.4, 0.4, 0.4), ...three("skips", 0.7, 0.7)], SEEDS).notes,
  ).toEqual([
    "Not in this result yet: with skips, seed 3.",
    "Trained with 2 to 3 seeds each.",
    "Scored on 1,000 test images: which images these are may change an accuracy by 3.0 points.",
  ]);
});

test("what compares is worded as it turned out", () => {
  expect(sentence(HELP, [finished("plain", 0.41), finished("skips", 0.58)])).toBe("They help by 17.0 points.");
  expect(sentence(HELP, [finished("plain", 0.58), finished("skips", 0.41)])).toBe("They harm by 17.0 points.");
  expect(sentence(HELP, [finished("plain", 0.57), finished("skips", 0.58)])).toBe(
    "No clear difference: 1.0 points of 7.0 points.",
  );
  // The same means: of three seeds that spread widely nothing is claimed, and of three that agree it is.
  const plain = three("plain", 0.5, 0.5, 0.5);
  expect(sentence(HELP, [...plain, ...three("skips", 0.4, 0.6, 0.8)], SEEDS)).toMatch(/^No clear difference/);
  expect(sentence(HELP, [...plain, ...three("skips", 0.6, 0.59, 0.61)], SEEDS)).toBe("They help by 10.0 points.");
});

test("training accuracies are compared with each other", () => {
  const training = { training: { accuracy: 0.99, images: 1_000 } };
  const text = "{compare-training skips plain | {difference} more, {training skips} | less | even}";
  expect(sentence(text, [finished("plain", 0.5), finished("skips", 0.5, training)])).toBe("49.0 points more, 99.0 %");
  // Where nobody kept it, nothing is said of it.
  expect(sentence(text, [finished("plain", 0.5), finished("skips", 0.5, { training: null })])).toBeUndefined();
});

test("the best and the worst are named where they are clearly so", () => {
  const best = "{best | {name} by {difference} | none}";
  const worst = "{worst | {name} by {difference} | none}";
  const clear = [finished("plain", 0.41), finished("skips", 0.58)];
  expect(sentence(best, clear)).toBe("with skips by 17.0 points");
  expect(sentence(worst, clear)).toBe("plain by 17.0 points");
  const even = [finished("plain", 0.57), finished("skips", 0.58)];
  expect([sentence(best, even), sentence(worst, even)]).toEqual(["none", "none"]);
  // Of one that is missing nobody knows.
  expect(sentence(best, [finished("plain", 0.41)])).toBeUndefined();
});

test("the best is compared with each of the others, however much they spread", () => {
  const recipes = [...SKIPS.recipes, { id: "wide", name: "wide", link: "model=resnet-14&v=1" }];
  const results = [...three("skips", 0.6, 0.61, 0.59), ...three("plain", 0.55, 0.55, 0.55)];
  const best = "{best | {name} | none}";
  expect(sentence(best, [...results, ...three("wide", 0.3, 0.5, 0.7)], { recipes, ...SEEDS })).toBe("none");
  expect(sentence(best, [...results, ...three("wide", 0.3, 0.31, 0.32)], { recipes, ...SEEDS })).toBe("with skips");
});

test("it is told of all, none or some runs whether they learned, diverged, and came so far", () => {
  const runs = (...accuracies: number[]) => three("plain", ...accuracies);
  const learned = "{learned plain | all | none | some}";
  expect(sentence(learned, runs(0.5, 0.5, 0.5), SEEDS)).toBe("all");
  expect(sentence(learned, runs(0.11, 0.1, 0.09), SEEDS)).toBe("none");
  expect(sentence(learned, runs(0.11, 0.5, 0.09), SEEDS)).toBe("some");
  expect(sentence(learned, [finished("plain", 0.5, { chance: null })])).toBeUndefined();
  const diverged = "{diverged plain | all | none | some}";
  expect(sentence(diverged, [finished("plain", 0.5, { divergedAt: 40 })])).toBe("all");
  expect(sentence(diverged, [finished("plain", 0.5)])).toBe("none");
  const reached = "{reached plain 50 | at {step} | never | {step}, not always}";
  expect(sentence(reached, [finished("plain", 0.6)])).toBe("at step 100");
  expect(sentence(reached, [finished("plain", 0.4)])).toBe("never");
  expect(sentence(reached, runs(0.6, 1, 0.6), SEEDS)).toBe("at steps 50 to 100");
  expect(sentence(reached, runs(0.6, 0.4, 0.6), SEEDS)).toBe("step 100, not always");
});

test("a sentence that speaks of a run that is missing is left out, and the note says which it is", () => {
  const texts = ["Without {test plain}.", "With {test skips}."];
  const story = { ...SKIPS, closing: texts };
  expect(fillClosing(story, [])).toEqual({ sentences: [], notes: ["Nothing of it is trained to the end yet."] });
  const { sentences, notes } = fillClosing(story, [finished("plain", 0.41), finished("skips", 0.2, { done: 40 })]);
  expect(sentences).toEqual(["Without 41.0 %."]);
  expect(notes[0]).toBe("Not in this result yet: with skips (at step 40 of 100).");
  // It has done all of its steps, and its last score is still to come.
  const unscored = finished("skips", 0.2, { scores: [] });
  expect(fillClosing(story, [finished("plain", 0.41), unscored]).notes[0]).toBe(
    "Not in this result yet: with skips (not scored at its end).",
  );
});

test("seeds that are missing are named, and the others count", () => {
  const { sentences, notes } = fill(
    "With {test skips}.",
    [finished("skips", 0.57), finished("skips", 0.59, { seed: 2 }), finished("skips", 0.3, { seed: 3, done: 7 })],
    SEEDS,
  );
  expect(sentences).toEqual(["With 58.0 ± 1.4 %."]);
  expect(notes.slice(0, 2)).toEqual([
    "Not in this result yet: plain, all seeds; with skips, seed 3 (at step 7 of 100).",
    "± is the standard deviation over the seeds, 2 seeds each.",
  ]);
});

test("a run whose loss was no number any more has no accuracy, and is no reason to praise the other one", () => {
  const results = [endedAsNaN("plain", 12), finished("skips", 0.58)];
  const { sentences, notes } = fillClosing(
    { ...SKIPS, closing: ["Without {test plain}.", HELP, "{diverged plain | It diverged. | It did not. | }"] },
    results,
  );
  expect(sentences).toEqual(["It diverged."]);
  expect(notes[0]).toBe("Without an accuracy, because the loss was no number any more: plain ended at step 12.");
  expect(sentence("{learned plain | yes | no | some}", results)).toBe("no");
  expect(sentence("{best | {name} | none}", results)).toBe("with skips");
  expect(sentence("{best | {name} by {difference} | none}", results)).toBeUndefined();
  expect(sentence("{worst | {name} | none}", results)).toBeUndefined();
  expect(sentence("{best | {name} | none}", [endedAsNaN("plain", 12), endedAsNaN("skips", 9)])).toBeUndefined();
  // One of its seeds ended so: what the recipe gets right, its other seeds alone do not say.
  const some = [endedAsNaN("plain", 12), finished("plain", 0.9, { seed: 2 }), ...three("skips", 0.5, 0.5, 0.5)];
  expect(sentence("{best | {name} | none}", some, SEEDS)).toBeUndefined();
  expect(sentence("{diverged plain | all | none | some}", some, SEEDS)).toBe("some");
});

test("what is no run of the story counts for nothing, and of equal runs the last counts", () => {
  const others = [finished("deep", 0.99), finished("plain", 0.99, { seed: 9 })];
  expect(sentence("{test plain}", [...others, finished("plain", 0.4), finished("plain", 0.5)])).toBe("50.0 %");
});

test("mirror images, validation images and different numbers of images are said", () => {
  const mirrored = (recipe: string, images: number, tta?: "flip", split: "test" | "validation" = "test") =>
    finished(recipe, 0.5, { scores: [{ step: 100, accuracy: 0.5, images, tta }], split });
  const note = (...results: RunResult[]) => fill("{test plain}", results).notes.at(-1);
  expect(note(mirrored("plain", 1_000, "flip"), mirrored("skips", 1_000, "flip"))).toBe(
    "Scored on 1,000 test images, each with its mirror image: which images these are may change an accuracy by 3.1 points.",
  );
  expect(note(mirrored("plain", 500), mirrored("skips", 1_000, "flip", "validation"))).toBe(
    "Scored on 500 to 1,000 validation or test images, some with their mirror images: which images these are may change an accuracy by 4.4 points.",
  );
  expect(note(finished("plain", 1), finished("skips", 1))).toBe("Scored on 1,000 test images.");
});

test("parameters are told where they are known", () => {
  expect(sentence("{parameters plain}", [finished("plain", 0.5)])).toBe("75,290");
  expect(sentence("{parameters plain}", [finished("plain", 0.5, { parameters: null })])).toBeUndefined();
});
