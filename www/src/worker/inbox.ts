import type { Command, Requests } from "../protocol.js";
import type { RequestMessage } from "../rpc/protocol.js";

/** What the page sends. */
export type Message = Command | RequestMessage<Requests>;

/** Of what is tried and what is inspected, only the latest is worth an answer. */
const LATEST_ONLY: ReadonlySet<Message["type"]> = new Set(["predict", "inspect"]);

/** Messages in the order they came. */
export class Inbox {
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;

  put(message: Message): void {
    if (LATEST_ONLY.has(message.type)) {
      const older = this.#messages.findIndex(({ type }) => type === message.type);
      if (older >= 0) this.#messages.splice(older, 1);
    }
    this.#messages.push(message);
    this.#wake?.();
  }

  /** Ends a wait: there is something else to do. */
  wake(): void {
    this.#wake?.();
  }

  take(): Message | undefined {
    return this.#messages.shift();
  }

  /** Waits for a message; gives false where `milliseconds` went by without one. */
  async wait(milliseconds?: number): Promise<boolean> {
    if (this.#messages.length > 0) return true;
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(this.#messages.length > 0);
      };
    });
  }
}

/** Lets the browser deliver what has been posted: a promise alone would not. */
export function macrotask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
