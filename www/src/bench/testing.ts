import { vi } from "vitest";

import type { Plan, Report, Score, StoppedRun } from "../module.js";
import type { Command, Engine, ReadyRun, Requests, WorkerEvent } from "../protocol.js";
import type { EngineWorker, StartWorker } from "./engine-worker.js";

/** A worker that is told what to say. */
export class FakeWorker implements EngineWorker {
  handle: (event: WorkerEvent) => void;
  readonly sent: Command[] = [];
  readonly requested: { method: keyof Requests; params: unknown }[] = [];
  ended = false;
  /** What requests are answered with; those that are not here stay open. */
  readonly results: Partial<{ [K in keyof Requests]: Requests[K]["result"] }> = {};

  constructor(handle: (event: WorkerEvent) => void) {
    this.handle = handle;
  }

  send(command: Command): void {
    this.sent.push(command);
  }

  async request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    this.requested.push({ method, params });
    if (!(method in this.results)) return new Promise(() => {});
    return this.results[method] as Requests[K]["result"];
  }

  end(): void {
    this.ended = true;
  }

  /** The types of the commands, in their order. */
  get commands(): string[] {
    return this.sent.map(({ type }) => type);
  }
}

/** Starts fake workers, and has all of them. */
export class FakeWorkers {
  readonly all: FakeWorker[] = [];
  readonly start: StartWorker = (handle) => {
    const worker = new FakeWorker(handle);
    this.all.push(worker);
    return worker;
  };

  get last(): FakeWorker {
    return this.all.at(-1)!;
  }

  /** Those that were not ended. */
  get running(): FakeWorker[] {
    return this.all.filter(({ ended }) => !ended);
  }
}

/** A browser's worker that does nothing. */
export class SilentWorker {
  onmessage: (message: { data: unknown }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  onmessageerror = (): void => {};
  posted: { type: string }[] = [];
  terminated = false;
  postMessage(message: { type: string }): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
}

export const CPU = { kind: "cpu", label: "CPU", workers: 2, why: "it was asked for" } as unknown as Engine;
export const GPU = { kind: "gpu", label: "GPU", adapter: "a card", why: "it was asked for" } as unknown as Engine;

export const plan = (steps = 100_000): Plan =>
  ({ link: "model=lenet5", steps, batch: 100, done: 0 }) as unknown as Plan;

/** So many steps, each of which took so long. */
export function reports(count: number, secondsPerStep: number, first = 1): Report[] {
  return Array.from({ length: count }, (_, at) => {
    return { step: first + at, loss: 1, accuracy: 0.5, imagesPerSecond: 100 / secondsPerStep } as Report;
  });
}

/** What the page needs of a browser, that Node does not have. */
export function stubPage(): void {
  const listeners = new Map<string, () => void>();
  const earlier: string[] = [];
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("parent", globalThis);
  vi.stubGlobal("location", { hash: "", href: "http://localhost/" });
  vi.stubGlobal("document", { baseURI: "http://localhost/" });
  vi.stubGlobal("history", {
    state: null,
    replaceState: (_: unknown, __: string, address: string) => (location.hash = address),
    pushState: (_: unknown, __: string, address: string) => {
      earlier.push(location.hash);
      location.hash = address;
    },
    back: () => {
      location.hash = earlier.pop() ?? "";
      listeners.get("hashchange")?.();
    },
  });
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
  vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
  vi.stubGlobal("dispatchHashChange", () => listeners.get("hashchange")?.());
}

/** Lets promises settle. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The worker has taken a recipe. */
export function chosen(id: number): WorkerEvent {
  const parsed = { link: "model=lenet5", values: { model: "lenet5" }, defaults: {}, notices: [] } as never;
  return { type: "chosen", id, parsed, description: {} as never, stack: null };
}

/** A run that was interrupted. */
export const STOPPED: StoppedRun = { run: "name", step: 3, written: 0, sealed: true };

export const SCORE = { step: 2, loss: 1, accuracy: 0.5, examples: 10, confusion: [] } as unknown as Score;

export const checkpoint = (step: number) => ({ step, bytes: new Uint8Array([step]), run: "name", computedHere: true });

/** What a worker answers where a run file of the run so far is asked for: `steps` of `all` are done. */
export function answeredRunFile(steps: number, all: number) {
  const text = JSON.stringify({
    link: "model=lenet5",
    check: String(steps),
    steps: all,
    engine: { label: "CPU" },
    data: { title: "Digits" },
    trace: btoa(String.fromCharCode(...new Uint8Array(new Float32Array(steps).fill(1).buffer))),
    scores: [{ step: 2, loss: 1, accuracy: 0.5, examples: 10 }],
    timings: { seconds: 1, steps },
  });
  return { step: steps, text, values: { model: "lenet5" }, stepsPerEpoch: 10, milliseconds: 1 };
}

/** A run of so many steps that is prepared, some of them done. */
export function readyRun(steps: number, done: number): ReadyRun {
  const run = {
    plan: { ...plan(steps), done },
    data: { name: "digits", digest: "d", classes: [], channels: 1, height: 28, width: 28 },
    notices: [],
    examples: [],
    augmented: [],
    normalization: null,
    losses: new Float32Array(done).fill(1),
  };
  return run as unknown as ReadyRun;
}
