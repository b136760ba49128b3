// A run that stopped and was kept: what Train and Reset do beside it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { stoppedRunOf } from "../app/stopped-run.js";
import type { WorkerEvent } from "../protocol.js";
import { Bench } from "./bench.js";
import { checkpoint, chosen, FakeWorkers, readyRun, STOPPED, stubPage } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
});

afterEach(() => {
  bench.dispose();
  vi.unstubAllGlobals();
});

const id = (): number => bench.state.runId;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const prepared = (): void => say({ type: "prepared", id: id(), run: readyRun(100, 0) });

function choose(): void {
  say(chosen(id()));
  prepared();
}

describe("Train before it is known whether a run stopped", () => {
  test("asks for it, and the run that stopped is on offer", () => {
    bench.train();
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "train", unlessStopped: true });
    choose();
    expect(bench.state.run.phase).toBe("preparing");
    say({ type: "stoppedRun", id: id(), stopped: STOPPED });
    say({ type: "offered", id: id() });
    expect(stoppedRunOf(bench.state)).toEqual(STOPPED);
    bench.resume();
    expect(workers.last.sent.at(-1)).toEqual({ type: "resume", stopped: STOPPED });
  });

  test("keeps the run that the worker has prepared meanwhile, and trains it", () => {
    bench.train();
    choose();
    prepared();
    say({ type: "stoppedRun", id: id(), stopped: STOPPED });
    say({ type: "offered", id: id() });
    expect(bench.state.plan).not.toBeNull();
    bench.startAnew();
    say({ type: "started", id: id() });
    expect(bench.state.run.phase).toBe("training");
  });

  test("is asked no more once that is known, or the run is to start anew", () => {
    choose();
    say({ type: "stoppedRun", id: id(), stopped: null });
    bench.train();
    expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: null });
    bench.reset();
    bench.startAnew();
    expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: null });
  });
});

test("Reset of a run that went on from what was kept is at once: that is the same run", () => {
  choose();
  say({ type: "stoppedRun", id: id(), stopped: STOPPED });
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(4) });
  const before = id();
  bench.reset();
  expect(id()).toBe(before + 1);
  expect(workers.last.commands.slice(-2)).toEqual(["forgetStopped", "choose"]);
});
