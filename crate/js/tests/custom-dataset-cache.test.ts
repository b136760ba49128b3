import { expect, test } from "vitest";

import type { CustomDataset } from "../api.js";
import { CustomDatasetCache, MAX_HELD_BYTES } from "../custom-dataset-cache.js";

const dataset = (digest: string, bytes: number): CustomDataset =>
  ({ digest, bytes: { byteLength: bytes } }) as unknown as CustomDataset;

test("the images that were used longest ago go where all are too many together", () => {
  const cache = new CustomDatasetCache();
  const third = MAX_HELD_BYTES / 3;
  for (const digest of ["a", "b", "c"]) cache.add(dataset(digest, third));
  expect(cache.get("a")).toBeDefined();
  cache.add(dataset("d", third));
  expect(["a", "b", "c", "d"].filter((digest) => cache.get(digest))).toEqual(["a", "c", "d"]);
});

test("the last ones stay, whatever their size, and any can be removed", () => {
  const cache = new CustomDatasetCache();
  cache.add(dataset("a", 10));
  cache.add(dataset("b", 2 * MAX_HELD_BYTES));
  expect(["a", "b"].filter((digest) => cache.get(digest))).toEqual(["b"]);
  cache.remove("b");
  expect(cache.get("b")).toBeUndefined();
});
