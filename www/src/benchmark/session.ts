import type { Methods } from "../rpc/protocol.js";
import type { Candidate } from "./candidates.js";
import { MeasuredWorker } from "./measured-worker.js";
import { reasonOf } from "./words.js";

interface Closable {
  close(why: string): void;
}

/** From Run to its end: the workers that are open, and whether Stop was pressed. */
export class Session {
  readonly #workers = new Set<Closable>();
  readonly #changed: (progress: string, share: number) => void;
  readonly #parts: number;
  #done = 0;
  #progress = "";
  stopped = false;

  /**
   * @param parts how many there are of what `tick` counts
   * @param changed told where the session is, and which share of it is done
   */
  constructor(parts: number, changed: (progress: string, share: number) => void) {
    this.#parts = parts;
    this.#changed = changed;
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

  /** Says what is being done. */
  tell(progress: string): void {
    this.#progress = progress;
    this.#tell();
  }

  tick(parts = 1): void {
    this.#done += parts;
    this.#tell();
  }

  stop(): void {
    this.stopped = true;
    for (const worker of [...this.#workers]) this.close(worker);
  }

  /** Works on a row: what goes wrong there ends this row's part and no other's. */
  async attempt(row: { failed: string | null }, work: () => Promise<void>): Promise<void> {
    if (row.failed !== null || this.stopped) return;
    try {
      await work();
    } catch (thrown) {
      // What Stop interrupts is no failure.
      if (!this.stopped) row.failed = reasonOf(thrown);
    }
    this.#tell();
  }

  #tell(): void {
    if (!this.stopped) this.#changed(this.#progress, Math.min(1, this.#done / Math.max(1, this.#parts)));
  }
}
