import type { Field } from "../module.js";
import { choiceLabel } from "../fields.js";
import type { Unread } from "../runs/run-storage.js";
import { readRecord, stepsPerEpochOf, type RunRecord, type StoredRun } from "../runs/stored-run.js";
import { count, megabytes } from "../format.js";

const MOST_RUNS = 20;
const MOST_BYTES = 32e6;
/** More curves at once than this are told apart with pains: further runs are shown when they are asked for. */
const SHOWN_UNASKED = 4;
/** As many are shown of those that earlier visits left. */
const SHOWN_FIRST = 2;

/** The runs that were trained or opened here, and the recipes that are to be trained in turn. */
export interface RunsState {
  /** The latest first. */
  list: readonly StoredRun[];
  /** The ids of those that are drawn. */
  shown: ReadonlySet<string>;
  /** What went out of the list by itself; empty where nothing did. */
  listNotice: string;
  /** Why the storage keeps nothing; empty while it does. */
  storageNotice: string;
  /** The links of the recipes that are to be trained, the next one first. */
  queue: readonly string[];
}

export const initialRuns: RunsState = { list: [], shown: new Set(), listNotice: "", storageNotice: "", queue: [] };

/** A run that is to be listed: `name` is empty for one that was trained here. */
export type NewRun = Pick<RunRecord, "id" | "name" | "values" | "accuracy" | "text" | "stepsPerEpoch">;

/** What is worth knowing: what was given up, and what is not stored. */
export function noticeOf({ listNotice, storageNotice }: RunsState): string {
  return [listNotice, storageNotice].filter(Boolean).join(" ");
}

/** Earlier visits left these. */
export function loaded(runs: RunsState, stored: readonly StoredRun[], unread: Unread): RunsState {
  const list = [...stored].sort((a, b) => b.when - a.when);
  const shown = new Set(list.slice(0, SHOWN_FIRST).map(({ id }) => id));
  return { ...runs, list, shown, listNotice: unreadText(unread) };
}

function unreadText({ unreadable, newer, damaged }: Unread): string {
  const sentence = (runs: number, one: string, several: string): string =>
    runs === 0 ? "" : runs === 1 ? `One of the kept runs ${one}` : `${count(runs)} of the kept runs ${several}`;
  return [
    sentence(unreadable, "cannot be read now. It is left as it is.", "cannot be read now. They are left as they are."),
    sentence(
      newer,
      "is of a newer version of this page. It is left as it is.",
      "are of a newer version of this page. They are left as they are.",
    ),
    sentence(damaged, "is damaged. Its file is set aside.", "are damaged. Their files are set aside."),
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * A run is put first. One that is in the list already, or was there with fewer steps, keeps its name and its pin.
 * @param now milliseconds since 1970
 */
export function added(runs: RunsState, run: NewRun, fields: Field[], now: number): RunsState {
  const { steps, check } = JSON.parse(run.text) as { steps: number; check: string };
  const before = runs.list.find((other) => other.id === run.id || other.check === check);
  const stored = readRecord({
    ...run,
    id: before?.id ?? run.id,
    name: before?.name ?? freeName(runs, run.name || nameOf(run.values, fields)),
    pinned: before?.pinned ?? false,
    when: now,
    accuracy: run.accuracy ?? before?.accuracy ?? null,
    stepsPerEpoch: run.stepsPerEpoch ?? before?.stepsPerEpoch ?? stepsPerEpochOf(run.values, steps),
  });
  const list = [stored, ...runs.list.filter((other) => other !== before)];
  const shown = runs.shown.size < SHOWN_UNASKED ? new Set([...runs.shown, stored.id]) : runs.shown;
  return pruned({ ...runs, list, shown, listNotice: "" });
}

/** The oldest runs that are not pinned go, where there are too many or too large ones. */
function pruned(runs: RunsState): RunsState {
  const gone: StoredRun[] = [];
  const left = (): StoredRun[] => runs.list.filter((run) => !gone.includes(run));
  const tooMuch = (): boolean =>
    left().length > MOST_RUNS || left().reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES;
  while (tooMuch()) {
    const oldest = left().findLast(({ pinned }) => !pinned);
    if (!oldest) break;
    gone.push(oldest);
  }
  if (gone.length === 0) return runs;
  const bound = `The list holds ${MOST_RUNS} runs of ${megabytes(MOST_BYTES)} together`;
  const names = gone.map(({ name }) => name).join(", ");
  const listNotice = `${bound}: ${names} went, the oldest that was not pinned.`;
  return { ...gone.reduce(without, runs), listNotice };
}

/** A person took a run out. */
export function removed(runs: RunsState, id: string): RunsState {
  const run = runs.list.find((one) => one.id === id);
  return { ...(run ? without(runs, run) : runs), listNotice: "" };
}

function without(runs: RunsState, run: StoredRun): RunsState {
  return {
    ...runs,
    list: runs.list.filter((other) => other !== run),
    shown: new Set([...runs.shown].filter((id) => id !== run.id)),
  };
}

export function withShown(runs: RunsState, id: string, isShown: boolean): RunsState {
  const shown = new Set(runs.shown);
  if (isShown) shown.add(id);
  else shown.delete(id);
  return { ...runs, shown };
}

export function renamed(runs: RunsState, id: string, name: string): RunsState {
  return replaced(runs, id, (run) => ({ ...run, name: name.trim() || run.name }));
}

export function pinned(runs: RunsState, id: string, isPinned: boolean): RunsState {
  return replaced(runs, id, (run) => ({ ...run, pinned: isPinned }));
}

function replaced(runs: RunsState, id: string, change: (run: StoredRun) => StoredRun): RunsState {
  return { ...runs, list: runs.list.map((run) => (run.id === id ? change(run) : run)) };
}

function freeName({ list }: RunsState, name: string): string {
  const taken = new Set(list.map((run) => run.name));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

function nameOf(values: Record<string, string>, fields: Field[]): string {
  const label = (key: string): string => choiceLabel(fields, key, values[key] ?? "");
  return `${label("model")}, ${label("data")}`;
}
