/** A runner on the module of `testing.ts`, for tests: what it is told, what it does by itself, what it posts. */
import type { Requests, WorkerEvent } from "../protocol.js";
import type { ResponseMessage } from "../rpc/protocol.js";
import type { Goal } from "../state/run-state.js";
import { Runner } from "./runner.js";
import { STEPS, behaviour } from "./testing.js";

const MODULE = new URL("./testing.ts", import.meta.url).href;

export class RunnerHarness {
  readonly posted: (WorkerEvent | ResponseMessage)[] = [];
  /** How often it said that there is something to do. */
  wakes = 0;
  readonly runner = new Runner(
    (message) => this.posted.push(structuredClone(message)),
    () => this.wakes++,
  );
  /** The choice at hand. */
  id = 1;

  constructor() {
    behaviour.failures.clear();
    behaviour.calls.length = 0;
    behaviour.testReady = Promise.resolve();
    behaviour.onStep = behaviour.onPart = () => {};
    behaviour.scoreSteps = [STEPS];
    behaviour.lengths = { steps: STEPS, stepsPerEpoch: STEPS };
    behaviour.kept = null;
    behaviour.parts = [];
    behaviour.mostDeferred = 10;
    behaviour.isDead = false;
    behaviour.sealed = true;
  }

  get types(): string[] {
    return this.posted.map(({ type }) => type);
  }

  events<T extends WorkerEvent["type"]>(type: T): Extract<WorkerEvent, { type: T }>[] {
    return this.posted.filter((message): message is Extract<WorkerEvent, { type: T }> => message.type === type);
  }

  open(link = "model=lenet5"): Promise<void> {
    const recipe = { id: this.id, link, runFile: null, customDataset: null, weights: null, keeps: true };
    return this.runner.obey({ type: "open", module: MODULE, data: "data/", engine: "auto", workers: null, ...recipe });
  }

  choose(link: string): Promise<void> {
    return this.runner.obey({ type: "choose", id: ++this.id, link, runFile: null });
  }

  train(goal: Goal = "end"): Promise<void> {
    return this.runner.obey({ type: "train", goal, checkpoint: null });
  }

  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<void> {
    return this.runner.answer({ type: "request", id: 7, method, params } as never);
  }

  /** Does what is to be done without being told, so often at most. */
  async goOn(times = 40): Promise<void> {
    for (let time = 0; time < times && this.runner.idle() === 0; time++) await this.runner.goOn();
  }

  /** Opens, and has the run prepared. */
  async prepare(): Promise<void> {
    await this.open();
    await this.runner.goOn();
    this.posted.length = 0;
  }
}
