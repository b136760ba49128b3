// What runs in the worker of a lab: the lab itself, and the answers to what the page asks of it.

import type { Lab, LabOptions, Model, Run } from "./api.js";
import { BunsenError } from "./errors.js";
import { openLab } from "./index.js";
import {
  errorValueOf,
  LAB,
  largeBuffersOf,
  putBack,
  type Call,
  type Kept,
  type LabRequest,
  type LabResponse,
  type State,
} from "./lab-messages.js";

type Post = (response: LabResponse, transfer: ArrayBuffer[]) => void;

/** What the lab itself keeps of a result, and so cannot hand over. */
const HELD: readonly string[] = ["customDataset", "dataset", "addCustomDataset", "findCustomDataset"];

/** Functions whose answers the lab waits for; the others are told of something. */
const ASKED: readonly string[] = ["mirrors"];

export class LabWorker {
  readonly #post: Post;
  /** The lab, its runs and its models, by their numbers. */
  readonly #targets = new Map<number, Lab | Run | Model>();
  /** What can call off a call that is under way. */
  readonly #controllers = new Map<number, AbortController>();
  readonly #answers = new Map<number, (value: unknown) => void>();
  #nextTarget = LAB + 1;
  #nextAnswer = 0;

  constructor(post: Post) {
    this.#post = post;
  }

  async receive(request: LabRequest): Promise<void> {
    if (request.type === "abort") return this.#controllers.get(request.id)?.abort();
    if (request.type === "answer") {
      this.#answers.get(request.id)?.(request.value);
      this.#answers.delete(request.id);
      return;
    }
    const { id, target, method } = request;
    try {
      const value = await this.#call(request);
      const transfer = HELD.includes(method) ? [] : [...largeBuffersOf(value)];
      this.#post({ type: "result", id, value, state: this.#stateOf(target) }, transfer);
    } catch (thrown) {
      this.#post({ type: "error", id, error: errorValueOf(thrown), state: this.#stateOf(target) }, []);
    } finally {
      this.#controllers.delete(id);
    }
  }

  async #call({ id, target, method, values, signals, functions }: Call): Promise<unknown> {
    const controller = new AbortController();
    if (signals.length > 0) this.#controllers.set(id, controller);
    for (const path of signals) putBack(values, path, controller.signal);
    for (const [path, number] of functions) {
      const isAsked = ASKED.includes(String(path.at(-1)));
      putBack(values, path, isAsked ? this.#asking(number) : this.#telling(number));
    }
    if (method === "open") {
      this.#targets.set(LAB, await this.#open(values[0]));
      return undefined;
    }
    const object = this.#targets.get(target) as unknown as Record<
      string,
      ((...values: unknown[]) => unknown) | undefined
    >;
    if (typeof object?.[method] !== "function") throw new BunsenError("run", `There is no ${method}() here.`);
    const result: unknown = await object[method](...values);
    if (method === "start" || method === "load") return this.#keep(result as Run | Model);
    if (method === "free") this.#targets.delete(target);
    return result;
  }

  #open(options: unknown): Promise<Lab> {
    const onWorkers = (): void => this.#post({ type: "workers", state: this.#stateOf(LAB) }, []);
    const isObject = typeof options === "object" && options !== null;
    return openLab((isObject ? { ...options, onWorkers } : options) as LabOptions);
  }

  #keep(object: Run | Model): Kept {
    const target = this.#nextTarget++;
    this.#targets.set(target, object);
    const { plan, data, classes, input } = object as Partial<Run & Model>;
    const properties = input ? { classes, input } : { plan, data };
    return { target, properties, state: this.#stateOf(target) };
  }

  #stateOf(target: number): State {
    const object = this.#targets.get(target);
    try {
      if (object) return { engine: object.engine, ...("notices" in object && { notices: object.notices }) };
    } catch {
      // A run that was freed says nothing any more.
    }
    return {};
  }

  #telling(number: number): (...values: unknown[]) => void {
    return (...values) => this.#post({ type: "function", number, values, id: undefined }, []);
  }

  #asking(number: number): (...values: unknown[]) => Promise<unknown> {
    return (...values) => {
      const id = this.#nextAnswer++;
      const answer = new Promise((resolve) => this.#answers.set(id, resolve));
      this.#post({ type: "function", number, values, id }, []);
      return answer;
    };
  }
}
