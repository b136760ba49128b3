import type { Command, WorkerEvent } from "../protocol.js";

/** How long a worker that broke has to say why. */
const LAST_WORDS_MS = 300;

/** A worker with one engine: what it says is heard, and so is its sudden end. */
export class EngineWorker {
  readonly #worker = new Worker(new URL("../worker.ts", import.meta.url), { type: "module", name: "bunsen" });
  /** Who hears it. */
  hear: (event: WorkerEvent) => void;
  /** The choice that it was last told of. */
  #id = 0;
  #opened = false;
  #over = false;

  constructor(hear: (event: WorkerEvent) => void) {
    this.hear = hear;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
      this.#opened ||= data.type === "opened";
      this.#over = data.type === "failed";
      this.hear(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crashed(event.message);
    };
    this.#worker.onmessageerror = () => this.#crashed("what it said could not be read");
  }

  send(command: Command): void {
    if ("id" in command) this.#id = command.id;
    this.#worker.postMessage(command);
  }

  /** Ends it, and the workers that help it. */
  end(): void {
    this.#over = true;
    this.#worker.terminate();
  }

  /** Waits a moment: mostly the worker can still say for itself what happened, and says it better. */
  #crashed(why: string): void {
    setTimeout(() => {
      if (this.#over) return;
      const message = `The worker came to a sudden end${why ? `: ${why.replace(/\.$/, "")}` : ""}.`;
      const during = this.#opened ? "training" : "opening";
      this.hear({ type: "failed", id: this.#id, failure: { kind: "crash", message, during } });
    }, LAST_WORDS_MS);
  }
}
