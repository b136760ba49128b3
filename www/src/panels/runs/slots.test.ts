import { expect, test } from "vitest";

import type { StoredRun } from "../../runs/stored-run.js";
import { Slots } from "./slots.js";

const run = (id: string): StoredRun => ({ id }) as StoredRun;
const [oldest, middle, latest] = [run("oldest"), run("middle"), run("latest")];
const ids = (lines: readonly { run: StoredRun; slot: number }[]) => lines.map(({ run, slot }) => `${slot} ${run.id}`);

test("the oldest run has the first slot, and runs that are not shown have none", () => {
  const slots = new Slots();
  expect(ids(slots.assign([latest, middle, oldest], new Set(["oldest", "latest"])))).toEqual(["0 oldest", "1 latest"]);
  expect(slots.of("middle")).toBeNull();
});

test("a run keeps its slot while it is shown, and a slot that was given up is taken by the next", () => {
  const slots = new Slots();
  slots.assign([middle, oldest], new Set(["oldest", "middle"]));
  expect(ids(slots.assign([middle, oldest], new Set(["middle"])))).toEqual(["1 middle"]);
  expect(ids(slots.assign([latest, middle, oldest], new Set(["middle", "latest"])))).toEqual(["0 latest", "1 middle"]);
});

test("where nothing changed the lines are the same array, so that nothing is drawn anew", () => {
  const slots = new Slots();
  const before = slots.assign([oldest], new Set(["oldest"]));
  expect(slots.assign([latest, oldest], new Set(["oldest"]))).toBe(before);
  expect(slots.assign([run("oldest")], new Set(["oldest"]))).not.toBe(before);
});
