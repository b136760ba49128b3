import { beforeEach, describe, expect, test } from "vitest";

import type { Example } from "../../module.js";
import { FakeBench, settle } from "../testing.js";
import { TrainingStore } from "./training-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

const example = (label: number): Example => ({ pixels: new Uint8Array([0, 255, 0, 255]), label }) as Example;

describe("the batch of a step", () => {
  let store: TrainingStore;

  beforeEach(() => {
    fake.answers = { batch: ({ step }) => [example(step)] };
    store = new TrainingStore(fake.bench);
    store.start();
    fake.prepare();
  });

  test("is asked for while its panel is open and the run stands, once for each step", async () => {
    store.openBatch(true);
    expect(fake.takeRequested()).toEqual([]);
    fake.open("training-panel");
    expect(fake.takeRequested()).toEqual([{ method: "batch", params: { step: 1 } }]);
    await settle();
    expect(store.batch).toEqual({ step: 1, examples: [example(1)] });
    fake.train(7);
    expect(fake.takeRequested()).toEqual([]);
    fake.pause();
    expect(fake.takeRequested()).toEqual([{ method: "batch", params: { step: 7 } }]);
  });

  test("stays while its panel is moved in the document", async () => {
    fake.open("training-panel");
    store.openBatch(true);
    await settle();
    store.stop();
    store.start();
    await settle();
    expect(store.batch).toEqual({ step: 1, examples: [example(1)] });
  });

  test("goes with its run, and is not asked for once nobody sees it", async () => {
    fake.open("training-panel");
    store.openBatch(true);
    await settle();
    fake.choose();
    expect(store.batch).toBeNull();
    store.stop();
    fake.takeRequested();
    fake.prepare();
    expect(fake.takeRequested()).toEqual([]);
    store.start();
    expect(fake.takeRequested().length).toBe(1);
  });
});
