import { expect, test } from "vitest";

import type { StoredRun } from "../../runs/stored-run.js";
import { linesOf } from "./lines.js";

const run = (id: string, slot: number): StoredRun => ({ id, slot }) as StoredRun;
const [oldest, middle, latest] = [run("oldest", 0), run("middle", 1), run("latest", 2)];

test("runs that are shown stand in the order of their letters", () => {
  const lines = linesOf([latest, middle, oldest], new Set(["latest", "oldest"]), []);
  expect(lines).toEqual([
    { run: oldest, slot: 0 },
    { run: latest, slot: 2 },
  ]);
});

test("where nothing changed the lines are the same array, so that nothing is drawn anew", () => {
  const before = linesOf([oldest], new Set(["oldest"]), []);
  expect(linesOf([latest, oldest], new Set(["oldest"]), before)).toBe(before);
  expect(linesOf([run("oldest", 0)], new Set(["oldest"]), before)).not.toBe(before);
});
