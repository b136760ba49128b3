/**
 * Seeded walks of the page and its worker together: a person's acts and faults, at any moment. None ends in a state that
 * cannot go on, none falls behind the last checkpoint, and each can be brought to its end.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { stoppedRunOf } from "../app/stopped-run.js";
import type { Command, Requests, WorkerEvent } from "../protocol.js";
import { RequestClient } from "../rpc/client.js";
import type { RequestMessage, ResponseMessage } from "../rpc/protocol.js";
import { isLocked } from "../state/run-state.js";
import { Inbox, macrotask } from "../worker/inbox.js";
import { ModuleError, behaviour } from "../worker/testing.js";
import { Bench } from "./bench.js";
import type { EngineWorker } from "./engine-worker.js";
import { stubPage } from "./testing.js";

/** Walks of a group, and groups. */
const WALKS = 30;
const GROUPS = 10;
const EVENTS = 30;
const LENGTHS = { steps: 40, stepsPerEpoch: 5 };
const MODULE = new URL("../worker/testing.ts", import.meta.url).href;

type Message = WorkerEvent | ResponseMessage;

/** The page's types know nothing of what only a worker has. */
interface WorkerRunner {
  idle(): number | undefined;
  obey(command: Command): Promise<void>;
  answer(request: RequestMessage<Requests>): Promise<void>;
  goOn(): Promise<void>;
}

const RUNNER: string = "../worker/runner.js";
const { Runner } = (await import(/* @vite-ignore */ RUNNER)) as {
  Runner: new (post: (message: Message) => void) => WorkerRunner;
};

/** A worker in this thread, which can be killed, and which nobody keeps waiting. */
class LinkedWorker implements EngineWorker {
  readonly #inbox = new Inbox();
  readonly #client = new RequestClient<Requests>((message) => this.#inbox.put(structuredClone(message)));
  #over = false;
  #id = 0;
  handle: (event: WorkerEvent) => void;

  constructor(handle: (event: WorkerEvent) => void) {
    this.handle = handle;
    void this.#work();
  }

  send(command: Command): void {
    if ("id" in command) this.#id = command.id;
    this.#inbox.put(structuredClone(command.type === "open" ? { ...command, module: MODULE } : command));
  }

  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    return this.#client.request(method, params);
  }

  end(): void {
    this.#over = true;
    this.#client.close({ kind: "closed", message: "The worker was ended." });
  }

  /** As the system would, in the midst of anything. */
  kill(): void {
    if (this.#over) return;
    this.end();
    const failure = { kind: "crash", message: "The worker came to a sudden end.", during: "training" } as const;
    this.handle({ type: "failed", id: this.#id, failure });
  }

  async #work(): Promise<void> {
    const runner = new Runner((message) => void this.#deliver(structuredClone(message)));
    while (!this.#over) {
      const message = this.#inbox.take();
      if (message) await (message.type === "request" ? runner.answer(message) : runner.obey(message));
      else if (runner.idle() !== undefined) await runner.goOn();
      await macrotask();
    }
  }

  /** A message takes a while. */
  async #deliver(message: Message): Promise<void> {
    await macrotask();
    if (this.#over) return;
    if (message.type === "response") return this.#client.receive(message);
    try {
      this.handle(message);
    } catch (thrown) {
      errors.push(`${message.type}: ${String(thrown)}`);
    }
  }
}

let workers: LinkedWorker[];
let bench: Bench;
/** What no walk may see. */
let errors: string[];
/** The step of the last checkpoint of the run at hand: it never goes back behind that. */
let floor: number;

function newPage(): void {
  bench?.dispose();
  workers = [];
  bench = new Bench((handle) => {
    const worker = new LinkedWorker((event) => {
      watch(event);
      handle(event);
    });
    workers.push(worker);
    return worker;
  });
}

function watch(event: WorkerEvent): void {
  if (!("id" in event) || event.id !== bench.state.runId) return;
  if (event.type === "checkpoint") floor = Math.max(floor, event.checkpoint.step);
  if (event.type !== "reports") return;
  const [first] = event.reports;
  if (first && first.step <= floor) errors.push(`step ${first.step} was trained after the checkpoint of step ${floor}`);
}

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Whether the page has yet to hear of a run that was kept. */
function knowsNothingYet(): boolean {
  const { run, results } = bench.state;
  return run.phase === "none" || (run.phase === "dead" && !results.checkpoint);
}

/** What neither the page nor the storage has is gone. */
function onlyKept(): void {
  floor = Math.min(floor, behaviour.kept?.step ?? 0);
}

function pressTrain(): void {
  if (knowsNothingYet()) onlyKept();
  if (stoppedRunOf(bench.state)) bench.resume();
  else bench.train();
}

const GOOD = "model=lenet5";

/** What a person does, and what befalls them. */
const ACTS: Record<string, () => void> = {
  train: pressTrain,
  "train again": pressTrain,
  pause: () => isLocked(bench.state.run) && bench.pause(),
  step: () => !knowsNothingYet() && !stoppedRunOf(bench.state) && bench.train(1),
  "score again": () => bench.scoreAgain(),
  "another recipe": () => {
    if (bench.recipe.openLink(GOOD)) [floor, behaviour.kept] = [0, null];
  },
  reset: () => {
    bench.reset();
    floor = 0;
  },
  try: () => bench.subscriptions.try(new Float32Array(4)),
  "a test example": () => void bench.connection.request("testExample", { index: 1 }),
  "the worker is killed": () => workers.at(-1)?.kill(),
  "the worker is stopped": () => bench.state.run.phase !== "none" && bench.stopWorker(),
  "the data are refused": () => behaviour.failures.set("start", new ModuleError("data", "It could not be fetched")),
  "the module traps": () => behaviour.failures.set("step", new Error("unreachable")),
  "the GPU is lost": () => behaviour.failures.set("predict", new ModuleError("gpu", "The GPU was lost")),
  "a score fails": () => behaviour.failures.set("evaluatePart", new ModuleError("data", "It could not be scored")),
  "a request fails": () => behaviour.failures.set("weights", new TypeError("It could not be loaded")),
  "weights are asked for": () => void bench.connection.request("exportFile", { what: "weights" }),
  "the tab is reloaded": () => {
    const { phase } = bench.state.run;
    newPage();
    if (phase === "finished") floor = 0;
    onlyKept();
  },
};

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = [];
  behaviour.onStep = behaviour.onPart = () => {};
  behaviour.testReady = Promise.resolve();
  behaviour.mirrors = undefined;
});

afterEach(() => {
  bench?.dispose();
  vi.unstubAllGlobals();
});

/** Brings the run to its end, as a person would who presses what is offered. */
async function bringToEnd(): Promise<void> {
  for (let tries = 0; tries < 20_000; tries++) {
    const { phase } = bench.state.run;
    if (phase === "finished" && bench.state.progress.scoring === null) return;
    if (knowsNothingYet()) onlyKept();
    if (phase === "dead") bench.goOnWithCpu();
    else if (phase === "ready" || phase === "paused" || phase === "suspended") pressTrain();
    await macrotask();
  }
  errors.push(`it stays ${JSON.stringify(bench.state.run)}`);
}

async function walk(seed: number): Promise<void> {
  errors = [];
  behaviour.failures.clear();
  Object.assign(behaviour, { isDead: false, sealed: true, lengths: LENGTHS, kept: null, scoreSteps: [10, 25, 40] });
  const random = numbers(seed + 1);
  const names = Object.keys(ACTS);
  const walked = [`walk ${seed}`];
  floor = 0;
  newPage();
  for (let event = 0; event < EVENTS; event++) {
    const name = names[Math.floor(random() * names.length)]!;
    walked.push(`${name} (${bench.state.run.phase})`);
    ACTS[name]!();
    for (let wait = Math.floor(12 * random()); wait > 0; wait--) await macrotask();
  }
  behaviour.failures.clear();
  await bringToEnd();
  expect(errors, walked.join("\n")).toEqual([]);
  expect(bench.state.run).toMatchObject({ phase: "finished", result: { check: "0123456789abcdef" } });
  expect(bench.state.results.score?.step, walked.join("\n")).toBe(LENGTHS.steps);
}

test.each(Array.from({ length: GROUPS }, (_, group) => group))(
  "walks, group %i",
  { timeout: 60_000 },
  async (group) => {
    for (let seed = group * WALKS; seed < (group + 1) * WALKS; seed++) await walk(seed);
  },
);
