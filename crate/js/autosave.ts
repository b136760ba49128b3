// Saves a run's checkpoints in the browser's origin-private file system, so that the run survives its tab.
//
// This is best effort: where storage is absent, forbidden, full or damaged, training continues, and a notice says what is
// not saved. Each run has files of its own, and holds a Web Lock of its own name that ends with its worker: so tabs that train
// the same recipe do not touch each other's files, and a run whose lock nobody holds has stopped.

import type { StoppedRun } from "./api.js";
import { requireBytes, requireFunction, requireText, requireWhole } from "./arguments.js";
import {
  checkpointName,
  isSealed,
  latestFirst,
  listCheckpoints,
  listStopped,
  lockOf,
  mostStepsFirst,
  readCheckpoint,
  type CheckpointFile,
  type StoredCheckpoint,
} from "./checkpoint-files.js";
import { storageFailure } from "./dataset-storage.js";
import { hex, shortDigest } from "./digest.js";
import { BunsenError, throwBunsenErrors } from "./errors.js";
import { FOLDERS } from "./opfs.js";
import { WritableFolder } from "./opfs-writer.js";
import { StorageSeal } from "./storage-seal.js";

/** Of each run: the last, and the one before it should the last be damaged. */
const CHECKPOINTS_PER_RUN = 2;
/** Of all runs together, the current one included. */
const MAX_RUNS = 8;
const MAX_BYTES = 256 << 20;

/** How long a run's lock may take to be released after its worker's end. */
const LOCK_TIMEOUT_MS = 2_000;

const NOT_SAVED = "This run is not kept, and ends with its tab";

const DAMAGED = "A checkpoint in the browser's storage was damaged and is left out.";
const UNREADABLE = "A checkpoint in the browser's storage cannot be read now. It is left there.";

/** For a dedicated worker. Calls are done one after another; none but `read` throws, but for values of another type. */
export class Autosave {
  readonly #folder = new WritableFolder(FOLDERS.checkpoints);
  readonly #onNotice: (notice: string | undefined) => void;
  readonly #seal: StorageSeal;
  #last: Promise<unknown> = Promise.resolve();
  #recipe = "";
  /** The run whose lock is held. */
  #run: string | undefined;
  /** Its name, from when it begins: before the lock is held. */
  #name: string | undefined;
  /** The checkpoint that is to be written next. */
  #next: { step: number; bytes: Uint8Array } | undefined;
  #saved: Promise<void> = Promise.resolve();
  #release: (() => Promise<unknown>) | undefined;
  #notice: string | undefined;

  /**
   * @param onNotice is told what is not saved and why, as a sentence; undefined once all is well again
   * @param seal tells what this browser wrote
   */
  constructor(onNotice: (notice: string | undefined) => void, seal = new StorageSeal()) {
    this.#onNotice = requireFunction(onNotice, "what is told of notices", "storage");
    this.#seal = seal;
  }

  /** The name of the run that is being saved, from when it begins. */
  get run(): string | undefined {
    return this.#name;
  }

  /**
   * The stopped run of that recipe that has the most steps and can be resumed: all runs of a recipe are the same.
   * @param link canonical
   */
  async find(link: string): Promise<StoppedRun | undefined> {
    requireLink(link);
    return this.#enqueue(async () => {
      for (const file of mostStepsFirst(await this.#stoppedFiles(await shortDigest(link)))) {
        const { run, step, written } = file;
        if (step === undefined) continue;
        const contents = await readCheckpoint(this.#folder, file);
        if (typeof contents !== "string") {
          return { run, step, written, sealed: await isSealed(this.#seal, file, contents) };
        }
        if (contents === "damaged") await this.#remove(file.name);
        if (contents !== "gone") this.#notify(contents === "damaged" ? DAMAGED : UNREADABLE);
      }
      return undefined;
    });
  }

  /**
   * The checkpoint of a stopped run, and whether it is `sealed`: whether this browser wrote it by itself. Throws where it is
   * gone, damaged or cannot be read now.
   */
  async read(stopped: StoppedRun): Promise<StoredCheckpoint> {
    const { run, step } = (stopped ?? {}) as Partial<StoppedRun>;
    requireText(run, "the name of a stopped run", "storage");
    requireStep(step);
    const read = await this.#enqueue(async (): Promise<StoredCheckpoint | "damaged" | "unreadable" | "gone"> => {
      const file = (await this.#list()).find((file) => file.run === run && file.step === step);
      if (!file) return "gone";
      const bytes = await readCheckpoint(this.#folder, file);
      return typeof bytes === "string" ? bytes : { bytes, sealed: await isSealed(this.#seal, file, bytes) };
    });
    if (typeof read === "object") return read;
    const why = read === "unreadable" ? "cannot be read now" : "is no longer in the browser's storage, or damaged";
    throw new BunsenError("storage", `The checkpoint of step ${step} ${why}.`);
  }

  /**
   * From now on a run of that recipe is saved.
   * @param run the stopped run that is resumed; the run gets another name where another tab has resumed it
   */
  begin(link: string, run?: string): void {
    requireLink(link);
    if (run !== undefined) requireText(run, "the name of a stopped run", "storage");
    const name = run ?? newName();
    this.#name = name;
    const work = async (): Promise<void> => {
      await this.#releaseLock();
      this.#recipe = await shortDigest(link);
      if (run && !(await this.#lock(run, LOCK_TIMEOUT_MS))) await this.#lockAnother(name);
      if (!run) await this.#lock(name);
    };
    void this.#enqueue(work, NOT_SAVED).then(() => {
      if (!this.#run) this.#rename(name, undefined);
    });
  }

  /** The run is saved under another name from now on. */
  async #lockAnother(before: string | undefined): Promise<void> {
    const name = newName();
    await this.#lock(name);
    this.#rename(before, name);
  }

  /** Another run may have begun meanwhile. */
  #rename(before: string | undefined, name: string | undefined): void {
    if (this.#name === before) this.#name = name;
  }

  /** Saves a checkpoint, and removes older ones for it. */
  async save(step: number, checkpoint: Uint8Array): Promise<void> {
    requireStep(step);
    requireBytes(checkpoint, "a checkpoint", "storage");
    const waiting = this.#next !== undefined;
    // The caller may transfer the bytes.
    this.#next = { step, bytes: checkpoint.slice() };
    // Where the storage is slower than the run, only the latest checkpoint is written.
    if (!waiting) this.#saved = this.#enqueue(() => this.#saveNext(), NOT_SAVED);
    return this.#saved;
  }

  async #saveNext(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    if (!next || !this.#run) return;
    const files = await this.#list();
    // It went on from an earlier step than its files have, because those could not be read: they stay as they are.
    if (files.some(({ run, step = 0 }) => run === this.#run && step > next.step)) {
      const before = this.#run;
      await this.#releaseLock();
      await this.#lockAnother(before);
    }
    const [recipe, run] = [this.#recipe, this.#run];
    const name = await checkpointName(this.#seal, { recipe, run, step: next.step }, next.bytes);
    if (!files.some((file) => file.name === name)) await this.#write(name, `${recipe}.${run}`, next.bytes);
    this.#notify(undefined);
    await this.#prune();
  }

  /** The run is finished: removes its checkpoints, and those of other stopped runs of its recipe. */
  finish(): Promise<void> {
    this.#name = undefined;
    return this.#enqueue(async () => {
      const [recipe, run] = [this.#recipe, this.#run];
      await this.#releaseLock();
      if (!run) return;
      for (const { name } of await this.#stoppedFiles(recipe)) await this.#remove(name);
    });
  }

  /** Removes the stopped runs of a recipe. */
  async discard(link: string): Promise<void> {
    requireLink(link);
    return this.#enqueue(async () => {
      for (const { name } of await this.#stoppedFiles(await shortDigest(link))) await this.#remove(name);
    });
  }

  /** Saves this run no longer: whoever finds it may resume it. */
  stop(): void {
    this.#name = undefined;
    void this.#enqueue(() => this.#releaseLock());
  }

  async #releaseLock(): Promise<void> {
    const release = this.#release;
    this.#release = this.#run = undefined;
    await release?.();
  }

  /** One after another. What fails becomes a notice, where `consequence` says how it begins. */
  #enqueue<T>(work: () => Promise<T>, consequence?: string): Promise<T | undefined> {
    const done = this.#last
      .then(assertSupported)
      .then(work)
      .catch((thrown: unknown) => {
        if (consequence) this.#notify(`${consequence}: ${storageFailure(thrown)}.`);
        return undefined;
      });
    this.#last = done;
    return done;
  }

  #notify(notice: string | undefined): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#onNotice(notice);
  }

  /** Takes a run's name, waiting so long for its lock. */
  async #lock(run: string, milliseconds?: number): Promise<boolean> {
    let granted: (value: boolean) => void = () => {};
    const answer = new Promise<boolean>((resolve) => (granted = resolve));
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const options = milliseconds === undefined ? {} : { signal: AbortSignal.timeout(milliseconds) };
    const released = navigator.locks.request(lockOf(run), options, () => {
      granted(true);
      return held;
    });
    released.catch(() => granted(false));
    if (!(await answer)) return false;
    this.#run = run;
    this.#release = () => {
      release();
      return released;
    };
    return true;
  }

  /** Where there is no room, the oldest checkpoints of stopped runs go. */
  async #write(name: string, temporary: string, bytes: Uint8Array): Promise<void> {
    for (;;) {
      try {
        return await this.#folder.write(name, temporary, bytes);
      } catch (thrown) {
        if ((thrown as Error | undefined)?.name !== "QuotaExceededError") throw thrown;
        const oldest = latestFirst(await this.#stoppedFiles(), Date.now()).at(-1);
        if (!oldest || !(await this.#remove(oldest.name))) throw thrown;
      }
    }
  }

  async #prune(): Promise<void> {
    const others = await this.#stoppedFiles();
    const current = (await this.#list()).filter(({ run, step }) => run === this.#run && step !== undefined);
    const [kept, past] = split(mostStepsFirst(current), CHECKPOINTS_PER_RUN);
    for (const { name } of past) await this.#remove(name);
    let bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
    const runs = new Set<string>();
    for (const file of latestFirst(others, Date.now())) {
      runs.add(file.run);
      bytes += file.bytes;
      const unfinished = file.step === undefined;
      if (unfinished || runs.size >= MAX_RUNS || bytes > MAX_BYTES) await this.#remove(file.name);
    }
  }

  /** Files of runs whose lock nobody holds, of one recipe or of all. */
  async #stoppedFiles(recipe?: string): Promise<CheckpointFile[]> {
    const files = await listStopped(this.#folder);
    return files.filter((file) => (recipe ?? file.recipe) === file.recipe);
  }

  #list(): Promise<CheckpointFile[]> {
    return listCheckpoints(this.#folder);
  }

  async #remove(name: string): Promise<boolean> {
    return this.#folder.remove(name).then(
      () => true,
      () => false,
    );
  }
}

throwBunsenErrors(Autosave, "storage");

/** Web Locks and storage are absent where the page is no secure context; reading them throws where they are forbidden. */
function assertSupported(): void {
  if ("locks" in navigator && "getDirectory" in (navigator.storage ?? {})) return;
  throw new DOMException("Something that keeps files is missing.", "NotSupportedError");
}

function requireLink(link: unknown): void {
  requireText(link, "a link", "storage");
}

function requireStep(step: unknown): void {
  requireWhole(step, "step", 0, Number.MAX_SAFE_INTEGER, "storage");
}

const newName = (): string => hex(crypto.getRandomValues(new Uint8Array(6)));

function split<T>(list: readonly T[], at: number): [T[], T[]] {
  return [list.slice(0, at), list.slice(at)];
}
