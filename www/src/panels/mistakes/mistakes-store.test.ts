import { beforeEach, describe, expect, test } from "vitest";

import type { Example, Predictions } from "../../module.js";
import { FakeBench, settle } from "../testing.js";
import { MistakesStore } from "./mistakes-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

const example = (label: number): Example => ({ pixels: new Uint8Array([0, 255, 0, 255]), label }) as Example;

describe("the mistakes", () => {
  let store: MistakesStore;
  /** Two classes; the second and third images are taken for the wrong one. */
  const predictions = (step: number): Predictions =>
    ({
      step,
      truth: new Uint8Array([0, 0, 1, 1]),
      logits: new Float32Array([2, 0, 0, 2, 2, 0, 0, 2]),
    }) as unknown as Predictions;
  const score = (step: number): void => {
    const { inspection } = fake.state.stores;
    inspection.update({ predictions: predictions(step) });
  };

  beforeEach(() => {
    fake.answers = {
      testExamples: ({ indices }) => indices.map((index): [number, Example] => [index, example(index)]),
    };
    store = new MistakesStore(fake.bench);
    store.start();
    fake.prepare();
  });

  test("are worked out while the panel is open, and their images are asked for once", async () => {
    score(5);
    expect(store.analysis).toBeNull();
    fake.open("mistakes-panel");
    expect(store.analysis?.step).toBe(5);
    expect(new Set(store.gallery.map(({ index }) => index))).toEqual(new Set([1, 2]));
    expect(fake.takeRequested().length).toBe(1);
    await settle();
    expect(store.image(1)).toEqual(example(1));
    store.choose({ label: 0, predicted: 0 });
    expect(store.gallery.map(({ index }) => index)).toEqual([0]);
    expect(fake.takeRequested()).toEqual([{ method: "testExamples", params: { indices: [0] } }]);
    store.choose(null);
    expect(fake.takeRequested()).toEqual([]);
  });

  test("of a run that trains follow its scores slowly, and at once when it rests", () => {
    fake.open("mistakes-panel");
    fake.train(1);
    score(1);
    expect(store.analysis?.step).toBe(1);
    score(2);
    expect(store.analysis?.step).toBe(1);
    fake.pause();
    expect(store.analysis?.step).toBe(2);
    store.stop();
  });

  test("go with their run", () => {
    score(5);
    fake.open("mistakes-panel");
    const { inspection } = fake.state.stores;
    fake.choose();
    inspection.update({ predictions: null });
    expect(store.analysis).toBeNull();
    expect(store.gallery).toEqual([]);
  });
});
