import { expect, test, vi } from "vitest";

import type { Lab } from "../../../module.js";
import { CustomDatasets } from "./custom-datasets.js";

test("images that are forgotten are held neither by the storage nor by the lab, but for those of the recipe", async () => {
  const stored = new Set(["a", "b", "c"]);
  class CustomDatasetStorage {
    list = async () => [...stored].map((digest) => ({ digest, bytes: 1 }));
    remove = async (digest: string) => void stored.delete(digest);
  }
  const held: string[] = ["a", "b", "c", "d"];
  const lab = {
    removeCustomDataset: (digest: string) => void held.splice(held.indexOf(digest), 1),
    addCustomDataset: (_: Uint8Array, digest: string) => ({ digest }),
  } as unknown as Lab;
  const post = vi.fn();
  const datasets = new CustomDatasets({ CustomDatasetStorage } as never, lab, post);
  await datasets.removeStored("b");
  expect(held).toEqual(["b", "d"]);
  expect(post).toHaveBeenLastCalledWith({ type: "storedDatasets", stored: [], notice: null });
});
