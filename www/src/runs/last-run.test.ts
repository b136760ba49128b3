import { expect, test } from "vitest";

import { lastOfEarlier } from "./last-run.js";
import type { StoredRun } from "./stored-run.js";

const run = (id: string, data = "digits", isFromFile = false): StoredRun =>
  ({ id, values: { data }, isFromFile }) as unknown as StoredRun;

/** The latest first. */
const LIST = [run("this visit"), run("a file", "digits", true), run("shapes", "shapes"), run("b"), run("a")];
const earlier = new Set(["a file", "shapes", "b", "a"]);

test.each([
  ["the latest of an earlier visit that was trained here", "digits", "this visit", "b"],
  ["not the one that goes on", "digits", "b", "a"],
  ["on the recipe's data alone", "shapes", "this visit", "shapes"],
  ["none, where there are none of them", "fashion", "this visit", undefined],
])("the last run is %s", (_, data, atHand, expected) => {
  expect(lastOfEarlier({ list: LIST, earlier, atHand }, { data })?.id).toBe(expected);
});

test("a run that was removed is none of them", () => {
  const list = LIST.filter(({ id }) => id !== "b");
  expect(lastOfEarlier({ list, earlier, atHand: "" }, { data: "digits" })?.id).toBe("a");
});
