import { expect, test } from "vitest";

import { upTo, type Evidence } from "./evidence.js";
import { recorded, recordedNames } from "./recorded/recorded.js";
import { StallWatch } from "./stall.js";

/** What is told after each of a run's steps, without repetitions. */
function toldWhile(evidence: Evidence): string[] {
  const watch = new StallWatch();
  const told: string[] = [];
  for (let step = 1; step <= evidence.loss.length; step++) {
    const stall = watch.follow(upTo(evidence, step));
    const text = stall ? `${step}: ${stall.kind} ${stall.step}` : "";
    if (text.replace(/^\d+/, "") !== (told.at(-1) ?? "").replace(/^\d+/, "")) told.push(text);
  }
  return told;
}

test("a run that cannot learn is told to guess after 200 steps, and once", () => {
  for (const name of ["small-rate", "deep-tanh", "deep-relu", "large-rate-dead"]) {
    expect(toldWhile(recorded(name)), name).toEqual(["200: guessing 200"]);
  }
});

test("a loss that explodes is told at the first look", () => {
  expect(toldWhile(recorded("large-rate"))).toEqual(["50: diverged 2"]);
});

test.each([...recordedNames("tiny-"), "400-images", "one-epoch"])(
  "nothing is told of a run that learns: %s",
  (name) => {
    expect(toldWhile(recorded(name))).toEqual([]);
  },
);

test("what is told does not flicker at its edge, and ends once the run learns", () => {
  const guess = recorded("deep-relu");
  const { chance } = guess;
  const length = 800;
  // About chance, a little above and below by turns; from step 500 on it learns.
  const accuracy = Array.from({ length }, (_, at) =>
    at >= 500 ? 0.9 : chance! + (Math.floor(at / 50) % 2 ? 0.021 : 0.019),
  );
  const loss = Array.from({ length }, (_, at) => (at >= 500 ? 0.4 : 2.3));
  const learningRate = Array<number>(length).fill(0.006);
  expect(toldWhile({ ...guess, batch: 256, accuracy, loss, learningRate })).toEqual(["200: guessing 200", ""]);
});

test("while the learning rate rises nobody is said to guess", () => {
  const guess = recorded("deep-relu");
  const learningRate = Array.from(guess.loss, (_, at) => at);
  expect(toldWhile({ ...guess, learningRate })).toEqual([]);
});

test("where chance or the batches' accuracies are not known, nobody is said to guess", () => {
  const guess = recorded("deep-relu");
  expect(toldWhile({ ...guess, chance: null })).toEqual([]);
  expect(toldWhile({ ...guess, accuracy: Array<number>(guess.loss.length).fill(NaN) })).toEqual([]);
});

test("a run that begins anew is looked at anew", () => {
  const watch = new StallWatch();
  expect(watch.follow(recorded("deep-relu"))).not.toBeNull();
  expect(watch.follow(upTo(recorded("deep-relu"), 40))).toBeNull();
});
