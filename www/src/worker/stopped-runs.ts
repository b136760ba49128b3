import type { StoppedRun } from "../module.js";
import type { Checkpoint, WorkerEvent } from "../protocol.js";
import type { RunAutosave } from "./run-autosave.js";

/** How long Train waits to hear of a run that stopped. */
const FIND_MS = 3_000;

/** The stopped runs of a recipe that the storage has. */
export class StoppedRuns {
  readonly #post: (event: WorkerEvent) => void;
  /** Whether there is one of the recipe that was chosen last. */
  #found: Promise<boolean> = Promise.resolve(false);

  constructor(post: (event: WorkerEvent) => void) {
    this.#post = post;
  }

  /** Tells the page of the one that can go on. Not waited for. */
  find(id: number, link: string, autosave: RunAutosave): Promise<boolean> {
    return (this.#found = this.#find(id, link, autosave));
  }

  /** Whether one was found. The storage is not waited for for long. */
  get isFound(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(resolve, FIND_MS, false));
    return Promise.race([this.#found, late]);
  }

  async #find(id: number, link: string, autosave: RunAutosave): Promise<boolean> {
    const stopped = (await autosave.find(link)) ?? null;
    this.#post({ type: "stoppedRun", id, stopped });
    return stopped !== null;
  }
}

/** What a stopped run goes on from. Throws where that is gone or damaged. */
export async function storedCheckpoint(
  stopped: StoppedRun,
  autosave: RunAutosave | undefined,
): Promise<Checkpoint | null> {
  const stored = await autosave?.read(stopped);
  return stored ? { step: stopped.step, bytes: stored.bytes, run: stopped.run, computedHere: stored.sealed } : null;
}
