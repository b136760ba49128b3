import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { EngineProbe } from "./engine-probe.js";
import { EngineSelector } from "./engine-selector.js";
import { FakeWorkers, GPU, plan, reports, settle } from "./testing.js";

let workers: FakeWorkers;
let reasons: string[];
let faster: EngineProbe[];
let selector: EngineSelector;
let adapter: object | null;

beforeEach(() => {
  adapter = {};
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });
  workers = new FakeWorkers();
  reasons = [];
  faster = [];
  selector = new EngineSelector({
    startWorker: workers.start,
    onReason: (reason) => reasons.push(reason),
    onFaster: (probe) => faster.push(probe),
  });
});

afterEach(() => void vi.unstubAllGlobals());

const watch = (steps?: number): void =>
  selector.watch({ network: "lenet5", plan: plan(steps), opening: { id: 1, link: "model=lenet5" } as never });

/** A GPU that trains so many images a second answers the probe. */
async function answer(rate: number): Promise<void> {
  const probe = workers.last;
  probe.results.measure = rate;
  probe.handle({ type: "opened", engine: GPU, fields: [], layerKinds: [] });
  probe.handle({ type: "chosen", id: 1, parsed: {} as never, description: {} as never, stack: null });
  await settle();
}

test("a run of seconds is not worth another engine", async () => {
  watch(50);
  selector.add(reports(40, 0.1));
  await settle();
  expect(workers.all).toEqual([]);
  expect(reasons.at(-1)).toBe("CPU: 1,000 images/s at the start; a GPU was not tried for so short a run");
});

test("nothing is measured before the CPU engine has trained for three seconds", async () => {
  watch();
  selector.add(reports(29, 0.1));
  await settle();
  expect([workers.all.length, reasons.length]).toEqual([0, 0]);
});

test("a GPU that is clearly faster takes the run over, and is remembered for that network", async () => {
  watch();
  selector.add(reports(40, 0.1));
  await settle();
  expect(reasons.at(-1)).toBe("CPU: 1,000 images/s at the start; measuring WebGPU beside it");
  expect(workers.last.sent[0]).toMatchObject({ type: "open", engine: "gpu", link: "model=lenet5" });
  await answer(5_000);
  expect(faster.length).toBe(1);
  expect(selector.prefersGpu("lenet5")).toBe(true);
  expect(selector.prefersGpu("vgg-8")).toBe(false);
  expect(selector.reason("lenet5")).toBe("CPU: 1,000 images/s at the start; GPU (a card): 5,000");
  // Its worker is the run's from now on.
  selector.stop();
  expect(workers.last.ended).toBe(false);
});

test("a GPU that is not clearly faster is ended, and not tried again", async () => {
  watch();
  selector.add(reports(40, 0.1));
  await settle();
  await answer(1_200);
  expect(faster).toEqual([]);
  expect(workers.running).toEqual([]);
  watch();
  selector.add(reports(40, 0.1));
  await settle();
  expect(workers.all.length).toBe(1);
  expect(reasons.at(-1)).toBe("CPU: 1,000 images/s at the start; GPU (a card): 1,200");
});

test("without an adapter no worker is started", async () => {
  vi.useFakeTimers();
  adapter = null;
  watch();
  selector.add(reports(40, 0.1));
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(workers.all).toEqual([]);
  expect(reasons.at(-1)).toContain("WebGPU finds no graphics adapter here");
});

test("a GPU that fails its self-test is not tried again; a build that is not there yet is", async () => {
  for (const [kind, expected] of [
    ["self-test", 1],
    ["engine", 2],
  ] as const) {
    const before = workers.all.length;
    const network = kind;
    const opening = { id: 1 } as never;
    for (let round = 0; round < 2; round++) {
      selector.watch({ network, plan: plan(), opening });
      selector.add(reports(40, 0.1));
      await settle();
      if (workers.all.length === before + round + 1) {
        const failure = { kind, message: "It cannot be used. There is more.", during: "preparing" } as const;
        workers.last.handle({ type: "failed", id: 1, failure });
      }
      await settle();
    }
    expect(workers.all.length - before).toBe(expected);
    expect(reasons.at(-1)).toBe("CPU: 1,000 images/s at the start; WebGPU could not be used (It cannot be used)");
  }
  expect(workers.running).toEqual([]);
});

test("Pause breaks the measuring off, and no worker stays", async () => {
  watch();
  selector.add(reports(40, 0.1));
  await settle();
  selector.stop();
  expect(workers.running).toEqual([]);
  expect(reasons.at(-1)).toContain("measuring WebGPU was broken off");
  await answer(5_000);
  expect(faster).toEqual([]);
});

test("a run that ends while WebGPU is measured stays where it is", async () => {
  watch();
  selector.add(reports(40, 0.1));
  await settle();
  selector.finish();
  expect(workers.running).toEqual([]);
  expect(reasons.at(-1)).toContain("the run was over before WebGPU was measured");
});
