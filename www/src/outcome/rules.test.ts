import { expect, test } from "vitest";

import { commonestShare, upTo, type Evidence } from "./evidence.js";
import { recorded, recordedNames } from "./recorded/recorded.js";
import { diverged, finished, guessing, notANumber, outcome, overfits, rising, why } from "./rules.js";

/** A run that went well, of which a test changes what it is about. */
function run(changes: Partial<Evidence> = {}): Evidence {
  const steps = Array.from({ length: 100 }, (_, at) => at);
  return {
    stepsPerEpoch: 25,
    batch: 32,
    loss: steps.map((at) => 0.2 + 2.1 * Math.exp(-at / 10)),
    accuracy: steps.map((at) => 0.95 - 0.85 * Math.exp(-at / 10)),
    learningRate: steps.map(() => 0.01),
    scores: [25, 50, 75, 100].map((step) => ({ step, accuracy: 0.94, images: 2_000 })),
    split: "test",
    chance: 0.1,
    isChanceLeast: false,
    norms: [],
    ...changes,
  };
}

const scored = (...accuracies: number[]) =>
  accuracies.map((accuracy, at) => ({ step: (100 / accuracies.length) * (at + 1), accuracy, images: 2_000 }));

test("a learning rate that is far too large: the loss jumps at once, and the run guesses at its end", () => {
  expect(outcome(recorded("large-rate"))).toMatchObject({
    kind: "diverged",
    step: 2,
    guessing: { accuracy: 0.099, why: { kind: "dead", layer: "fc3" } },
  });
  expect(outcome(recorded("alexnet-large-rate"))).toMatchObject({
    kind: "diverged",
    step: 2,
    guessing: { kind: "guessing" },
  });
});

test("a run that starts from trained weights is measured by what guessing loses, and not by its small first loss", () => {
  // It goes up and down between 0.02 and 0.12, and its first batch was a lucky one.
  const loss = Array.from({ length: 100 }, (_, at) => 0.07 - 0.05 * Math.cos(at / 3));
  expect(outcome(run({ loss, startsFromFile: true }))?.kind).toBe("finished");
  // All that the weights knew is lost: it is told all the same.
  const lost = loss.map((each, at) => (at < 40 ? each : 2.4));
  const scores = scored(0.95, 0.1, 0.1, 0.1);
  expect(outcome(run({ loss: lost, scores, startsFromFile: true }))).toMatchObject({ kind: "diverged" });
  expect(outcome(run({ loss: lost, scores, startsFromFile: true, chance: null }))?.kind).not.toBe("diverged");
});

test("a rate that kills the units without a jump of the loss: as good as guessing, with the layer that gets nothing but 0", () => {
  expect(outcome(recorded("large-rate-dead"))).toMatchObject({
    kind: "guessing",
    accuracy: 0.1045,
    chance: 0.108,
    why: { kind: "dead", layer: "fc3" },
  });
});

test("a rate that is far too small: as good as guessing, for the weights hardly moved", () => {
  expect(outcome(recorded("small-rate"))).toMatchObject({ kind: "guessing", why: { kind: "still" } });
});

test.each([
  ["deep-tanh", "layers.26"],
  ["deep-relu", "layers.24"],
])(
  "twenty layers without normalization or skip connections, %s: the gradient vanishes on its way back",
  (name, layer) => {
    expect(outcome(recorded(name))).toMatchObject({ kind: "guessing", why: { kind: "vanishing", layer } });
  },
);

test("few images seen often: it overfits", () => {
  expect(outcome(recorded("400-images"))).toMatchObject({ kind: "overfits", train: 1, score: { accuracy: 0.834 } });
});

test("a run that rises gains from twice as many epochs", () => {
  const one = rising(recorded("one-epoch"));
  expect(outcome(recorded("one-epoch"))).toEqual(one);
  expect(one).toMatchObject({ kind: "rising", from: { step: 11 }, score: { step: 23 } });
  const two = finished(recorded("two-epochs"));
  expect(two!.score.accuracy - one!.score.accuracy).toBeGreaterThan(0.1);
  const short = rising(recorded("tiny-resnet-14"));
  expect(short?.kind).toBe("rising");
  const long = finished(recorded("twice-resnet-14"));
  expect(long!.score.accuracy - short!.score.accuracy).toBeGreaterThan(0.04);
});

test.each(recordedNames("tiny-"))(
  "an ordinary run is told to be finished, maybe to rise, and nothing bad: %s",
  (name) => {
    expect(["finished", "rising"]).toContain(outcome(recorded(name))?.kind);
  },
);

test("a run is over once it was scored at its last step, and not before", () => {
  expect(outcome(run())).toMatchObject({ kind: "finished", score: { step: 100, accuracy: 0.94 } });
  expect(outcome(run({ scores: run().scores.slice(0, -1) }))).toBeNull();
  expect(outcome(run({ scores: [] }))).toBeNull();
});

test("a loss that comes down, goes up and stays there is lost, and one that comes back is not", () => {
  const down = run().loss;
  const up = Array.from(down, (value, at) => (at < 70 ? value : 1.9));
  expect(diverged(run({ loss: up }))).toMatchObject({ step: expect.closeTo(72, -1), after: expect.closeTo(1.9) });
  const back = Array.from(down, (value, at) => (at >= 40 && at < 60 ? 1.9 : value));
  expect(diverged(run({ loss: back }))).toBeNull();
  expect(diverged(run())).toBeNull();
});

test("a loss that explodes and comes back is no divergence where the network learned", () => {
  const loss = Array.from(run().loss, (value, at) => (at === 3 ? 1e6 : value));
  expect(diverged(run({ loss }))).toBeNull();
  expect(diverged(run({ loss, scores: scored(0.1) }))).toMatchObject({ step: 4, after: expect.any(Number) });
});

test("a loss that is no number any more ends the run at the step after its last", () => {
  expect(notANumber(run())).toMatchObject({ kind: "diverged", step: 101, after: null, guessing: null });
});

test("chance is that of the data's own classes, and where they are not known nobody is said to guess", () => {
  const scores = scored(0.71);
  expect(guessing(run({ scores, chance: 0.7 }))).toMatchObject({ accuracy: 0.71, chance: 0.7, images: 2_000 });
  expect(guessing(run({ scores, chance: 0.5 }))).toBeNull();
  expect(guessing(run({ scores, chance: null }))).toBeNull();
  expect(
    commonestShare([
      [6, 1],
      [2, 1],
    ]),
  ).toBe(0.7);
  expect(commonestShare([])).toBeNull();
});

test("of few images more have to be right for it not to be luck", () => {
  const scores = [{ step: 100, accuracy: 0.16, images: 100 }];
  expect(guessing(run({ scores }))).not.toBeNull();
  expect(guessing(run({ scores: [{ ...scores[0]!, images: 10_000 }] }))).toBeNull();
});

test("no reason is given that the norms do not show", () => {
  const norms = (...gradients: number[]) =>
    gradients.flatMap((gradient, at) => [
      { name: `fc${at + 1}.weight`, gradient, updateRatio: 0.01 },
      { name: `fc${at + 1}.bias`, gradient: 0.5, updateRatio: 0.01 },
    ]);
  expect(why(run())).toBeNull();
  expect(why(run({ norms: norms(0.2, 0.3, 1) }))).toBeNull();
  expect(why(run({ norms: norms(0, 0, 1) }))).toMatchObject({ kind: "dead", layer: "fc2" });
  expect(why(run({ norms: norms(1e-7, 1e-6, 1) }))).toMatchObject({ kind: "vanishing", layer: "fc2" });
  // Nothing at all reaches the biases either: what of them is dead is not known.
  const still = norms(0, 0).map((parameter) => ({ ...parameter, gradient: 0, updateRatio: 0 }));
  expect(why(run({ norms: still }))).toMatchObject({ kind: "still", share: 0 });
});

test("where the learning rate is not known, the weights are not said to have stood still", () => {
  const norms = [{ name: "fc1.weight", gradient: 1, updateRatio: 0 }];
  expect(why(run({ norms }))).toMatchObject({ kind: "still" });
  expect(why(run({ norms, learningRate: Array<number>(100).fill(NaN) }))).toBeNull();
});

test("overfitting needs a second epoch, a gap beyond luck, and training images that it knows", () => {
  const scores = scored(0.7, 0.7, 0.7, 0.7);
  expect(overfits(run({ scores }))).toMatchObject({ train: expect.closeTo(0.95, 1), score: { accuracy: 0.7 } });
  expect(overfits(run({ scores, stepsPerEpoch: 60 }))).toBeNull();
  expect(overfits(run({ scores: scored(0.9, 0.9) }))).toBeNull();
  expect(overfits(run({ scores, accuracy: Array<number>(100).fill(0.75) }))).toBeNull();
  const few = scores.map((score) => ({ ...score, accuracy: 0.8, images: 20 }));
  expect(overfits(run({ scores: few }))).toBeNull();
});

test("held-out accuracies that leap are not settled, and a run that goes on from a file has no training accuracy: neither overfits", () => {
  expect(overfits(run({ scores: scored(0.1, 0.1, 0.2, 0.7) }))).toBeNull();
  expect(overfits(run({ scores: scored(0.7, 0.7), accuracy: Array<number>(100).fill(NaN) }))).toBeNull();
});

test("a score that rose less than noise, or that has none before it, is not said to rise", () => {
  expect(rising(run({ scores: scored(0.5, 0.6, 0.7, 0.8) }))).toMatchObject({
    from: { step: 75 },
    score: { step: 100 },
  });
  expect(rising(run({ scores: scored(0.9, 0.92, 0.93, 0.94) }))).toBeNull();
  expect(rising(run({ scores: scored(0.8) }))).toBeNull();
  const few = scored(0.5, 0.6, 0.7, 0.8).map((score) => ({ ...score, images: 50 }));
  expect(rising(run({ scores: few }))).toBeNull();
});

test("what spoils a run comes before what could be better", () => {
  const loss = Array.from(run().loss, (value, at) => (at < 70 ? value : 2.3));
  expect(outcome(run({ loss, scores: scored(0.1) }))?.kind).toBe("diverged");
  expect(outcome(run({ scores: scored(0.1) }))?.kind).toBe("guessing");
  expect(outcome(run({ scores: scored(0.5, 0.6, 0.65, 0.7) }))?.kind).toBe("overfits");
});

test("a run as it stood after a step has nothing that came later", () => {
  const evidence = upTo(run(), 60);
  expect([evidence.loss.length, evidence.accuracy.length, evidence.learningRate.length]).toEqual([60, 60, 60]);
  expect(evidence.scores.map(({ step }) => step)).toEqual([25, 50]);
});
