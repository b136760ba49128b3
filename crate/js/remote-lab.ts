// A lab in a worker of its own, and its runs, as the page has them: each method asks the worker.

import type { Lab, Model, Run } from "./api.js";
import { throwIfAborted } from "./cancellation.js";
import { BunsenError, messageOf, throwingBunsenErrors } from "./errors.js";
import { errorOf, LAB, separate, type Kept, type LabRequest, type LabResponse, type State } from "./lab-messages.js";

/** The same methods; those that give a value give a promise of it. Properties are what they were when the worker last answered. */
type Remote<T> = {
  [Name in keyof T]: T[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : T[Name];
};

/** A run of a lab in a worker. */
export interface RemoteRun extends Remote<Omit<Run, "free" | typeof Symbol.asyncIterator>>, Pick<Run, "free"> {
  /** As a run's: each step is trained as its report is asked for. */
  [Symbol.asyncIterator](): ReturnType<Run[typeof Symbol.asyncIterator]>;
}

/** A network with given weights, in a worker. */
export interface RemoteModel extends Remote<Omit<Model, "free">>, Pick<Model, "free"> {}

/** A lab in a worker. */
export interface RemoteLab extends Remote<Omit<Lab, "start" | "load" | "close">> {
  start(...values: Parameters<Lab["start"]>): Promise<RemoteRun>;
  load(...values: Parameters<Lab["load"]>): Promise<RemoteModel>;
  /** Ends the worker at once, and with it runs, data and pool workers: calls that are under way are rejected. */
  close(): void;
}

const LAB_METHODS = {
  fields: true,
  parse: true,
  download: true,
  describe: true,
  graph: true,
  asCode: true,
  preparedImages: true,
  layerKinds: true,
  readSweep: true,
  readStack: true,
  readRunFile: true,
  readCheckpoint: true,
  readWeights: true,
  addWeights: true,
  customDataset: true,
  dataset: true,
  addCustomDataset: true,
  findCustomDataset: true,
  removeCustomDataset: true,
  hasDatasetFiles: true,
  addDatasetFiles: true,
  forwardBackward: true,
  memory: true,
} as const satisfies Record<Exclude<keyof Lab, "engine" | "start" | "load" | "close">, true>;

const RUN_METHODS = {
  step: true,
  testReady: true,
  evaluate: true,
  evaluatePart: true,
  deferEvaluation: true,
  forgetDeferred: true,
  activations: true,
  forward: true,
  saliency: true,
  recordGradientStatistics: true,
  gradientStatistics: true,
  predictions: true,
  validate: true,
  evaluateOn: true,
  predict: true,
  predictAll: true,
  examples: true,
  firstBatchAugmentations: true,
  augmentations: true,
  labels: true,
  meanImage: true,
  normalization: true,
  batch: true,
  losses: true,
  check: true,
  marks: true,
  checkedLink: true,
  checkedLinkObstacle: true,
  verdict: true,
  runFile: true,
  weights: true,
  stateDict: true,
  checkpoint: true,
} as const satisfies Record<Exclude<keyof Run, "engine" | "plan" | "data" | "notices" | "free" | symbol>, true>;

const MODEL_METHODS = {
  predict: true,
  predictAll: true,
  activations: true,
  forward: true,
  saliency: true,
  normalization: true,
  weights: true,
} as const satisfies Record<Exclude<keyof Model, "engine" | "classes" | "input" | "free">, true>;

/** A worker as far as it is used here. */
export interface LabThread {
  post(request: LabRequest): void;
  /** Whether the program must not end, for something is waited for. */
  keepAlive(isNeeded: boolean): void;
  stop(): void;
}

/** What callers give may throw wherever it is read. */
const separated = throwingBunsenErrors(separate);

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: BunsenError): void;
  readonly target: number;
  readonly signal: AbortSignal | undefined;
}

/** The page's end of a lab's worker. */
export class LabConnection {
  readonly #pending = new Map<number, PendingCall>();
  readonly #functions = new Map<number, (...values: unknown[]) => unknown>();
  /** What each lab or run was when the worker last answered. */
  readonly #states = new Map<number, State>();
  readonly #onWorkers: () => void;
  #thread: LabThread | undefined;
  /** Why nothing can be asked any more. */
  #end: BunsenError | undefined;
  #nextId = 0;

  constructor(onWorkers: () => void) {
    this.#onWorkers = onWorkers;
  }

  connect(thread: LabThread): void {
    this.#thread = thread;
  }

  /** Calls a method. Only what `open` is given may be called by the lab later. */
  async call<T>(target: number, method: string, values: readonly unknown[]): Promise<T> {
    if (this.#end) throw this.#end;
    const { values: sendable, signals, functions } = separated(values);
    const [signal] = signals.map(([, one]) => one);
    throwIfAborted(signal);
    const id = this.#nextId++;
    const abort = (): void => this.#thread?.post({ type: "abort", id });
    const numbers = functions.map(([path, work]) => {
      const number = this.#nextId++;
      this.#functions.set(number, work);
      return [path, number] as [typeof path, number];
    });
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, target, signal });
    });
    this.#thread?.keepAlive(true);
    try {
      const paths = signals.map(([path]) => path);
      this.#send({ type: "call", id, target, method, values: sendable, signals: paths, functions: numbers });
      signal?.addEventListener("abort", abort);
      return (await answer) as T;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#pending.delete(id);
      if (method !== "open") for (const [, number] of numbers) this.#functions.delete(number);
      if (this.#pending.size === 0) this.#thread?.keepAlive(false);
    }
  }

  #send(request: LabRequest): void {
    try {
      this.#thread?.post(request);
    } catch (thrown) {
      const why = messageOf(thrown).replace(/\.$/, "");
      throw new BunsenError("run", `This cannot be sent to the lab's worker (${why}).`, { cause: thrown });
    }
  }

  stateOf(target: number): State {
    return this.#states.get(target) ?? {};
  }

  setState(target: number, state: State): void {
    this.#states.set(target, { ...this.#states.get(target), ...state });
  }

  receive(response: LabResponse): void {
    if (response.type === "function") return void this.#callFunction(response.number, response.values, response.id);
    if (response.type === "workers") {
      this.setState(LAB, response.state);
      return this.#onWorkers();
    }
    const call = this.#pending.get(response.id);
    if (!call) return;
    this.setState(call.target, response.state);
    if (response.type === "result") return call.resolve(response.value);
    const { kind } = response.error;
    call.reject(errorOf(response.error, kind === "aborted" ? call.signal?.reason : undefined));
  }

  async #callFunction(number: number, values: unknown[], id: number | undefined): Promise<void> {
    const work = this.#functions.get(number);
    if (id === undefined) return void work?.(...values);
    let value: unknown;
    try {
      value = await work?.(...values);
    } finally {
      // What throws says no.
      this.#thread?.post({ type: "answer", id, value });
    }
  }

  /** Ends the worker. What is pending, and every later call, is rejected. */
  end(why: BunsenError): void {
    if (this.#end) return;
    this.#end = why;
    this.#thread?.stop();
    for (const { reject } of this.#pending.values()) reject(why);
  }
}

/** Opens a lab in the worker of a connection. */
export async function openRemoteLab(connection: LabConnection, options: unknown): Promise<RemoteLab> {
  await connection.call(LAB, "open", [options]);
  const call: Call = (method, values) => connection.call(LAB, method, values);
  return {
    ...(methodsOf(call, LAB_METHODS) as Pick<RemoteLab, keyof typeof LAB_METHODS>),
    get engine() {
      return connection.stateOf(LAB).engine as Lab["engine"];
    },
    async start(...values) {
      return remoteRun(connection, await connection.call<Kept>(LAB, "start", values));
    },
    async load(...values) {
      const kept = await connection.call<Kept>(LAB, "load", values);
      return remoteObject(connection, kept, MODEL_METHODS).object as unknown as RemoteModel;
    },
    close() {
      connection.end(new BunsenError("run", "This lab is closed: open another with openLab()."));
    },
  };
}

function remoteRun(connection: LabConnection, kept: Kept): RemoteRun {
  const { object, call } = remoteObject(connection, kept, RUN_METHODS);
  const reports = async function* (): ReturnType<Run[typeof Symbol.asyncIterator]> {
    for (;;) {
      const [report] = (await call("step", [1])) as Awaited<ReturnType<Run["step"]>>;
      if (!report) return;
      yield report;
    }
  };
  return Object.defineProperties(object, {
    notices: { get: () => connection.stateOf(kept.target).notices ?? [], enumerable: true },
    [Symbol.asyncIterator]: { value: reports },
  }) as unknown as RemoteRun;
}

/** A run or a model, with the methods of these names. */
function remoteObject(connection: LabConnection, { target, properties, state }: Kept, names: Names) {
  connection.setState(target, state);
  let isFreed = false;
  const call: Call = (method, values) => {
    if (!isFreed) return connection.call(target, method, values);
    return Promise.reject(
      new BunsenError("run", "This run was given back with free(), or its lab was closed: start another."),
    );
  };
  const object = {
    ...methodsOf(call, names),
    ...properties,
    get engine() {
      return connection.stateOf(target).engine;
    },
    free() {
      // Where the worker has come to its end, nothing is left to be freed.
      if (!isFreed) call("free", []).catch(() => {});
      isFreed = true;
    },
  };
  return { object, call };
}

type Names = Readonly<Record<string, true>>;
type Call = (method: string, values: readonly unknown[]) => Promise<unknown>;

function methodsOf(call: Call, names: Names): Record<string, (...values: unknown[]) => Promise<unknown>> {
  const method = (name: string) => [name, (...values: unknown[]) => call(name, values)];
  return Object.fromEntries(Object.keys(names).map(method)) as ReturnType<typeof methodsOf>;
}
