import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeStorage } from "../../../../crate/js/tests/fake-storage.js";
import { measure, removeDatasets, removeWeights } from "./stored.js";

let files: FakeStorage;
let cached: Map<string, number>;

beforeEach(() => {
  files = new FakeStorage();
  files.install();
  cached = new Map([
    ["/bunsen-data/mnist/a", 100],
    ["/bunsen-data/mnist/b", 20],
  ]);
  const cache = {
    keys: async () => [...cached.keys()],
    matchAll: async () =>
      [...cached.values()].map((bytes) => new Response("", { headers: { "content-length": `${bytes}` } })),
    delete: async (key: string) => cached.delete(key),
  };
  vi.stubGlobal("caches", { open: async () => cache });
  files.put("bunsen-downloads-v1", "a.part", new Uint8Array(3));
  files.put("bunsen-own-v1", "d.images", new Uint8Array(40));
  files.put("bunsen-own-v1", "e.images.bad", new Uint8Array(1));
  files.put("bunsen-runs-v1", "a.json", new Uint8Array(300));
  files.put("bunsen-weights-v1", "d.safetensors", new Uint8Array(200));
  files.put("bunsen-checkpoints-v1", "recipe.run.2.digest.safetensors", new Uint8Array(6_000));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("bytes are counted by kind", async () => {
  expect(await measure()).toEqual({ datasets: 123, images: 41, runs: 6_500 });
});

test("data sets are removed with what came of unfinished ones, and nothing else", async () => {
  await removeDatasets();
  expect(await measure()).toEqual({ datasets: 0, images: 41, runs: 6_500 });
});

test("files of weights are counted with the runs that start from them, and removed with them", async () => {
  await removeWeights();
  expect(await measure()).toEqual({ datasets: 123, images: 41, runs: 6_300 });
});
