/** A module that trains nothing, for tests of the worker: it stands where the npm package does. */
import type { DataOptions, Download, GradientStatistics, Lab, LabOptions, Plan, Report, Run } from "../module.js";

export const build = "tested";

/** What the module does next; tests change it. */
export const behaviour = {
  /** Whether mirrors may be asked, as the lab was told. */
  mirrors: undefined as DataOptions["mirrors"],
  /** Thrown by the next call of a method of this name, once. */
  failures: new Map<string, Error>(),
  /** Settles when the test images are there. */
  testReady: Promise.resolve() as Promise<void>,
  /** Whether the module stopped: then it answers nothing any more. */
  isDead: false,
  /** What was called, in order. */
  calls: [] as string[],
  /** Called in the midst of every step. */
  onStep: (): Promise<void> | void => {},
  /** What the storage keeps of a stopped run. */
  stored: new Uint8Array([9]),
  /** Whether that has the seal of this browser. */
  sealed: true,
  /** Whether the checkpoint that the last run was started from counts as computed here. */
  computedHere: undefined as boolean | undefined,
  /** How long a run is. */
  lengths: { steps: 5, stepsPerEpoch: 5 },
  /** The checkpoint of the last run that the storage has, and of no finished one. */
  kept: null as { run: string; step: number } | null,
  /** After which steps a run is scored. */
  scoreSteps: [] as number[],
  /** How many networks of earlier steps are kept to be scored. */
  mostDeferred: 10,
  /** The examples of each part that was asked for. */
  parts: [] as number[],
  /** What each part of a score waits for. */
  onPart: (): Promise<void> | void => {},
};

export class ModuleError extends Error {
  constructor(
    readonly kind: string,
    message: string,
    readonly key?: string,
    readonly allowed?: string,
  ) {
    super(message);
  }
}

function call(name: string): void {
  behaviour.calls.push(name);
  const failure = behaviour.failures.get(name);
  behaviour.failures.delete(name);
  if (failure) throw failure;
}

/** Of a run, unless a test says otherwise. */
export const STEPS = 5;
/** Test images; a part of a score is of one. */
export const TEST_IMAGES = 4;

class FakeRun {
  readonly plan;
  readonly data = { name: "digits", channels: 1, height: 2, width: 2, test: TEST_IMAGES };
  readonly notices: string[] = [];
  #step: number;
  #evaluated = 0;
  #deferred: number[] = [];
  #freed = false;

  constructor(done: number) {
    const { scoreSteps } = behaviour;
    const sizes = { ...behaviour.lengths, batch: 2, parameters: 10, test: TEST_IMAGES, validation: 0 };
    this.plan = { link: "model=lenet5", ...sizes, scoreSteps, done } as unknown as Plan;
    this.#step = done;
  }

  async step(): Promise<Report[]> {
    call("step");
    await behaviour.onStep();
    this.#step++;
    return [{ step: this.#step, loss: 1, accuracy: 1, imagesPerSecond: 10 } as Report];
  }

  async deferEvaluation(): Promise<boolean> {
    if (this.#deferred.length >= behaviour.mostDeferred) return false;
    this.#deferred.push(this.#step);
    return true;
  }

  async forgetDeferred(step: number): Promise<void> {
    this.#deferred = this.#deferred.filter((deferred) => deferred !== step);
  }

  async evaluatePart(_split: string, examples: number, step = this.#step): Promise<object> {
    call("evaluatePart");
    if (step !== this.#step && !this.#deferred.includes(step)) throw new ModuleError("run", "It was not kept");
    behaviour.parts.push(examples);
    await behaviour.onPart();
    this.#evaluated++;
    const [done, total] = [this.#evaluated, TEST_IMAGES];
    if (done < total) return { done, total };
    this.#evaluated = 0;
    return { done, total, score: { accuracy: 0.5, step } };
  }

  async checkpoint(): Promise<Uint8Array> {
    call("checkpoint");
    return new Uint8Array([this.#step]);
  }

  async predict(): Promise<Float32Array> {
    call("predict");
    return new Float32Array([0.25, 0.75]);
  }

  async forward(_: Float32Array, layers: readonly number[]): Promise<object> {
    call("predict");
    const activation = { shape: [1, 1, 2], values: new Float32Array([1, 2]) };
    return { probabilities: new Float32Array([0.25, 0.75]), activations: layers.map(() => activation) };
  }

  async weights(): Promise<Uint8Array> {
    call("weights");
    return new Uint8Array([1]);
  }

  testReady = (): Promise<void> => {
    call("testReady");
    return behaviour.testReady;
  };
  verdict = (): undefined => undefined;
  predictions = (): undefined => undefined;
  normalization = (): undefined => undefined;
  firstBatchAugmentations = (): never[] => [];
  examples = (_: string, index: number): object[] => {
    if (this.#freed) throw new ModuleError("run", "This run was given back with free(): start another.");
    return index < TEST_IMAGES ? [{ pixels: new Uint8Array(4), label: index }] : [];
  };
  losses = (): Float32Array => new Float32Array(0);
  labels = (): Uint8Array => new Uint8Array([0, 1]);
  batch = (): never[] => [];
  check = async (): Promise<string> => "0123456789abcdef";
  checkedLink = async (): Promise<string> => "model=lenet5&check=0123456789abcdef";
  recordGradientStatistics = (): void => {};
  gradientStatistics = async (): Promise<GradientStatistics[]> => [{ name: "w", weight: 1, gradient: 1, update: 1 }];
  runFile = async (): Promise<string> => "{}";
  free = (): void => {
    this.#freed = true;
    call("free");
  };
}

class FakeLab {
  readonly engine = { kind: "cpu", label: "CPU", threads: 2 };
  fields = (): never[] => [];
  layerKinds = (): never[] => [];
  describe = (): object => ({ layers: [] });
  download = (): Download => ({ name: "digits", title: "Digits", hosts: ["mirror.example"], bytes: 11e6 });

  parse(link: string): object {
    if (behaviour.isDead) throw new ModuleError("run", "The module stopped: unreachable. Open a new lab");
    if (link.includes("batch=0")) throw new ModuleError("recipe", "batch=0 is not allowed", "batch");
    return { link: "model=lenet5", values: { model: "lenet5", data: "digits" }, defaults: {}, notices: [] };
  }

  readCheckpoint(bytes: Uint8Array): object {
    call("readCheckpoint");
    if (bytes.length === 0) throw new ModuleError("checkpoint", "It is damaged");
    return { link: "model=lenet5", step: bytes[0] };
  }

  async preparedImages(): Promise<Uint8Array> {
    call("preparedImages");
    return new Uint8Array();
  }

  async asCode(): Promise<never[]> {
    call("asCode");
    return [];
  }

  async start(
    _link: string,
    { checkpoint, computedHere }: { checkpoint?: Uint8Array; computedHere?: boolean } = {},
  ): Promise<Run> {
    call("start");
    behaviour.computedHere = computedHere;
    return new FakeRun(checkpoint?.[0] ?? 0) as unknown as Run;
  }
}

export async function openLab({ data }: LabOptions): Promise<Lab> {
  call("openLab");
  behaviour.mirrors = data?.mirrors;
  return new FakeLab() as unknown as Lab;
}

export class Autosave {
  run: string | undefined;
  begin(_link: string, run = "new"): void {
    behaviour.calls.push(`autosave begin ${run}`);
    this.run = run;
  }
  async save(step: number): Promise<void> {
    behaviour.calls.push(`autosave save ${step}`);
    if (this.run !== undefined) behaviour.kept = { run: this.run, step };
  }
  async finish(): Promise<void> {
    behaviour.calls.push("autosave finish");
    behaviour.kept = null;
  }
  stop(): void {
    behaviour.calls.push("autosave stop");
    this.run = undefined;
  }
  async discard(): Promise<void> {
    behaviour.calls.push("autosave discard");
    behaviour.kept = null;
  }
  async find(): Promise<{ run: string; step: number; written: number; sealed: boolean } | undefined> {
    return behaviour.kept && this.run === undefined ? { ...behaviour.kept, written: 0, sealed: true } : undefined;
  }
  async read(): Promise<{ bytes: Uint8Array; sealed: boolean }> {
    call("autosave read");
    const bytes = behaviour.kept ? Uint8Array.of(behaviour.kept.step) : behaviour.stored;
    return { bytes, sealed: behaviour.sealed };
  }
}

export class CustomDatasetStorage {
  async list(): Promise<never[]> {
    return [];
  }
}

export const sampleImages = (): never[] => [];
