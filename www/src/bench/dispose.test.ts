/** A bench that is disposed of leaves nothing behind: no worker, no listener, no timer. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Bench } from "./bench.js";
import { checkpointOf, parsedLink, readyRun } from "./bench-each.js";
import { CPU, FakeWorkers, GPU, reports, stubPage } from "./testing.js";

class Channel {
  static open = 0;
  onmessage: unknown;
  constructor() {
    Channel.open += 1;
  }
  postMessage(): void {}
  close(): void {
    Channel.open -= 1;
  }
}

let workers: FakeWorkers;
let bench: Bench;
/** The page's listeners. */
let listeners: Set<unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  stubPage();
  listeners = new Set();
  vi.stubGlobal("addEventListener", (_: string, listener: unknown) => listeners.add(listener));
  vi.stubGlobal("removeEventListener", (_: string, listener: unknown) => listeners.delete(listener));
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => ({}) } });
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const id = (): number => bench.state.runId;

/** Trains so long that the GPU engine is measured beside it. */
async function train(): Promise<void> {
  const [first] = workers.all;
  const parsed = parsedLink();
  first!.handle({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  first!.handle({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
  first!.handle({ type: "prepared", id: id(), run: readyRun() });
  bench.train();
  first!.handle({ type: "started", id: id() });
  first!.handle({ type: "reports", id: id(), reports: reports(40, 0.1) });
  await vi.advanceTimersByTimeAsync(0);
}

/** The GPU engine is the faster one, and takes the run over. */
async function handOver(): Promise<void> {
  await train();
  const [first, second] = workers.all;
  second!.results.measure = 5_000;
  second!.handle({ type: "opened", engine: GPU, fields: [], layerKinds: [] });
  const parsed = parsedLink();
  second!.handle({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
  await vi.advanceTimersByTimeAsync(0);
  first!.handle({ type: "handedOver", id: id(), checkpoint: checkpointOf(44) });
}

test("ends the worker that trains, and the one that is measured", async () => {
  await train();
  expect(workers.running.length).toBe(2);
  bench.dispose();
  expect(workers.running).toEqual([]);
});

test("ends the worker that handed the run over, and the one that has it", async () => {
  await handOver();
  expect(workers.running.length).toBe(2);
  bench.dispose();
  expect(workers.running).toEqual([]);
});

test("listens neither to the page nor to other tabs", () => {
  expect([listeners.size, Channel.open]).toEqual([1, 1]);
  bench.dispose();
  expect([listeners.size, Channel.open]).toEqual([0, 0]);
});

test("waits for nothing any more", async () => {
  await train();
  workers.all[0]!.handle({ type: "checkpoint", id: id(), checkpoint: checkpointOf(3) });
  workers.all[0]!.handle({ type: "reports", id: id(), reports: reports(1, 0.1, 41) });
  bench.pause();
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  bench.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test("tells its worker nothing, and hears nothing of it", async () => {
  await train();
  const [first] = workers.all;
  bench.dispose();
  const { length } = first!.sent;
  bench.showPanel("inside-panel", true);
  bench.showPanel("compare-runs", true);
  first!.handle({ type: "paused", id: id() });
  await vi.advanceTimersByTimeAsync(0);
  expect(first!.sent.length).toBe(length);
  expect(bench.state.run.phase).toBe("training");
  expect(vi.getTimerCount()).toBe(0);
});
