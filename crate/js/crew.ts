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

interface Waiting {
  give(answer: Uint8Array): void;
  fail(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
  asked: number;
}

class Helper {
  readonly waiting = new Map<number, Waiting>();
  ready = false;
  thread: Thread | undefined;
}

/** What the module asks; see the generated type of the same name. */
export class Crew {
  readonly #module: WebAssembly.Module;
  readonly #notice: (sentence: string) => void;
  #helpers: Helper[] = [];
  #next = 0;
  #slowest = 0;
  #closed = false;

  constructor(module: WebAssembly.Module, notice: (sentence: string) => void) {
    this.#module = module;
    this.#notice = notice;
  }

  /** Starts helpers until there are so many; they are counted once they can be asked. */
  async grow(count: number): Promise<void> {
    const starting: Promise<void>[] = [];
    while (!this.#closed && this.#helpers.length < count) {
      const helper = new Helper();
      this.#helpers.push(helper);
      starting.push(this.#start(helper));
    }
    await Promise.all(starting);
  }

  count(): number {
    return this.#ready().length;
  }

  ask(index: number, task: Uint8Array): Promise<Uint8Array> {
    const helper = this.#ready()[index];
    if (!helper?.thread) return Promise.reject(new Error("there is no such helper any more"));
    const id = this.#next++;
    const patience = PATIENCE_MS + PATIENCE_FACTOR * this.#slowest;
    const answer = new Promise<Uint8Array>((give, fail) => {
      const late = () => this.#lose(helper, `it gave no answer within ${Math.round(patience / 1000)} s`);
      helper.waiting.set(id, { give, fail, timer: setTimeout(late, patience), asked: performance.now() });
    });
    // The bindings have copied it out of the module's memory, so it can be given away.
    helper.thread.post({ type: "task", id, task }, [task.buffer as ArrayBuffer]);
    return answer;
  }

  close(): void {
    this.#closed = true;
    for (const helper of [...this.#helpers]) this.#end(helper, new Error("the lab was closed"));
  }

  #ready(): Helper[] {
    return this.#helpers.filter((helper) => helper.ready);
  }

  async #start(helper: Helper): Promise<void> {
    try {
      await new Promise<void>((loaded, failed) => {
        const lost = (why: string): void => {
          failed(new Error(why));
          this.#lose(helper, why);
        };
        startThread((reply) => (reply.type === "loaded" ? loaded() : this.#hear(helper, reply, lost)), lost).then(
          (thread) => {
            helper.thread = thread;
            thread.post({ type: "load", module: this.#module }, []);
          },
          (thrown: unknown) => lost(reasonOf(thrown)),
        );
      });
      helper.ready = true;
    } catch {
      // It has been noted; the work goes on without it.
      this.#end(helper, new Error("it could not be started"));
    }
  }

  #hear(helper: Helper, reply: Reply, lost: (why: string) => void): void {
    if (reply.type === "loaded") return;
    const waiting = reply.id === undefined ? undefined : helper.waiting.get(reply.id);
    if (reply.type === "failed" || !waiting) return lost(reply.type === "failed" ? reply.why : "it answered twice");
    clearTimeout(waiting.timer);
    helper.waiting.delete(reply.id as number);
    this.#slowest = Math.max(this.#slowest, performance.now() - waiting.asked);
    waiting.give(reply.answer);
  }

  #lose(helper: Helper, why: string): void {
    if (!this.#helpers.includes(helper)) return;
    const worked = helper.ready;
    this.#end(helper, new Error(why));
    const rest = this.#ready().length + 1;
    const threads = rest === 1 ? "1 thread goes" : `${rest} threads go`;
    const reason = why.replace(/[.\s]*$/, "");
    this.#notice(
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
export function workersHere(asked: number | undefined): number {
  const there = Math.min(MOST, globalThis.navigator?.hardwareConcurrency ?? 1);
  return Math.max(1, Math.floor(asked ?? there));
}

async function startThread(hear: (reply: Reply) => void, lost: (why: string) => void): Promise<Thread> {
  const script = new URL("./assistant.js", import.meta.url);
  if (import.meta.url.startsWith("file:")) {
    const { startNodeThread } = await import("./node.js");
    return startNodeThread<Question, Reply>(script, hear, lost);
  }
  const worker = new Worker(await startable(script), { type: "module" });
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
async function startable(script: URL): Promise<URL | string> {
  if (script.origin === globalThis.origin) return script;
  const text = `import ${JSON.stringify(script.href)};`;
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
