import { expect, test } from "vitest";

import type { ParsedLink } from "../../module.js";
import type { CustomDatasetInfo } from "../../protocol.js";
import { FakeBench } from "../testing.js";
import { areMissing } from "./missing.js";

function benchOn(values: Record<string, string>): FakeBench {
  const fake = new FakeBench();
  fake.state.stores.recipe.update({ parsed: { values } as unknown as ParsedLink });
  fake.choose();
  return fake;
}

test("images are missing until those that the recipe names are here", () => {
  const { state } = benchOn({ data: "own", own: "" });
  expect(areMissing(state)).toBe(true);
  const { recipe, customDataset } = state.stores;
  customDataset.update({ dataset: { digest: "a1" } as CustomDatasetInfo });
  recipe.update({ parsed: { values: { data: "own", own: "b2" } } as unknown as ParsedLink });
  expect(areMissing(state)).toBe(true);
  recipe.update({ parsed: { values: { data: "own", own: "a1" } } as unknown as ParsedLink });
  expect(areMissing(state)).toBe(false);
});

test("none are missing of another data set, nor of a run that is trained", () => {
  expect(areMissing(benchOn({ data: "digits" }).state)).toBe(false);
  const trained = benchOn({ data: "own", own: "" });
  trained.prepare();
  trained.train(3);
  expect(areMissing(trained.state)).toBe(false);
  trained.pause();
  expect(areMissing(trained.state)).toBe(false);
});
