import type { Command } from "../protocol.js";

/** Commands in the order they came. */
export class Inbox {
  readonly #commands: Command[] = [];
  #wake: (() => void) | undefined;

  put(command: Command): void {
    // Of what the drawing pad shows, and of what somebody looks at inside, only the latest is worth an answer.
    if (command.type === "look" || command.type === "inside") {
      const older = this.#commands.findIndex(({ type }) => type === command.type);
      if (older >= 0) this.#commands.splice(older, 1);
    }
    this.#commands.push(command);
    this.#wake?.();
  }

  take(): Command | undefined {
    return this.#commands.shift();
  }

  /** Waits for a command; gives false where `milliseconds` went by without one. */
  async wait(milliseconds?: number): Promise<boolean> {
    if (this.#commands.length > 0) return true;
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(this.#commands.length > 0);
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
