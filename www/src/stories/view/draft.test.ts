import { expect, test } from "vitest";

import { DEFAULT_CLOSING } from "../closing/default.js";
import { SKIPS } from "../testing.js";
import { readClosing, readSeeds, withoutRecipe, withRecipe } from "./draft.js";

test("sentences that cannot be filled are told, and the others stand", () => {
  expect(readClosing("Without {test plain}.\n\n {oops} ", ["plain"])).toEqual({
    sound: ["Without {test plain}."],
    wrong: ["“{oops}” is none that a closing sentence can have."],
  });
  expect(readClosing(" \n", ["plain"])).toEqual({ sound: DEFAULT_CLOSING, wrong: [] });
});

test("seeds are a few different whole numbers", () => {
  expect(readSeeds("1, 2,3")).toEqual([1, 2, 3]);
  for (const text of ["", "1, 1", "one", "1.5", "1,2,3,4,5,6"]) expect(readSeeds(text), text).toBeNull();
});

test("a recipe gets an id of its name, which no other has", () => {
  const link = "model=resnet-8&lr=0.2&v=1";
  const added = withRecipe(SKIPS, "Learning rate 0.2", link)!;
  expect(added.recipes.at(-1)).toEqual({ id: "learningrate02", name: "Learning rate 0.2", link });
  expect(withRecipe(SKIPS, "plain", link)?.recipes.at(-1)?.id).toBe("plain3");
  expect(withRecipe(SKIPS, "all", link)?.recipes.at(-1)?.id).toBe("all3");
  expect(withRecipe(SKIPS, "…", link)?.recipes.at(-1)?.id).toBe("recipe3");
  expect(withRecipe(SKIPS, "x".repeat(10_000), link)?.recipes.at(-1)).toMatchObject({
    id: "x".repeat(15),
    name: "x".repeat(30),
  });
});

test("the same settings are not added twice, nor more than a story has", () => {
  expect(withRecipe(SKIPS, "again", SKIPS.recipes[0]!.link)).toBeNull();
  const full = [3, 4].reduce((story, at) => withRecipe(story, "more", `model=resnet-8&lr=${at}&v=1`)!, SKIPS);
  expect(withRecipe(full, "fifth", "model=resnet-8&lr=5&v=1")).toBeNull();
});

test("a recipe that is removed takes along the sentences that speak of it", () => {
  const closing = ["{test plain}", "{test skips}"];
  const left = withoutRecipe({ ...SKIPS, closing }, "plain");
  expect([left.recipes.map(({ id }) => id), left.closing]).toEqual([["skips"], ["{test skips}"]]);
});
