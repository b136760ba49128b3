import type { Field } from "../module.js";
import { count, megabytes } from "../format.js";
import { choiceLabel } from "../fields.js";
import { readKept, stepsPerEpochOf, type Kept, type KeptRun } from "./record.js";
import { Store } from "./store.js";

const MOST_RUNS = 20;
const MOST_BYTES = 32e6;
/** More curves at once than this are told apart with pains: further runs are shown when they are asked for. */
const SHOWN_UNASKED = 4;

/** A run that is to be kept: `name` is empty for one that was trained here. */
export type NewRun = Pick<Kept, "id" | "name" | "values" | "accuracy" | "text"> & { stepsPerEpoch: number | null };

/**
 * The runs that were trained or opened here, the latest first. They are kept in the browser's storage as run files; where
 * it refuses, they stay for as long as the page does, and a notice says so.
 */
export class Runs {
  list: readonly KeptRun[] = [];
  /** The ids of those that are drawn. */
  shown: ReadonlySet<string> = new Set();
  /** What went out of the list by itself. */
  #news = "";
  /** Why the storage keeps nothing; empty while it does. */
  #refusal = "";
  readonly #store = new Store();
  readonly #listeners = new Set<() => void>();
  #loading: Promise<void> | undefined;

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is worth knowing: what was given up, and what is not kept. */
  get notice(): string {
    return [this.#news, this.#refusal].filter(Boolean).join(" ");
  }

  /** Reads what earlier visits kept, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const { runs, damaged } = await this.#store.load();
      this.list = runs.sort((a, b) => b.when - a.when);
      this.shown = new Set(this.list.slice(0, 2).map(({ id }) => id));
      if (damaged > 0) this.#news = `${count(damaged)} of the kept runs could not be read and went.`;
    } catch (thrown) {
      this.#notKept(thrown);
    }
    this.#changed();
  }

  /** Keeps a run. One that is in the list already, or was there with fewer steps, takes its own place. */
  async add(run: NewRun, fields: Field[]): Promise<void> {
    await this.load();
    const { steps, check } = JSON.parse(run.text) as { steps: number; check: string };
    const before = this.list.find((other) => other.id === run.id || other.check === check);
    const kept = readKept({
      ...run,
      id: before?.id ?? run.id,
      name: before?.name ?? this.#freeName(run.name || nameOf(run.values, fields)),
      pinned: before?.pinned ?? false,
      when: Date.now(),
      accuracy: run.accuracy ?? before?.accuracy ?? null,
      stepsPerEpoch: run.stepsPerEpoch ?? before?.stepsPerEpoch ?? stepsPerEpochOf(run.values, steps),
    });
    this.list = [kept, ...this.list.filter((other) => other !== before)];
    if (this.shown.size < SHOWN_UNASKED) this.shown = new Set([...this.shown, kept.id]);
    this.#news = "";
    this.#prune();
    if (this.list.includes(kept)) this.#keep(kept);
    this.#changed();
  }

  /** Tells those who show the list that something beside it changed. */
  touch(): void {
    this.#changed();
  }

  show(id: string, shown: boolean): void {
    const ids = new Set(this.shown);
    if (shown) ids.add(id);
    else ids.delete(id);
    this.shown = ids;
    this.#changed();
  }

  rename(id: string, name: string): void {
    this.#replace(id, (run) => ({ ...run, name: name.trim() || run.name }));
  }

  pin(id: string, pinned: boolean): void {
    this.#replace(id, (run) => ({ ...run, pinned }));
  }

  remove(id: string): void {
    const run = this.list.find((one) => one.id === id);
    if (run) this.#drop(run);
    this.#news = "";
    this.#changed();
  }

  #replace(id: string, change: (run: KeptRun) => KeptRun): void {
    this.list = this.list.map((run) => (run.id === id ? change(run) : run));
    const changed = this.list.find((run) => run.id === id);
    if (changed) this.#keep(changed);
    this.#changed();
  }

  /** The oldest that is not pinned goes first. */
  #prune(): void {
    const bytes = (): number => this.list.reduce((sum, run) => sum + run.bytes, 0);
    const gone: string[] = [];
    while (this.list.length > MOST_RUNS || bytes() > MOST_BYTES) {
      const oldest = this.list.findLast(({ pinned }) => !pinned);
      if (!oldest) break;
      this.#drop(oldest);
      gone.push(oldest.name);
    }
    if (gone.length === 0) return;
    const bound = `The list holds ${MOST_RUNS} runs of ${megabytes(MOST_BYTES)} together`;
    this.#news = `${bound}: ${gone.join(", ")} went, the oldest that was not pinned.`;
  }

  #drop(run: KeptRun): void {
    this.list = this.list.filter((other) => other !== run);
    this.shown = new Set([...this.shown].filter((id) => id !== run.id));
    // One that the storage never took is not there to be removed.
    this.#store.remove(run).catch(() => {});
  }

  #keep(run: KeptRun): void {
    const kept = this.#store.write(run).then(
      () => (this.#refusal = ""),
      (thrown: unknown) => this.#notKept(thrown),
    );
    void kept.then(() => this.#changed());
  }

  #notKept(thrown: unknown): void {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    this.#refusal = `${why}: the runs in this list stay until the page is closed. Save those that you need.`;
  }

  #freeName(name: string): string {
    const taken = new Set(this.list.map((run) => run.name));
    if (!taken.has(name)) return name;
    let number = 2;
    while (taken.has(`${name} ${number}`)) number++;
    return `${name} ${number}`;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function nameOf(values: Record<string, string>, fields: Field[]): string {
  const label = (key: string): string => choiceLabel(fields, key, values[key] ?? "");
  return `${label("model")}, ${label("data")}`;
}
