// Keeps a run's checkpoints in the browser's private storage, so that it survives its tab.
//
// It is a convenience: where storage is absent, forbidden, full or damaged, training goes on, and a notice says what is
// not kept. Each run has files of its own, under a lock of its own that ends with its worker: so tabs that train the same
// recipe do not touch each other's files, and a run whose lock nobody holds has stopped.

import { BunsenError } from "./errors.js";
import { PrivateFiles, UNFINISHED, type PrivateFile } from "./private-files.js";
import { storageSaid } from "./storage.js";

/** Of each run: the last, and the one before it should the last be damaged. */
const OF_EACH_RUN = 2;
/** Of all runs together, the one that goes on included. */
const MOST_RUNS = 8;
const MOST_BYTES = 256 << 20;

/** How long a run's lock may take to come free after its worker's end. */
const LOCK_MS = 2_000;

const NOT_KEPT = "This run is not kept, and ends with its tab";

/** A run that stopped before its end. */
export interface StoppedRun {
  /** Its name in the storage. */
  run: string;
  /** Steps done. */
  step: number;
  /** When it was last kept: milliseconds since 1970. */
  written: number;
}

/** A file's name in parts: recipe and contents as hashes. */
interface Entry extends PrivateFile {
  recipe: string;
  run: string;
  /** Steps done; undefined for a file that was never finished. */
  step?: number;
  digest?: string;
}

/** For a dedicated worker. Calls are done one after another; none but `read` throws. */
export class Keeper {
  readonly #files = new PrivateFiles();
  readonly #say: (notice: string | undefined) => void;
  #last: Promise<unknown> = Promise.resolve();
  #recipe = "";
  #run: string | undefined;
  /** What is to be kept next. */
  #next: { step: number; bytes: Uint8Array } | undefined;
  #kept: Promise<void> = Promise.resolve();
  #release: (() => Promise<unknown>) | undefined;
  #notice: string | undefined;

  /** @param say is told what is not kept and why, as sentences; undefined once all is well again */
  constructor(say: (notice: string | undefined) => void) {
    this.#say = say;
  }

  /** The run that is being kept. */
  get run(): string | undefined {
    return this.#run;
  }

  /** The run of that recipe that stopped last and can be gone on with. @param link canonical */
  async find(link: string): Promise<StoppedRun | undefined> {
    return this.#queue(async () => {
      const found = await this.#stopped(await hash(link));
      for (const { run, step, written, name } of found.sort(lastFirst)) {
        if (step === undefined) continue;
        if (await this.#sound(name)) return { run, step, written };
        await this.#remove(name);
        this.#tell("A checkpoint in the browser's storage was damaged and is left out.");
      }
      return undefined;
    });
  }

  /** The checkpoint of a stopped run. Throws where it is gone or damaged. */
  async read({ run, step }: StoppedRun): Promise<Uint8Array> {
    const bytes = await this.#queue(async () => {
      const entry = (await this.#list()).find((entry) => entry.run === run && entry.step === step);
      return entry && (await this.#sound(entry.name));
    });
    if (bytes) return bytes;
    throw new BunsenError(
      "storage",
      `The checkpoint of step ${step} is no longer in the browser's storage, or damaged.`,
    );
  }

  /**
   * From now on a run of that recipe is kept.
   * @param run the stopped run that goes on; another name is taken where another tab has it
   */
  begin(link: string, run?: string): void {
    const work = async (): Promise<void> => {
      await this.#end();
      this.#recipe = await hash(link);
      if (run && (await this.#lock(run, LOCK_MS))) return;
      await this.#lock(hex(crypto.getRandomValues(new Uint8Array(6))));
    };
    void this.#queue(work, NOT_KEPT);
  }

  /** Keeps a checkpoint, and gives up older ones for it. */
  keep(step: number, checkpoint: Uint8Array): Promise<void> {
    const waiting = this.#next !== undefined;
    // The caller may hand the bytes on.
    this.#next = { step, bytes: checkpoint.slice() };
    // A storage that is slower than the run gets the latest alone.
    if (!waiting) this.#kept = this.#queue(() => this.#keepNext(), NOT_KEPT);
    return this.#kept;
  }

  async #keepNext(): Promise<void> {
    const [next, recipe, run] = [this.#next, this.#recipe, this.#run];
    this.#next = undefined;
    if (!next || !run) return;
    const name = `${recipe}.${run}.${next.step}.${await hash(next.bytes)}.safetensors`;
    const there = (await this.#list()).some((entry) => entry.name === name);
    if (!there) await this.#write(name, `${recipe}.${run}`, next.bytes);
    this.#tell(undefined);
    await this.#prune();
  }

  /** The run is over, and with it what other runs of its recipe left behind. */
  finish(): Promise<void> {
    return this.#queue(async () => {
      const [recipe, run] = [this.#recipe, this.#run];
      await this.#end();
      if (!run) return;
      for (const { name } of await this.#stopped(recipe)) await this.#remove(name);
    });
  }

  /** Gives up the stopped runs of a recipe. */
  forget(link: string): Promise<void> {
    return this.#queue(async () => {
      for (const { name } of await this.#stopped(await hash(link))) await this.#remove(name);
    });
  }

  /** Keeps this run no longer: whoever finds it may go on with it. */
  end(): void {
    void this.#queue(() => this.#end());
  }

  async #end(): Promise<void> {
    const release = this.#release;
    this.#release = this.#run = undefined;
    await release?.();
  }

  /** One after another. What fails is said, if it is worth saying. */
  #queue<T>(work: () => Promise<T>, worth?: string): Promise<T | undefined> {
    const done = this.#last
      .then(needed)
      .then(work)
      .catch((thrown: unknown) => {
        if (worth) this.#tell(`${worth}: ${storageSaid(thrown)}.`);
        return undefined;
      });
    this.#last = done;
    return done;
  }

  #tell(notice: string | undefined): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#say(notice);
  }

  /** Takes a run's name, waiting so long for it. */
  async #lock(run: string, milliseconds?: number): Promise<boolean> {
    let taken: (value: boolean) => void = () => {};
    const answer = new Promise<boolean>((resolve) => (taken = resolve));
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const options = milliseconds === undefined ? {} : { signal: AbortSignal.timeout(milliseconds) };
    const over = navigator.locks.request(lockOf(run), options, () => {
      taken(true);
      return held;
    });
    over.catch(() => taken(false));
    if (!(await answer)) return false;
    this.#run = run;
    this.#release = () => {
      release();
      return over;
    };
    return true;
  }

  /** Where there is no room, the oldest stopped run makes some. */
  async #write(name: string, by: string, bytes: Uint8Array): Promise<void> {
    for (;;) {
      try {
        return await this.#files.write(name, by, bytes);
      } catch (thrown) {
        if ((thrown as Error | undefined)?.name !== "QuotaExceededError") throw thrown;
        const [oldest] = (await this.#stopped()).sort(lastFirst).reverse();
        if (!oldest || !(await this.#remove(oldest.name))) throw thrown;
      }
    }
  }

  async #prune(): Promise<void> {
    const others = await this.#stopped();
    const own = (await this.#list()).filter(({ run, step }) => run === this.#run && step !== undefined);
    for (const { name } of own.sort(lastFirst).slice(OF_EACH_RUN)) await this.#remove(name);
    let bytes = own.slice(0, OF_EACH_RUN).reduce((sum, file) => sum + file.bytes, 0);
    const runs = new Set<string>();
    for (const file of others.sort(lastFirst)) {
      runs.add(file.run);
      bytes += file.bytes;
      const unfinished = file.step === undefined;
      if (unfinished || runs.size >= MOST_RUNS || bytes > MOST_BYTES) await this.#remove(file.name);
    }
  }

  /** Files of runs that nobody trains, of one recipe or of all. */
  async #stopped(recipe?: string): Promise<Entry[]> {
    const { held = [] } = await navigator.locks.query();
    const going = new Set(held.map(({ name }) => name));
    const entries = await this.#list();
    return entries.filter((entry) => !going.has(lockOf(entry.run)) && (recipe ?? entry.recipe) === entry.recipe);
  }

  async #list(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const file of await this.#files.list()) {
      const [recipe, run, step, digest] = file.name.split(".");
      if (!recipe || !run) continue;
      if (file.name.endsWith(UNFINISHED)) entries.push({ ...file, recipe, run });
      else if (digest) entries.push({ ...file, recipe, run, step: Number(step), digest });
    }
    return entries;
  }

  /** The contents, if they are what was written. */
  async #sound(name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#files.read(name).catch(() => undefined);
    return bytes && (await hash(bytes)) === name.split(".")[3] ? bytes : undefined;
  }

  async #remove(name: string): Promise<boolean> {
    return this.#files.remove(name).then(
      () => true,
      () => false,
    );
  }
}

/** Locks and storage are absent where the page is not served safely; reading them throws where they are forbidden. */
function needed(): void {
  if ("locks" in navigator && "getDirectory" in (navigator.storage ?? {})) return;
  throw new DOMException("Something that keeps files is missing.", "NotSupportedError");
}

const lockOf = (run: string): string => `bunsen-run-${run}`;

const lastFirst = (a: Entry, b: Entry): number => b.written - a.written || (b.step ?? 0) - (a.step ?? 0);

/** The first 64 bits of the SHA-256, in hexadecimal. */
async function hash(what: string | Uint8Array): Promise<string> {
  const bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)).subarray(0, 8));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
