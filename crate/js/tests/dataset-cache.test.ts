import { expect, test, vi } from "vitest";

import { DatasetCache, type LoadedDataset } from "../dataset-cache.js";

const loadedDataset = (free: () => void): LoadedDataset =>
  ({
    dataset: {},
    testReady: async () => {},
    hasTest: () => true,
    notices: () => [],
    free,
  }) as unknown as LoadedDataset;

test("data sets without a user are freed once, however many ask for it at the same time", async () => {
  const cache = new DatasetCache();
  const frees = [vi.fn(), vi.fn(), vi.fn()];
  const leases = await Promise.all(
    frees.map((free, key) => cache.acquire(String(key), async () => loadedDataset(free))),
  );
  await cache.freeUnused();
  for (const free of frees) expect(free).not.toHaveBeenCalled();
  leases[0]!.release();
  leases[1]!.release();
  await Promise.all([cache.freeUnused(), cache.freeUnused()]);
  expect(frees.map((free) => free.mock.calls.length)).toEqual([1, 1, 0]);
});
