import { expect, test } from "vitest";
import { fittedBatch, fittedSteps } from "./few-images.js";

test("enough images leave the batch as it is", () => {
  expect(fittedBatch({ batch: 64, shards: 4 }, 64)).toBeUndefined();
  expect(fittedBatch({ batch: 64, shards: 4 }, 1000)).toBeUndefined();
});

test("a dozen photos make a batch that every network learns from", () => {
  const usual = { batch: 64, shards: 4 };
  expect(fittedBatch(usual, 10)).toEqual({ batch: 4, shards: 1, plain: true });
  // Statistics of two images are other ones with every pair.
  expect(fittedBatch(usual, 4)).toEqual({ batch: 4, shards: 1, plain: true });
  expect(fittedBatch(usual, 3)).toEqual({ batch: 2, shards: 1, plain: true });
  expect(fittedBatch(usual, 24)).toEqual({ batch: 8, shards: 2, plain: false });
  expect(fittedBatch(usual, 63)).toEqual({ batch: 16, shards: 4, plain: false });
  for (let images = 2; images < 64; images++) {
    const { batch, shards } = fittedBatch(usual, images) ?? usual;
    expect(batch).toBeLessThanOrEqual(images);
    expect(batch % shards).toBe(0);
    // A shard of one image is what batch normalization makes nothing of.
    expect(batch / shards).toBeGreaterThanOrEqual(2);
  }
});

test("a dozen photos make a run that is long enough to learn", () => {
  const usual = { batch: 4, epochs: 3, steps: 0 };
  expect(fittedSteps(usual, 10)).toBe(100);
  expect(fittedSteps({ ...usual, steps: 40 }, 10)).toBeUndefined();
  expect(fittedSteps(usual, 136)).toBeUndefined();
  expect(fittedSteps(usual, Infinity)).toBeUndefined();
});
