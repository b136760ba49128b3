import { reasonOf } from "./words.js";
import type { Answer, Question } from "./workers/answer.js";

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** The page's side of one worker: asks it to do something and waits for the answer. */
export class Caller {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended: Error | undefined;

  /** @param name whose worker it is, for the sentences */
  constructor(
    readonly name: string,
    spawn: () => Worker,
  ) {
    this.#worker = spawn();
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.value);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message
        ? `came to a sudden end: ${reasonOf(event.message)}`
        : "could not be loaded. Look at the connection and try again.";
      this.close(`The script of ${name} ${why}`);
    };
  }

  /** @param patience seconds after which the worker is given up */
  call<T>(method: string, args: readonly unknown[] = [], patience = Infinity): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    const timer = Number.isFinite(patience)
      ? setTimeout(() => this.close(`${this.name} did not answer within ${patience} seconds.`), 1000 * patience)
      : undefined;
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args: [...args] } satisfies Question);
    }).finally(() => clearTimeout(timer)) as Promise<T>;
  }

  /** Ends the worker; whoever waits for it hears why. */
  close(why: string): void {
    if (this.#ended) return;
    this.#ended = new Error(why);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
