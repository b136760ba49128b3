import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { WorkerEvent } from "../protocol.js";
import { Bench } from "./bench.js";
import { CPU, FakeWorkers, plan, stubPage } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers();
  stubPage();
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  chosen();
  const data = { name: "digits", digest: "d", classes: [], channels: 1, height: 28, width: 28 };
  const ready = { plan: plan(), data, notices: [], examples: [], augmented: [], normalization: null };
  say({ type: "prepared", id: bench.state.runId, run: { ...ready, losses: new Float32Array() } as never });
  bench.train();
  say({ type: "started", id: bench.state.runId });
});

afterEach(() => {
  bench.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function say(event: WorkerEvent): void {
  workers.last.handle(event);
}

function chosen(): void {
  const parsed = { link: "model=lenet5", values: { model: "lenet5" }, defaults: {}, notices: [] } as never;
  say({ type: "chosen", id: bench.state.runId, parsed, description: {} as never, stack: null });
}

const checkpoint = { step: 7, bytes: new Uint8Array(1), run: "name", computedHere: true };
const waitsFor = () => bench.state.engine.waitsFor;

test("a Pause that takes effect within a second is not a word worth", () => {
  bench.pause();
  vi.advanceTimersByTime(900);
  say({ type: "paused", id: bench.state.runId });
  vi.advanceTimersByTime(10_000);
  expect(waitsFor()).toBeNull();
});

test("a Pause that waits for a step is said to, until it takes effect", () => {
  bench.pause();
  vi.advanceTimersByTime(1_000);
  expect(waitsFor()).toBe("step");
  say({ type: "reports", id: bench.state.runId, reports: [] });
  expect(waitsFor()).toBe("step");
  say({ type: "paused", id: bench.state.runId });
  expect(waitsFor()).toBeNull();
});

test("so is one that waits for a score", () => {
  say({ type: "scoring", id: bench.state.runId, progress: { done: 0, of: 100 } });
  bench.pause();
  vi.advanceTimersByTime(1_000);
  expect(waitsFor()).toBe("scoring");
});

test("a worker that is stopped while Pause waits is followed by one where the last checkpoint stands", () => {
  say({ type: "checkpoint", id: bench.state.runId, checkpoint });
  bench.pause();
  vi.advanceTimersByTime(1_000);
  bench.stopWorker();
  expect(waitsFor()).toBeNull();
  expect(workers.all[0]!.ended).toBe(true);
  expect(workers.last.sent).toMatchObject([{ type: "open" }, { type: "train", goal: 0, checkpoint }]);
});

test("another choice, and Reset, wait too; a worker that is stopped then is followed by one with that choice", () => {
  say({ type: "checkpoint", id: bench.state.runId, checkpoint });
  bench.reset();
  vi.advanceTimersByTime(500);
  bench.recipe.openLink("model=lenet5&seed=9");
  vi.advanceTimersByTime(500);
  expect(waitsFor()).toBe("step");
  bench.stopWorker();
  expect(workers.last.sent).toMatchObject([{ type: "open", link: "model=lenet5&seed=9" }]);
  vi.advanceTimersByTime(10_000);
  expect(waitsFor()).toBeNull();
  chosen();
  expect(bench.state.run.phase).toBe("ready");
});
