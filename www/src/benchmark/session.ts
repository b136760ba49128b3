import type { Methods } from "../rpc/protocol.js";
import type { Candidate } from "./candidates.js";
import { MeasuredWorker } from "./measured-worker.js";
import { reasonOf } from "./text.js";

interface Closable {
  close(why: string): void;
}

/** From Run to its end: the workers that are open, and whether Stop was pressed. */
export class Session {
  readonly #workers = new Set<Closable>();
  readonly #onProgress: (progress: string, share: number) => void;
  readonly #parts: number;
  #done = 0;
  #progress = "";
  stopped = false;

  /**
   * @param parts how many parts there are, as `advance` counts them
   * @param onProgress called with what is being done, and with the share that is done
   */
  constructor(parts: number, onProgress: (progress: string, share: number) => void) {
    this.#parts = parts;
    this.#onProgress = onProgress;
  }

  open<M extends Methods<M>>({ name, spawn }: Candidate): MeasuredWorker<M> {
    const worker = new MeasuredWorker<M>(name, spawn);
    this.#workers.add(worker);
    return worker;
  }

  close(worker: Closable | undefined): void {
    if (!worker) return;
    worker.close("It was closed.");
    this.#workers.delete(worker);
  }

  /** What is being done from now on. */
  setProgress(progress: string): void {
    this.#progress = progress;
    this.#report();
  }

  advance(parts = 1): void {
    this.#done += parts;
    this.#report();
  }

  stop(): void {
    this.stopped = true;
    for (const worker of [...this.#workers]) this.close(worker);
  }

  /** Works on a row. An error ends this row's measurement, and no other row's. */
  async attempt(row: { failed: string | null }, work: () => Promise<void>): Promise<void> {
    if (row.failed !== null || this.stopped) return;
    try {
      await work();
    } catch (thrown) {
      // What Stop interrupts is no failure.
      if (!this.stopped) row.failed = reasonOf(thrown);
    }
    this.#report();
  }

  #report(): void {
    if (!this.stopped) this.#onProgress(this.#progress, Math.min(1, this.#done / Math.max(1, this.#parts)));
  }
}
