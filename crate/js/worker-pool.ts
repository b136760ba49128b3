// A pool of workers with an instance of the CPU build each, which compute shards of a step for the calling worker.
//
// The pool is optional: where workers cannot be started, or one fails, the calling worker computes their shards itself, with
// the same bits.

import { shown } from "./arguments.js";
import { build } from "./build.js";
import { BunsenError, messageOf } from "./errors.js";
import { packageScript } from "./package-files.js";
import { coreCount, startThread, type Thread, type ThreadScripts } from "./thread.js";

/** What a worker is sent: first the module that it runs, then tasks. */
export type PoolRequest =
  { type: "load"; module: WebAssembly.Module; build: string } | { type: "task"; id: number; task: Uint8Array };

export type PoolResponse =
  | { type: "loaded" }
  | { type: "result"; id: number; result: Uint8Array }
  | { type: "failed"; id: number | undefined; why: string };

/** How long a worker may take more than the slowest result so far suggests, before it counts as hung. */
const TIMEOUT_MS = 10_000;
const TIMEOUT_FACTOR = 20;
/** A timer that fires so much too late says that this worker's own event loop was blocked. */
const BLOCKED_MS = 250;

interface PendingTask {
  resolve(result: Uint8Array): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
  sentAt: number;
  bytes: number;
}

class PoolMember {
  readonly tasks = new Map<number, PendingTask>();
  ready = false;
  thread: Thread<PoolRequest> | undefined;
}

/** The pool as the module calls it: see the generated interface of the same name. */
export class WorkerPool {
  readonly #module: WebAssembly.Module;
  readonly #onChange: (notice: string | undefined) => void;
  #members: PoolMember[] = [];
  #size = 0;
  #nextId = 0;
  /** Milliseconds a byte of a task: a task that evaluates is far longer than one that trains. */
  #slowest = 0;
  #closed = false;

  /** @param onChange called when a worker has joined, and with a sentence when one has failed */
  constructor(module: WebAssembly.Module, onChange: (notice: string | undefined) => void) {
    this.#module = module;
    this.#onChange = onChange;
  }

  /** How many workers are to be used. Those that are missing are started, and counted once they are ready. */
  resize(size: number): void {
    if (this.#closed) return;
    this.#size = size;
    while (this.#members.length < size) {
      const member = new PoolMember();
      this.#members.push(member);
      this.#start(member);
    }
  }

  count(): number {
    return Math.min(this.#size, this.#ready().length);
  }

  run(worker: number, task: Uint8Array): Promise<Uint8Array> {
    const member = this.#ready()[worker];
    if (!member?.thread) return Promise.reject(new Error("there is no such helper any more"));
    const id = this.#nextId++;
    const result = new Promise<Uint8Array>((resolve, reject) => {
      const timer = this.#startTimer(member, id, task.length);
      member.tasks.set(id, { resolve, reject, timer, sentAt: performance.now(), bytes: task.length });
    });
    // The bindings have copied it out of the module's memory, so it can be transferred.
    member.thread.post({ type: "task", id, task }, [task.buffer as ArrayBuffer]);
    return result;
  }

  close(): void {
    this.#closed = true;
    for (const member of [...this.#members]) this.#end(member, new Error("the lab was closed"));
  }

  /** Drops a worker whose result does not come in time. */
  #startTimer(member: PoolMember, id: number, bytes: number): ReturnType<typeof setTimeout> {
    const timeout = TIMEOUT_MS + TIMEOUT_FACTOR * this.#slowest * bytes;
    const due = performance.now() + timeout;
    return setTimeout(() => {
      const task = member.tasks.get(id);
      // A machine that slept, or a blocked event loop: the result may be queued behind this timer.
      if (task && performance.now() > due + BLOCKED_MS) task.timer = this.#startTimer(member, id, bytes);
      else this.#drop(member, `it gave no answer within ${Math.round(timeout / 1000)} s`);
    }, timeout);
  }

  #ready(): PoolMember[] {
    return this.#members.filter((member) => member.ready);
  }

  #start(member: PoolMember): void {
    const drop = (why: string): void => this.#drop(member, why);
    startThread<PoolRequest, PoolResponse>(SCRIPTS, (response) => this.#receive(member, response), drop).then(
      (thread) => {
        member.thread = thread;
        if (this.#members.includes(member)) thread.post({ type: "load", module: this.#module, build }, []);
        else thread.stop(); // The pool was closed in the meantime.
      },
      (thrown: unknown) => drop(messageOf(thrown)),
    );
  }

  #receive(member: PoolMember, response: PoolResponse): void {
    if (!this.#members.includes(member)) return;
    if (response.type === "loaded") {
      member.ready = true;
      this.#onChange(undefined);
      return;
    }
    if (response.type === "failed") return this.#drop(member, response.why);
    const task = member.tasks.get(response.id);
    if (!task) return this.#drop(member, "it answered twice");
    clearTimeout(task.timer);
    member.tasks.delete(response.id);
    this.#slowest = Math.max(this.#slowest, (performance.now() - task.sentAt) / task.bytes);
    task.resolve(response.result);
  }

  #drop(member: PoolMember, why: string): void {
    if (!this.#members.includes(member)) return;
    const wasReady = member.ready;
    this.#end(member, new Error(why));
    const remaining = this.count() + 1;
    const threads = remaining === 1 ? "1 thread goes" : `${remaining} threads go`;
    const reason = why.replace(/[.\s]*$/, "");
    this.#onChange(
      wasReady
        ? `A helping worker was lost (${reason}). Its part of the step was computed again, with the same result; ${threads} on.`
        : `A helping worker could not be started (${reason}); ${threads} on, with the same results.`,
    );
  }

  #end(member: PoolMember, error: Error): void {
    this.#members = this.#members.filter((other) => other !== member);
    member.ready = false;
    member.thread?.stop();
    for (const task of member.tasks.values()) {
      clearTimeout(task.timer);
      task.reject(error);
    }
    member.tasks.clear();
  }
}

/** As many as a recipe has shards by default. */
const MAX_WORKERS = 4;

/** Workers that may compute at once here: the number that was asked for, else the machine's cores within reason. */
export async function workerLimit(requested: number | undefined): Promise<number> {
  const wanted = requested ?? Math.min(MAX_WORKERS, await coreCount());
  if (typeof wanted === "number" && wanted >= 1) return Math.floor(wanted);
  throw new BunsenError("run", `${shown(wanted)} is no number of workers: give a whole number from 1 up.`);
}

const SCRIPTS: ThreadScripts = {
  node: () => new URL("./pool-worker-node.js", import.meta.url),
  web: () =>
    packageScript(
      "pool-worker-web.js",
      "bunsen-pool-worker",
      // Spelled out so that bundlers find it.
      () =>
        new Worker(new URL("./pool-worker-web.js", import.meta.url), { type: "module", name: "bunsen-pool-worker" }),
    ),
};
