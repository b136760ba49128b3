import type { Field } from "../module.js";
import { choiceLabel } from "../fields.js";
import { differences } from "../runs/difference.js";
import type { Unread } from "../runs/run-storage.js";
import { readRecord, stepsPerEpochOf, type RunRecord, type StoredRun } from "../runs/stored-run.js";
import { count, megabytes } from "../format.js";

const MOST_RUNS = 20;
const MOST_BYTES = 32e6;
/** Of all checkpoints in the list together. */
const MOST_CHECKPOINT_BYTES = 128e6;
/** More curves at once than this are told apart with pains: further runs are shown when they are asked for. */
const SHOWN_UNASKED = 4;
/** As many are shown of those that earlier visits left. */
const SHOWN_FIRST = 2;

/** A name that says more than this is no name. */
const MOST_CHANGES_NAMED = 2;

/** The checkpoint of a run of the list, from which its network comes back. */
export interface KeptCheckpoint {
  step: number;
  bytes: number;
}

/** The runs that were trained or opened here. */
export interface RunsState {
  /** The latest first. */
  list: readonly StoredRun[];
  /** Of the runs that have one, by id. */
  checkpoints: ReadonlyMap<string, KeptCheckpoint>;
  /** The ids of those that are drawn. */
  shown: ReadonlySet<string>;
  /** What went out of the list by itself; empty where nothing did. */
  listNotice: string;
  /** Why the storage keeps nothing; empty while it does. */
  storageNotice: string;
  /** The id that the run at hand has in the list, or is to have. */
  atHand: string;
}

export const initialRuns: RunsState = {
  list: [],
  checkpoints: new Map(),
  shown: new Set(),
  listNotice: "",
  storageNotice: "",
  atHand: "",
};

/** A run that is to be listed: `name` is empty for one that was trained here. */
export type NewRun = Omit<RunRecord, "pinned" | "when" | "slot">;

/** What is worth knowing: what was given up, and what is not stored. */
export function noticeOf({ listNotice, storageNotice }: RunsState): string {
  return [listNotice, storageNotice].filter(Boolean).join(" ");
}

/** Earlier visits left these. */
export function loaded(
  runs: RunsState,
  stored: readonly StoredRun[],
  checkpoints: ReadonlyMap<string, KeptCheckpoint>,
  unread: Unread,
): RunsState {
  const list = withSlots([...stored].sort(latestFirst));
  const shown = new Set(list.slice(0, SHOWN_FIRST).map(({ id }) => id));
  return { ...runs, list, checkpoints, shown, listNotice: unreadText(unread) };
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
 * A run is put first. One that is in the list already, with fewer steps or with the same check, keeps its name, its pin and
 * its letter; one that nobody trained anew keeps its date and its place, too. A file changes nothing of a run that was trained
 * here: its check covers neither scores nor timings.
 * @param now milliseconds since 1970
 */
export function added(runs: RunsState, run: NewRun, fields: Field[], now: number): RunsState {
  const { steps, check } = JSON.parse(run.text) as { steps: number; check: string };
  const same = runs.list.find((other) => other.check === check);
  if (same && run.isFromFile && !same.isFromFile) return { ...runs, listNotice: "" };
  const earlier = runs.list.find((other) => other.id === run.id);
  const before = same ?? earlier;
  const [latest] = runs.list;
  const stored = readRecord({
    ...run,
    // What was a file's is the run that was trained here, which its checkpoints come to.
    id: same?.isFromFile && !run.isFromFile ? run.id : (before?.id ?? run.id),
    name: before?.name ?? freeName(runs, run.name || nameOf(run.values, fields), run.values, fields),
    pinned: same?.pinned || earlier?.pinned || false,
    // A clock may have been set back, and the list is in the order of its dates.
    when: same && run.accuracy === null ? same.when : Math.max(now, latest ? latest.when + 1 : 0),
    accuracy: allKnown(run.accuracy, before?.accuracy ?? null),
    autosave: run.autosave ?? before?.autosave ?? null,
    stepsPerEpoch: run.stepsPerEpoch ?? before?.stepsPerEpoch ?? stepsPerEpochOf(run.values, steps),
    slot: before?.slot ?? freeSlot(runs.list),
  });
  // The same run from its first step: what it was with fewer steps is in it.
  const places = runs.list.filter((other) => other === same || other === earlier);
  const left = places.filter(({ id }) => id !== stored.id).reduce(without, runs);
  const list = [stored, ...left.list.filter(({ id }) => id !== stored.id)].sort(latestFirst);
  const isShown = before ? places.some(({ id }) => runs.shown.has(id)) : left.shown.size < SHOWN_UNASKED;
  const shown = isShown ? new Set([...left.shown, stored.id]) : left.shown;
  return pruned({ ...left, list, shown, listNotice: "" });
}

/** Another tab put this run into the list, or changed it. */
export function merged(runs: RunsState, run: StoredRun, checkpoint: KeptCheckpoint | undefined): RunsState {
  const list = withSlots([run, ...runs.list.filter(({ id }) => id !== run.id)].sort(latestFirst));
  const checkpoints = new Map(runs.checkpoints);
  if (checkpoint) checkpoints.set(run.id, checkpoint);
  else checkpoints.delete(run.id);
  return { ...runs, list, checkpoints };
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
  const listNotice = `${bound}: ${namesOf(gone)} went, the oldest that was not pinned.`;
  return { ...gone.reduce(without, runs), listNotice };
}

/** A run of the list has a checkpoint, from which its network comes back. The oldest go where all are too large together. */
export function withCheckpoint(runs: RunsState, id: string, checkpoint: KeptCheckpoint): RunsState {
  if (!runs.list.some((run) => run.id === id)) return runs;
  const all = new Map(runs.checkpoints).set(id, checkpoint);
  const gone: StoredRun[] = [];
  let bytes = 0;
  for (const run of [...runs.list.filter(({ pinned }) => pinned), ...runs.list.filter(({ pinned }) => !pinned)]) {
    const size = all.get(run.id)?.bytes ?? 0;
    if (bytes + size <= MOST_CHECKPOINT_BYTES) bytes += size;
    else gone.push(run);
  }
  if (gone.length === 0) return { ...runs, checkpoints: all };
  for (const run of gone) all.delete(run.id);
  const bound = `The networks of the list take ${megabytes(MOST_CHECKPOINT_BYTES)} at most`;
  const their = gone.length === 1 ? "its curves stay" : "their curves stay";
  return { ...runs, checkpoints: all, listNotice: `${bound}: of ${namesOf(gone)} the weights are not kept, ${their}.` };
}

/** A person took a run out. */
export function removed(runs: RunsState, id: string): RunsState {
  const run = runs.list.find((one) => one.id === id);
  return { ...(run ? without(runs, run) : runs), listNotice: "" };
}

function without(runs: RunsState, run: StoredRun): RunsState {
  const checkpoints = new Map(runs.checkpoints);
  checkpoints.delete(run.id);
  return {
    ...runs,
    list: runs.list.filter((other) => other !== run),
    checkpoints,
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

/** What is known of the same steps from either. */
function allKnown(accuracy: RunRecord["accuracy"], before: RunRecord["accuracy"]): RunRecord["accuracy"] {
  if (!accuracy || !before) return accuracy ?? before;
  return accuracy.map((one, at) => (Number.isNaN(one) ? (before[at] ?? NaN) : one));
}

const latestFirst = (a: StoredRun, b: StoredRun): number => b.when - a.when;
const namesOf = (runs: readonly StoredRun[]): string => runs.map(({ name }) => name).join(", ");

function freeSlot(list: readonly Pick<StoredRun, "slot">[]): number {
  const taken = new Set(list.map(({ slot }) => slot));
  let slot = 0;
  while (taken.has(slot)) slot++;
  return slot;
}

/** Two tabs may have given the same slot to two runs: the older one keeps it. */
function withSlots(list: readonly StoredRun[]): StoredRun[] {
  const sorted: StoredRun[] = [];
  for (const run of [...list].reverse()) {
    const isTaken = sorted.some(({ slot }) => slot === run.slot);
    sorted.push(isTaken ? { ...run, slot: freeSlot([...sorted, ...list]) } : run);
  }
  return sorted.reverse();
}

/** Where the name is taken, what differs from that run is added to it; else a number. */
function freeName({ list }: RunsState, name: string, values: Record<string, string>, fields: Field[]): string {
  const taken = list.find((run) => run.name === name);
  if (!taken) return name;
  const changes = differences(taken.values, values, fields);
  const isFew = changes.length > 0 && changes.length <= MOST_CHANGES_NAMED;
  const changed = isFew ? [name, ...changes.map(({ label, to }) => `${label.toLowerCase()} ${to}`)].join(", ") : name;
  const names = new Set(list.map((run) => run.name));
  if (!names.has(changed)) return changed;
  let number = 2;
  while (names.has(`${changed} ${number}`)) number++;
  return `${changed} ${number}`;
}

function nameOf(values: Record<string, string>, fields: Field[]): string {
  const label = (key: string): string => choiceLabel(fields, key, values[key] ?? "");
  return `${label("model")}, ${label("data")}`;
}
