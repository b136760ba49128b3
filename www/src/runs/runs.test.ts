import { describe, expect, test } from "vitest";

import {
  added,
  initialRuns,
  loaded,
  merged,
  noticeOf,
  pinned,
  removed,
  renamed,
  withCheckpoint,
  withTicked,
  type RunsState,
} from "../state/runs.js";
import { packRecord, unpackRecord, type StoredRun } from "./stored-run.js";

/** A run file of two steps; `size` more letters make it larger. */
function fileOf(check: string, size = 0): string {
  const trace = btoa(String.fromCharCode(...new Uint8Array(new Float32Array([2, 1]).buffer)));
  return JSON.stringify({
    link: "model=lenet5",
    check,
    steps: 10,
    engine: { label: "CPU" },
    data: { title: "Synthetic digits" },
    trace,
    scores: [],
    timings: { seconds: 4, steps: 2 },
    padding: "x".repeat(size),
  });
}

interface Part {
  check?: string;
  name?: string;
  size?: number;
  accuracy?: Float32Array<ArrayBuffer> | null;
  isFromFile?: boolean;
}

function newRun(id: string, { check = id, name = "", size = 0, accuracy = null, isFromFile = false }: Part = {}) {
  const values = { model: "lenet5", data: "digits", epochs: "5", steps: "0" };
  const text = fileOf(check, size);
  return { id, name, values, accuracy, stepsPerEpoch: null, text, autosave: null, isFromFile };
}

/** A run file of that run that says other things where its check covers nothing. */
function forged(check: string, scores: object[]) {
  const honest = newRun("forged", { check, isFromFile: true });
  const file: unknown = JSON.parse(honest.text);
  const lies = { scores, engine: { label: "Another" }, data: { title: "Other" }, timings: { seconds: 0.1, steps: 2 } };
  return { ...honest, text: JSON.stringify({ ...(file as object), ...lies }) };
}

const ALL_READ = { unreadable: 0, newer: 0, damaged: 0 };

let now = 0;
const add = (runs: RunsState, ...run: Parameters<typeof newRun>): RunsState => added(runs, newRun(...run), ++now);

describe("the list of runs", () => {
  test("has the latest first, and calls none of them anything by itself", () => {
    let runs = initialRuns;
    for (const id of ["a", "b", "c", "d", "e"]) runs = add(runs, id);
    expect(runs.list.map(({ id }) => id)).toEqual(["e", "d", "c", "b", "a"]);
    expect(runs.list.every(({ name }) => name === "")).toBe(true);
    expect(runs.list[0]).toMatchObject({ secondsPerStep: 2, seconds: 4, stepsPerEpoch: 2, steps: 10 });
  });

  test("has a run once: the same run with more steps, or with the same check, takes its place and keeps its name", () => {
    let runs = pinned(renamed(add(initialRuns, "a", { check: "1" }), "a", " Mine "), "a", true);
    runs = add(runs, "b");
    runs = add(runs, "a", { check: "2" });
    expect(runs.list.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(runs.list[0]).toMatchObject({ name: "Mine", pinned: true, check: "2" });
    runs = add(runs, "opened", { check: "2", name: "File", isFromFile: true });
    expect(runs.list.length).toBe(2);
    expect(runs.list[0]).toMatchObject({ id: "a", name: "Mine" });
  });

  test.each([[[]], [[{ step: 2, loss: 0, accuracy: 1, examples: 10 }]]])(
    "has of a run that was trained here nothing from a file: scores %j",
    (scores) => {
      const runs = add(initialRuns, "a", { check: "1", accuracy: new Float32Array([0.5, 0.75]) });
      const [trained] = runs.list;
      const opened = added(runs, forged("1", scores), ++now);
      expect(opened.list).toEqual([trained]);
      expect(opened.list[0]).toMatchObject({ isFromFile: false, engine: "CPU", data: "Synthetic digits", seconds: 4 });
    },
  );

  test("takes the place of a file's run once it is trained here, under its own id, with its name and letter", () => {
    const lies = forged("1", [{ step: 2, loss: 0, accuracy: 1, examples: 10 }]);
    let runs = withTicked(added(initialRuns, lies, ++now), "forged", false);
    expect(runs.list[0]).toMatchObject({ id: "forged", isFromFile: true });
    runs = pinned(renamed(runs, "forged", "Theirs"), "forged", true);
    runs = add(add(runs, "mine", { check: "middle" }), "mine", { check: "1" });
    expect(runs.list.map(({ id }) => id)).toEqual(["mine"]);
    expect(runs.list[0]).toMatchObject({ name: "Theirs", pinned: true, slot: 0, isFromFile: false, engine: "CPU" });
    expect(runs.list[0]!.scores).toEqual([]);
    expect([...runs.ticked]).toEqual([["mine", false]]);
  });

  test("has the same run under one id, where it was here with fewer steps and is there with as many", () => {
    let runs = pinned(add(add(initialRuns, "theirs", { check: "end" }), "mine", { check: "middle" }), "mine", true);
    runs = add(runs, "mine", { check: "end", accuracy: new Float32Array([0.5, 0.75]) });
    expect(runs.list.map(({ id }) => id)).toEqual(["theirs"]);
    expect(runs.list[0]).toMatchObject({ pinned: true, accuracy: new Float32Array([0.5, 0.75]) });
  });

  test("dates a run when it was trained, not when its file is opened again", () => {
    let runs = add(add(initialRuns, "a"), "b");
    const [, a] = runs.list;
    runs = add(runs, "opened", { check: "a", isFromFile: true });
    expect(runs.list.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(runs.list[1]!.when).toBe(a!.when);
    runs = add(runs, "a", { check: "more", accuracy: new Float32Array([1]) });
    expect(runs.list.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("puts a run first though the clock went back", () => {
    let runs = added(initialRuns, newRun("a"), 1e12);
    runs = added(runs, newRun("b"), 1);
    expect(runs.list.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(loaded(initialRuns, runs.list, new Map(), ALL_READ).list).toEqual(runs.list);
  });

  test("knows of a run what either kept of it", () => {
    const runs = add(initialRuns, "a", { accuracy: new Float32Array([0.25, 0.5]) });
    expect(add(runs, "b", { check: "a" }).list[0]!.accuracy).toEqual(new Float32Array([0.25, 0.5]));
    const resumed = add(runs, "a", { check: "more", accuracy: new Float32Array([NaN, 0.75]) });
    expect(resumed.list[0]!.accuracy).toEqual(new Float32Array([0.25, 0.75]));
  });

  test("gives each run a letter, which it keeps while it is in the list", () => {
    let runs = add(add(add(initialRuns, "a"), "b"), "c");
    const slots = () => Object.fromEntries(runs.list.map(({ id, slot }) => [id, slot]));
    expect(slots()).toEqual({ a: 0, b: 1, c: 2 });
    runs = withTicked(add(runs, "a", { check: "more" }), "b", false);
    expect(slots()).toEqual({ a: 0, b: 1, c: 2 });
    runs = add(removed(runs, "b"), "d");
    expect(slots()).toEqual({ a: 0, c: 2, d: 1 });
    // Another tab gave the same letter meanwhile.
    runs = merged(runs, { ...runs.list[0]!, id: "e", slot: 0, when: 1e13 }, undefined);
    expect(slots()).toEqual({ a: 0, c: 2, d: 1, e: 3 });
  });

  test("keeps the networks of the latest runs, and of those that are pinned", () => {
    let runs = pinned(add(add(add(initialRuns, "a"), "b"), "c"), "a", true);
    for (const id of ["a", "b"]) runs = withCheckpoint(runs, id, { step: 2, bytes: 50e6 });
    expect(noticeOf(runs)).toBe("");
    runs = withCheckpoint(runs, "c", { step: 2, bytes: 50e6 });
    expect([...runs.checkpoints.keys()]).toEqual(["a", "c"]);
    expect(noticeOf(runs)).toBe(
      "The networks of the list take 128.0 MB at most: of B the weights are not kept, its curves stay.",
    );
    expect(withCheckpoint(runs, "gone", { step: 2, bytes: 1 }).checkpoints).toBe(runs.checkpoints);
    expect([...removed(runs, "a").checkpoints.keys()]).toEqual(["c"]);
    expect([...withCheckpoint(runs, "b", { step: 2, bytes: 129e6 }).checkpoints.keys()]).toEqual(["a", "c"]);
  });

  test("gives up the oldest that is not pinned when there are more than 20", () => {
    let runs = pinned(add(initialRuns, "pinned"), "pinned", true);
    for (let number = 1; number <= 20; number++) runs = add(runs, `run ${number}`, { name: `run ${number}` });
    expect(runs.list.length).toBe(20);
    expect(runs.list.some(({ id }) => id === "pinned")).toBe(true);
    expect(runs.list.some(({ id }) => id === "run 1")).toBe(false);
    expect(noticeOf(runs)).toBe(
      "The list holds 20 runs of 32.0 MB together: B (“run 1”) went, the oldest that nobody keeps.",
    );
    expect(noticeOf(add(runs, "run 20", { check: "other" }))).toBe("");
  });

  test("gives up runs when they are too large together", () => {
    let runs = initialRuns;
    for (const id of ["a", "b", "c"]) runs = add(runs, id, { size: 12e6 });
    expect(runs.list.map(({ id }) => id)).toEqual(["c", "b"]);
  });

  test("keeps a person's ticks, and forgets those of what is removed", () => {
    let runs = withTicked(add(add(initialRuns, "a"), "b"), "a", false);
    expect([...runs.ticked]).toEqual([["a", false]]);
    runs = add(runs, "a", { check: "more" });
    expect([...runs.ticked]).toEqual([["a", false]]);
    expect(removed(runs, "a").ticked.size).toBe(0);
    expect(removed(runs, "unknown").list).toEqual(runs.list);
  });

  test("a name that is taken away leaves what differs, and one of 10,000 characters is cut in what is said of it", () => {
    let runs = renamed(add(initialRuns, "a"), "a", "Mine");
    runs = renamed(runs, "a", "  ");
    expect(runs.list[0]!.name).toBe("");
    runs = renamed(runs, "a", "n".repeat(10_000));
    expect(runs.list[0]!.name.length).toBe(10_000);
    for (let number = 1; number <= 20; number++) runs = add(runs, `run ${number}`);
    expect(noticeOf(runs)).toBe(
      `The list holds 20 runs of 32.0 MB together: A (“${"n".repeat(59)}…”) went, the oldest that nobody keeps.`,
    );
  });

  test("of an earlier visit it tells what was damaged", () => {
    const earlier = ["a", "b", "c"].reduce((runs, id) => add(runs, id), initialRuns).list;
    const runs = loaded(initialRuns, [...earlier].reverse(), new Map(), { unreadable: 1, newer: 2, damaged: 3 });
    expect(runs.list).toEqual(earlier);
    expect(noticeOf(runs)).toBe(
      "One of the kept runs cannot be read now. It is left as it is. " +
        "2 of the kept runs are of a newer version of this page. They are left as they are. " +
        "3 of the kept runs are damaged. Their files are set aside.",
    );
    expect(noticeOf(loaded(initialRuns, earlier, new Map(), ALL_READ))).toBe("");
  });
});

test("a run is read as it was written", () => {
  const [run] = add(initialRuns, "a").list as [StoredRun];
  const record = { ...run, accuracy: new Float32Array([0.25, 0.5]) };
  const read = unpackRecord(packRecord(record), true);
  expect(read.isFromFile).toBe(false);
  expect(unpackRecord(packRecord(record), false).isFromFile).toBe(true);
  expect(read).toMatchObject({ id: "a", name: run.name, text: run.text, values: run.values });
  expect([...read.accuracy!]).toEqual([0.25, 0.5]);
  expect([...read.curves.loss.subarray(0, 2)]).toEqual([2, 1]);
});
