import { beforeEach, describe, expect, test } from "vitest";

import { initialRuns, noticeOf, type KeptCheckpoint, type RunsState } from "../state/runs.js";
import { Store } from "../state/store.js";
import type { WrittenCheckpoint } from "./folder.js";
import type { RunChannel, RunMessage } from "./run-channel.js";
import { RunHistory } from "./run-history.js";
import { packRecord, unpackRecord, type StoredRun } from "./stored-run.js";

/** The storage that all tabs have, which can refuse to take anything. */
class FakeRunStorage {
  readonly files = new Map<string, Uint8Array>();
  readonly checkpoints = new Map<string, { step: number; bytes: Uint8Array; sealed: boolean }>();
  readonly written: string[] = [];
  refuses = false;
  /** Whether what it holds is this browser's own. */
  isSealed = true;

  #use(): void {
    if (this.refuses) throw new Error("The browser's storage is full");
  }

  #kept = (id: string): KeptCheckpoint | undefined => {
    const checkpoint = this.checkpoints.get(id);
    return checkpoint && { step: checkpoint.step, bytes: checkpoint.bytes.length };
  };

  load = async () => {
    const checkpoints = new Map([...this.checkpoints.keys()].map((id) => [id, this.#kept(id)!]));
    const runs = [...this.files.values()].map((bytes) => unpackRecord(bytes, this.isSealed));
    return { runs, checkpoints, unreadable: 0, newer: 0, damaged: 0 };
  };

  /** How often it was asked for what other tabs wrote. */
  reads = 0;

  loadSome = async (ids: ReadonlySet<string>) => {
    this.reads++;
    return {
      there: new Set(this.files.keys()),
      runs: [...this.files]
        .filter(([id]) => ids.has(id))
        .map(([id, bytes]) => ({ run: unpackRecord(bytes, this.isSealed), checkpoint: this.#kept(id) })),
    };
  };

  write = async (run: StoredRun) => {
    this.#use();
    this.written.push(run.id);
    this.files.set(run.id, packRecord(run));
  };

  update = async (run: StoredRun) => {
    if (!this.files.has(run.id)) return false;
    await this.write(run);
    return true;
  };

  remove = async ({ id }: Pick<StoredRun, "id">) => void this.files.delete(id);

  removeAll = async () => {
    this.files.clear();
    this.checkpoints.clear();
  };

  writeCheckpoint = async (id: string, { step, bytes, computedHere }: WrittenCheckpoint) => {
    this.#use();
    this.checkpoints.set(id, { step, bytes, sealed: computedHere });
  };

  readCheckpoint = async (id: string) => {
    const checkpoint = this.checkpoints.get(id);
    if (!checkpoint) throw new Error("The browser's storage failed (what it kept is gone)");
    return checkpoint;
  };

  removeCheckpoint = async (id: string) => void this.checkpoints.delete(id);
}

/** Messages to all other tabs; those that are held back come later. */
class FakeChannels {
  readonly #all: { hear: (message: RunMessage) => void }[] = [];
  #held: (() => void)[] | null = null;

  open(): RunChannel {
    const own = { hear: (_: RunMessage): void => {} };
    this.#all.push(own);
    return {
      listen: (hear) => void (own.hear = hear),
      post: (message) => {
        const tell = (): void => this.#all.filter((other) => other !== own).forEach(({ hear }) => hear(message));
        if (this.#held) this.#held.push(tell);
        else tell();
      },
      close: () => void this.#all.splice(this.#all.indexOf(own), 1),
    };
  }

  /** As another page would. */
  say(message: RunMessage): void {
    for (const { hear } of this.#all) hear(message);
  }

  hold(): void {
    this.#held = [];
  }
}

const CHECKPOINT = { step: 2, bytes: new Uint8Array([1, 2]), computedHere: true };

let storage: FakeRunStorage;
let channels: FakeChannels;

beforeEach(() => {
  storage = new FakeRunStorage();
  channels = new FakeChannels();
});

interface Tab {
  runs: Store<RunsState>;
  history: RunHistory;
}

function openTab(): Tab {
  const runs = new Store(initialRuns);
  return { runs, history: new RunHistory(runs, storage as never, channels.open()) };
}

function newRun(id: string, losses = 2) {
  const trace = btoa(String.fromCharCode(...new Uint8Array(new Float32Array(losses).buffer)));
  const text = JSON.stringify({
    link: "model=lenet5",
    check: `${id} ${losses}`,
    steps: 10,
    engine: { label: "CPU" },
    data: { title: "Digits" },
    trace,
    scores: [{ step: 2, loss: 1, accuracy: 0.5, examples: 10 }],
    timings: { seconds: 4, steps: 2 },
  });
  const autosave = `autosave ${id}`;
  return { id, name: id, values: {}, accuracy: null, stepsPerEpoch: null, text, autosave, isFromFile: false };
}

const ids = ({ runs }: Tab): string[] => runs.current.list.map(({ id }) => id);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("the storage", () => {
  test("is read once, and takes what is new or another, and nothing else", async () => {
    const { history } = openTab();
    await history.add(newRun("a"));
    await history.add(newRun("b"));
    await settle();
    expect(storage.written).toEqual(["a", "b"]);
    history.rename("a", "Mine");
    history.tick("a", false);
    await settle();
    expect(storage.written).toEqual(["a", "b", "a"]);
    history.remove("b");
    await settle();
    expect([...storage.files.keys()]).toEqual(["a"]);
  });

  test("that refuses is told of for as long as it does, and the list stays", async () => {
    const tab = openTab();
    storage.refuses = true;
    await tab.history.add(newRun("a"));
    await settle();
    expect(noticeOf(tab.runs.current)).toContain("The browser's storage is full: the runs in this list");
    tab.history.pin("a", true);
    await settle();
    expect(ids(tab)).toEqual(["a"]);
    storage.refuses = false;
    tab.history.pin("a", false);
    await settle();
    expect(noticeOf(tab.runs.current)).toBe("");
    expect([...storage.files.keys()]).toEqual(["a"]);
  });
});

test("all runs are removed at once, and other tabs hear of it", async () => {
  const [first, second] = [openTab(), openTab()];
  await Promise.all([first.history.load(), second.history.load()]);
  for (const id of ["a", "b"]) await first.history.add(newRun(id));
  await first.history.keepCheckpoint("a", CHECKPOINT);
  await settle();
  expect(ids(second)).toEqual(["b", "a"]);
  await first.history.removeAll();
  await settle();
  expect([ids(first), ids(second)]).toEqual([[], []]);
  expect([storage.files.size, storage.checkpoints.size]).toEqual([0, 0]);
});

describe("a run's network", () => {
  test("comes back from its checkpoint, in another visit too, and goes with the run", async () => {
    const { history } = openTab();
    await history.add(newRun("a"));
    expect(await history.keepCheckpoint("a", CHECKPOINT)).toBe(true);
    const later = openTab();
    await later.history.load();
    expect(later.runs.current.checkpoints.get("a")).toEqual({ step: 2, bytes: 2 });
    const run = await later.history.findAutosaved("autosave a");
    expect(await later.history.readCheckpoint(run!)).toEqual({ ...CHECKPOINT, scored: true });
    later.history.remove("a");
    await settle();
    expect(storage.checkpoints.size).toBe(0);
  });

  test("that came from a file does not become this browser's own", async () => {
    const { history } = openTab();
    await history.add(newRun("a"));
    await history.keepCheckpoint("a", { ...CHECKPOINT, computedHere: false });
    const run = await history.findAutosaved("autosave a");
    // The run's score is of another network, as far as anybody knows.
    expect(await history.readCheckpoint(run!)).toMatchObject({ computedHere: false, scored: false });
  });

  test("is scored anew where the record beside it is not this browser's own", async () => {
    const { history } = openTab();
    await history.add(newRun("a"));
    await history.keepCheckpoint("a", CHECKPOINT);
    storage.isSealed = false;
    const later = openTab();
    const run = await later.history.findAutosaved("autosave a");
    expect(run).toMatchObject({ isFromFile: true });
    expect(await later.history.readCheckpoint(run!)).toEqual({ ...CHECKPOINT, scored: false });
  });

  test("is there until the page is closed, where the storage refuses it", async () => {
    const tab = openTab();
    await tab.history.add(newRun("a"));
    storage.refuses = true;
    expect(await tab.history.keepCheckpoint("a", CHECKPOINT)).toBe(false);
    expect(noticeOf(tab.runs.current)).toContain("The browser's storage is full");
    expect(await tab.history.readCheckpoint(tab.runs.current.list[0]!)).toMatchObject(CHECKPOINT);
  });

  test("is not kept of a run that is in no list", async () => {
    const { history } = openTab();
    expect(await history.keepCheckpoint("a", CHECKPOINT)).toBe(false);
    expect(storage.checkpoints.size).toBe(0);
  });
});

describe("two tabs", () => {
  let first: Tab;
  let second: Tab;

  beforeEach(async () => {
    [first, second] = [openTab(), openTab()];
    await Promise.all([first.history.load(), second.history.load()]);
  });

  test("have one list", async () => {
    await first.history.add(newRun("a"));
    await settle();
    await second.history.add(newRun("b"));
    await settle();
    expect(ids(first)).toEqual(["b", "a"]);
    expect(ids(second)).toEqual(["b", "a"]);
    first.history.rename("b", "Mine");
    await first.history.keepCheckpoint("b", CHECKPOINT);
    await settle();
    expect(second.runs.current.list[0]!.name).toBe("Mine");
    expect(second.runs.current.checkpoints.get("b")).toEqual({ step: 2, bytes: 2 });
    second.history.remove("a");
    await settle();
    expect(ids(first)).toEqual(["b"]);
  });

  test("a run that one removed, the other does not write again, though it has not heard of it", async () => {
    await first.history.add(newRun("a"));
    await settle();
    channels.hold();
    first.history.remove("a");
    await settle();
    expect(ids(second)).toEqual(["a"]);
    second.history.rename("a", "Mine");
    await settle();
    expect(storage.files.size).toBe(0);
    expect(ids(second)).toEqual([]);
  });

  test("keep no more runs than one", async () => {
    for (let run = 0; run < 15; run++) {
      await first.history.add(newRun(`first ${run}`));
      await settle();
      await second.history.add(newRun(`second ${run}`));
      await settle();
    }
    expect(storage.files.size).toBe(20);
    expect(ids(first)).toEqual(ids(second));
  });

  test("read the storage once for all that they heard meanwhile", async () => {
    await first.history.add(newRun("a"));
    await settle();
    storage.reads = 0;
    for (let message = 0; message < 20_000; message++) channels.say({ type: "written", id: `nothing ${message}` });
    channels.say({ type: "written", id: "a" });
    await settle();
    // Of each of the two tabs.
    expect(storage.reads).toBeLessThanOrEqual(4);
    expect([ids(first), ids(second)]).toEqual([["a"], ["a"]]);
  });

  test("drop no run because somebody says that it is gone", async () => {
    await first.history.add(newRun("a"));
    await settle();
    storage.refuses = true;
    await first.history.add(newRun("unstored"));
    for (const id of ["a", "unstored"]) channels.say({ type: "removed", id });
    channels.say({ type: "written", id: "unstored" });
    await settle();
    expect([ids(first), ids(second)]).toEqual([["unstored", "a"], ["a"]]);
  });

  test("that reads the list later has what it missed", async () => {
    const third = openTab();
    await first.history.add(newRun("a"));
    await settle();
    await third.history.load();
    expect(ids(third)).toEqual(["a"]);
  });
});
