import type { Unread } from "../runs/run-storage.js";
import { readRecord, stepsPerEpochOf, type RunRecord, type StoredRun } from "../runs/stored-run.js";
import { letterOf, shortened } from "../runs/short-names.js";
import { count, megabytes } from "../format.js";
import { msg, plural } from "../words/msg.js";

export const MOST_RUNS = 20;
const MOST_BYTES = 32e6;
/** Of all checkpoints in the list together. */
export const MOST_CHECKPOINT_BYTES = 128e6;

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
  /** Of the runs that a person ticked, or no longer wants to see, by id. Of all others `runs/drawn.ts` decides. */
  ticked: ReadonlyMap<string, boolean>;
  /** What went out of the list by itself; empty where nothing did. */
  listNotice: string;
  /** Why the storage keeps nothing; empty while it does. */
  storageNotice: string;
  /** The id that the run at hand has in the list, or is to have. */
  atHand: string;
  /** The ids of the runs that earlier visits left. */
  earlier: ReadonlySet<string>;
}

export const initialRuns: RunsState = {
  list: [],
  checkpoints: new Map(),
  ticked: new Map(),
  listNotice: "",
  storageNotice: "",
  atHand: "",
  earlier: new Set(),
};

/** A run that is to be listed. Its name is empty until a person gives it one: it is called by what differs from others then. */
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
  const earlier = new Set(list.map(({ id }) => id));
  return { ...runs, list, checkpoints, earlier, listNotice: unreadText(unread) };
}

function unreadText({ unreadable, newer, damaged }: Unread): string {
  const sentences: string[] = [];
  if (unreadable > 0) {
    sentences.push(
      plural(
        unreadable,
        "One of the kept runs cannot be read now. It is left as it is.",
        "{count} of the kept runs cannot be read now. They are left as they are.",
      ),
    );
  }
  if (newer > 0) {
    sentences.push(
      plural(
        newer,
        "One of the kept runs is of a newer version of this page. It is left as it is.",
        "{count} of the kept runs are of a newer version of this page. They are left as they are.",
      ),
    );
  }
  if (damaged > 0) {
    sentences.push(
      plural(
        damaged,
        "One of the kept runs is damaged. Its file is set aside.",
        "{count} of the kept runs are damaged. Their files are set aside.",
      ),
    );
  }
  return sentences.join(" ");
}

/**
 * A run is put first. One that is in the list already, with fewer steps or with the same check, keeps its name, its pin and
 * its letter; one that nobody trained anew keeps its date and its place, too. A file changes nothing of a run that was trained
 * here: its check covers neither scores nor timings.
 * @param now milliseconds since 1970
 */
export function added(runs: RunsState, run: NewRun, now: number): RunsState {
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
    name: before?.name || run.name,
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
  // What a person ticked of either stays.
  const choice = places.map(({ id }) => runs.ticked.get(id)).find((isTicked) => isTicked !== undefined);
  const ticked = choice === undefined ? left.ticked : new Map([...left.ticked, [stored.id, choice]]);
  return pruned({ ...left, list, ticked, listNotice: "" });
}

/** Another tab put this run into the list, or changed it. */
export function merged(runs: RunsState, run: StoredRun, checkpoint: KeptCheckpoint | undefined): RunsState {
  const list = withSlots([run, ...runs.list.filter(({ id }) => id !== run.id)].sort(latestFirst));
  const checkpoints = new Map(runs.checkpoints);
  if (checkpoint) checkpoints.set(run.id, checkpoint);
  else checkpoints.delete(run.id);
  return { ...runs, list, checkpoints };
}

/** Whether a run file can come into the list without another run going for it. */
export function hasRoom({ list }: RunsState, check: string, bytes: number): boolean {
  const taken = list.reduce((sum, run) => sum + run.bytes, 0);
  return list.some((run) => run.check === check) || (list.length < MOST_RUNS && taken + bytes <= MOST_BYTES);
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
  const listNotice = msg(
    "The list holds {number} runs of {size} together: {runs} went, the oldest that nobody keeps.",
    {
      number: count(MOST_RUNS),
      size: megabytes(MOST_BYTES),
      runs: namesOf(gone),
    },
  );
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
  const listNotice = plural(
    gone.length,
    "The networks of the list take {size} at most: of {runs} the weights are not kept, its curves stay.",
    "The networks of the list take {size} at most: of {runs} the weights are not kept, their curves stay.",
    { size: megabytes(MOST_CHECKPOINT_BYTES), runs: namesOf(gone) },
  );
  return { ...runs, checkpoints: all, listNotice };
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
    ticked: new Map([...runs.ticked].filter(([id]) => id !== run.id)),
  };
}

export function withTicked(runs: RunsState, id: string, isTicked: boolean): RunsState {
  return { ...runs, ticked: new Map([...runs.ticked, [id, isTicked]]) };
}

/** A person calls a run something; with nothing it is called by what differs from others again. */
export function renamed(runs: RunsState, id: string, name: string): RunsState {
  return replaced(runs, id, (run) => ({ ...run, name: name.trim() }));
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
/** "A, C (“Quick”)": by their letters, and what a person called them. */
const namesOf = (runs: readonly StoredRun[]): string =>
  runs
    .map(({ slot, name }) =>
      name ? msg("{run} (“{name}”)", { run: letterOf(slot), name: shortened(name) }) : letterOf(slot),
    )
    .join(", ");

/** The letter that the next run gets. */
export function freeSlot(list: readonly Pick<StoredRun, "slot">[]): number {
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
