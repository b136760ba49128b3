import { expect, test } from "vitest";

import type { Field } from "../module.js";
import type { Failure } from "../protocol.js";
import type { RunState } from "./run-state.js";
import { isOfTraining, isTrained, sharesNetwork, trainsAgain } from "./trained.js";

const FIELDS = [
  { key: "model", group: "network" },
  { key: "data", group: "data" },
  { key: "width", group: "network" },
  { key: "size", group: "data" },
  { key: "subset", group: "data" },
  { key: "aug", group: "data" },
  { key: "lr", group: "training" },
  { key: "seed", group: "run" },
] as Field[];

const why = { kind: "nan", message: "No number.", during: "training" } as Failure;
const result = { check: "", checkedLink: null };
const suspended = { phase: "suspended", why, goal: null, result: null } as const;

test("a network is trained where its run stands past step 0, and can be used", () => {
  const trained: RunState<string>[] = [
    { phase: "finished", prepared: "run", result },
    { phase: "paused", prepared: "run" },
    { ...suspended, prepared: "run" },
  ];
  for (const run of trained) expect([isTrained(run, 1), isTrained(run, 0)], run.phase).toEqual([true, false]);
  const others: RunState<string>[] = [
    { phase: "none", reason: "opening" },
    { phase: "ready", prepared: "run" },
    { phase: "preparing", goal: "end", pausing: false, prepared: "run" },
    { phase: "training", goal: "end", pausing: false, prepared: "run" },
    { ...suspended, prepared: null },
    { phase: "dead", why, goal: null, prepared: "run", result },
  ];
  for (const run of others) expect(isTrained(run, 1), run.phase).toBe(false);
});

test("a network and its data are other ones where more than its training is changed", () => {
  const of = ["model", "data", "width", "size", "unheard-of"].map((key) => isOfTraining(key, FIELDS));
  expect(of).toEqual([false, false, false, false, false]);
  expect(["subset", "aug", "lr", "seed"].every((key) => isOfTraining(key, FIELDS))).toBe(true);
  const values = { model: "mlp", lr: "0.1", seed: "1" };
  expect(sharesNetwork(values, { ...values, lr: "0.2" }, FIELDS)).toBe(true);
  // What only one of them has, as the momentum of another optimizer.
  expect(sharesNetwork(values, { model: "mlp", lr: "0.1" }, FIELDS)).toBe(true);
  expect(sharesNetwork(values, { ...values, width: "3" }, FIELDS)).toBe(false);
});

test("a new network is trained after a run's end, and where settings were changed", () => {
  const same = { next: null, nextRefusal: null, isReading: false };
  const paused = { phase: "paused", prepared: "run" } as const;
  const finished = { phase: "finished", prepared: "run", result } as const;
  expect(trainsAgain(paused, same)).toEqual({ isOffered: false, isPossible: true });
  expect(trainsAgain(finished, same)).toEqual({ isOffered: true, isPossible: true });
  expect(trainsAgain(paused, { ...same, next: {} })).toEqual({ isOffered: true, isPossible: true });
  expect(trainsAgain(finished, { ...same, nextRefusal: {} })).toEqual({ isOffered: true, isPossible: false });
});
