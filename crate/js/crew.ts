// Helpers: workers with an instance of the CPU build each, that compute parts of a step for the one that asks.
//
// They are a convenience, never a need: where they cannot be started, or one is lost, the asking worker does the work
// itself, with the same bits.

import { reasonOf } from "./errors.js";

/** A worker of a browser or a thread of Node's, as far as it is used here. */
interface Thread {
  post(message: Question, transfer: ArrayBuffer[]): void;
  stop(): void;
}

/** What a helper is told: first the module that it runs, then tasks. */
export type Question = { type: "load"; module: WebAssembly.Module } | { type: "task"; id: number; task: Uint8Array };

export type Reply =
  | { type: "loaded" }
  | { type: "answer"; id: number; answer: Uint8Array }
  | { type: "failed"; id: number | undefined; why: string };

/** How long a helper may take more than the slowest answer so far suggests, before it counts as hung. */
const PATIENCE_MS = 10_000;
const PATIENCE_FACTOR = 20;
/** A timer that goes off so much too late says that this worker was held up itself. */
const HELD_UP_MS = 250;

interface Waiting {
  give(answer: Uint8Array): void;
  fail(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
  asked: number;
  bytes: number;
}

class Helper {
  readonly waiting = new Map<number, Waiting>();
  ready = false;
  thread: Thread | undefined;
}

/** What the module asks; see the generated type of the same name. */
export class Crew {
  readonly #module: WebAssembly.Module;
  readonly #changed: (notice: string | undefined) => void;
  #helpers: Helper[] = [];
  #wanted = 0;
  #next = 0;
  /** Milliseconds a byte of a task: a task that scores is far longer than one that trains. */
  #slowest = 0;
  #closed = false;

  /** @param changed called when a helper has joined, and with a sentence when one is lost */
  constructor(module: WebAssembly.Module, changed: (notice: string | undefined) => void) {
    this.#module = module;
    this.#changed = changed;
  }

  /** So many helpers have something to do. Those that are missing are started, and counted once they can be asked. */
  want(count: number): void {
    if (this.#closed) return;
    this.#wanted = count;
    while (this.#helpers.length < count) {
      const helper = new Helper();
      this.#helpers.push(helper);
      this.#start(helper);
    }
  }

  count(): number {
    return Math.min(this.#wanted, this.#ready().length);
  }

  ask(index: number, task: Uint8Array): Promise<Uint8Array> {
    const helper = this.#ready()[index];
    if (!helper?.thread) return Promise.reject(new Error("there is no such helper any more"));
    const id = this.#next++;
    const answer = new Promise<Uint8Array>((give, fail) => {
      const timer = this.#expect(helper, id, task.length);
      helper.waiting.set(id, { give, fail, timer, asked: performance.now(), bytes: task.length });
    });
    // The bindings have copied it out of the module's memory, so it can be given away.
    helper.thread.post({ type: "task", id, task }, [task.buffer as ArrayBuffer]);
    return answer;
  }

  close(): void {
    this.#closed = true;
    for (const helper of [...this.#helpers]) this.#end(helper, new Error("the lab was closed"));
  }

  /** Gives a helper up that does not answer in time. */
  #expect(helper: Helper, id: number, bytes: number): ReturnType<typeof setTimeout> {
    const patience = PATIENCE_MS + PATIENCE_FACTOR * this.#slowest * bytes;
    const due = performance.now() + patience;
    return setTimeout(() => {
      const waiting = helper.waiting.get(id);
      // A machine that slept, or a long part of this worker's own: the answer may lie behind this timer.
      if (waiting && performance.now() > due + HELD_UP_MS) waiting.timer = this.#expect(helper, id, bytes);
      else this.#lose(helper, `it gave no answer within ${Math.round(patience / 1000)} s`);
    }, patience);
  }

  #ready(): Helper[] {
    return this.#helpers.filter((helper) => helper.ready);
  }

  #start(helper: Helper): void {
    const lost = (why: string): void => this.#lose(helper, why);
    startThread((reply) => this.#hear(helper, reply), lost).then(
      (thread) => {
        helper.thread = thread;
        if (this.#helpers.includes(helper)) thread.post({ type: "load", module: this.#module }, []);
        else thread.stop(); // The crew was closed in the meantime.
      },
      (thrown: unknown) => lost(reasonOf(thrown)),
    );
  }

  #hear(helper: Helper, reply: Reply): void {
    if (!this.#helpers.includes(helper)) return;
    if (reply.type === "loaded") {
      helper.ready = true;
      this.#changed(undefined);
      return;
    }
    if (reply.type === "failed") return this.#lose(helper, reply.why);
    const waiting = helper.waiting.get(reply.id);
    if (!waiting) return this.#lose(helper, "it answered twice");
    clearTimeout(waiting.timer);
    helper.waiting.delete(reply.id);
    this.#slowest = Math.max(this.#slowest, (performance.now() - waiting.asked) / waiting.bytes);
    waiting.give(reply.answer);
  }

  #lose(helper: Helper, why: string): void {
    if (!this.#helpers.includes(helper)) return;
    const worked = helper.ready;
    this.#end(helper, new Error(why));
    const rest = this.count() + 1;
    const threads = rest === 1 ? "1 thread goes" : `${rest} threads go`;
    const reason = why.replace(/[.\s]*$/, "");
    this.#changed(
      worked
        ? `A helping worker was lost (${reason}). Its part of the step was computed again, with the same result; ${threads} on.`
        : `A helping worker could not be started (${reason}); ${threads} on, with the same results.`,
    );
  }

  #end(helper: Helper, error: Error): void {
    this.#helpers = this.#helpers.filter((other) => other !== helper);
    helper.ready = false;
    helper.thread?.stop();
    for (const waiting of helper.waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.fail(error);
    }
    helper.waiting.clear();
  }
}

/** As many as a recipe has shards by default. */
const MOST = 4;

/** Workers that may compute at once here: what the machine says, within reason, or the number that was asked for. */
export async function workersHere(asked: number | undefined): Promise<number> {
  return Math.max(1, Math.floor(asked ?? Math.min(MOST, await cores())));
}

async function cores(): Promise<number> {
  if (inNode) return (await import("./node.js")).cores();
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

const inNode = import.meta.url.startsWith("file:");

async function startThread(hear: (reply: Reply) => void, lost: (why: string) => void): Promise<Thread> {
  if (inNode) {
    const { startNodeThread } = await import("./node.js");
    return startNodeThread<Question, Reply>(new URL("./node-helper.js", import.meta.url), hear, lost);
  }
  const worker = startWorker();
  worker.onmessage = (event: MessageEvent<Reply>) => hear(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    lost(event.message || "its script could not be loaded");
  };
  worker.onmessageerror = () => lost("a message could not be read");
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    stop: () => worker.terminate(),
  };
}

/** A worker's first script must be of the page's own origin; what that imports need not be. */
function startWorker(): Worker {
  const here = import.meta.url;
  if (new URL(here).origin === globalThis.origin) {
    // Spelled out so that bundlers find it.
    return new Worker(new URL("./helper.js", import.meta.url), { type: "module", name: "bunsen-helper" });
  }
  const script = `import ${JSON.stringify(here.replace(/[^/]*$/, "helper.js"))};`;
  relay ??= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Worker(relay, { type: "module", name: "bunsen-helper" });
}

/** One for all helpers: it is never given back. */
let relay: string | undefined;
