import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { writeTensors } from "../../../crate/js/safetensors.js";
import type { Score } from "../module.js";
import type { WorkerEvent } from "../protocol.js";
import { Bench } from "./bench.js";
import {
  answeredRunFile,
  checkpoint,
  chosen,
  CPU,
  FakeWorkers,
  readyRun,
  reports,
  SCORE,
  settle,
  STOPPED,
  stubPage,
} from "./testing.js";

const STEPS = 100;

let workers: FakeWorkers;
let bench: Bench;

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
});

afterEach(() => {
  bench.dispose();
  vi.unstubAllGlobals();
});

const id = (): number => bench.state.runId;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const list = () => bench.state.runs.list;

const runFile = (steps: number) => answeredRunFile(steps, STEPS);
const prepared = (done = 0): void => say({ type: "prepared", id: id(), run: readyRun(STEPS, done) });

function choose(): void {
  say(chosen(id()));
  prepared();
}

const open = (): void => {
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  choose();
};

/** Three steps, a score, and a checkpoint. */
async function train(): Promise<void> {
  open();
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(3, 0.1) });
  say({ type: "score", id: id(), score: SCORE, validation: null, imagesPerSecond: 10 });
  workers.last.results.runFile = runFile(3);
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(3) });
  await vi.waitFor(() => expect(list().length).toBe(1));
}

/** The page as it is after a reload, with what the storage has of that run. */
async function trainAndReload(): Promise<void> {
  await train();
  const runs = bench.state.stores.runs.current;
  bench.dispose();
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
  await bench.runs.load();
  bench.state.stores.runs.set(runs);
  open();
  say({ type: "stoppedRun", id: id(), stopped: STOPPED });
}

test("a run is in the list from its first checkpoint on, and grows there", async () => {
  await train();
  const [run] = list();
  expect(run).toMatchObject({ steps: STEPS, autosave: "name", accuracy: new Float32Array([0.5, 0.5, 0.5]) });
  say({ type: "reports", id: id(), reports: reports(2, 0.1, 4) });
  workers.last.results.runFile = runFile(5);
  bench.pause();
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(5) });
  say({ type: "paused", id: id() });
  await vi.waitFor(() => expect(list()[0]!.curves.length).toBe(5));
  expect(list().map(({ id }) => id)).toEqual([run!.id]);
  await vi.waitFor(() => expect(bench.state.runs.checkpoints.get(run!.id)?.step).toBe(5));
});

test.each(["finished", "paused"] as const)(
  "a run that is %s is in the list with its last score, which came after its last step had been listed",
  async (how) => {
    const listed = (): number[][] =>
      workers.last.requested
        .filter(({ method }) => method === "runFile")
        .map(({ params }) => (params as { scores: Score[] }).scores.map(({ step }) => step));
    open();
    bench.train();
    say({ type: "started", id: id() });
    say({ type: "reports", id: id(), reports: reports(2, 0.1) });
    workers.last.results.runFile = runFile(2);
    say({ type: "checkpoint", id: id(), checkpoint: checkpoint(2) });
    await vi.waitFor(() => expect(list().length).toBe(1));
    expect(listed()).toEqual([[]]);
    say({ type: "score", id: id(), score: SCORE, validation: null, imagesPerSecond: 10 });
    if (how === "finished") say({ type: "finished", id: id(), result: { check: "0123", checkedLink: null } });
    else say({ type: "paused", id: id() });
    expect(listed()).toEqual([[], [2]]);
    // One that comes when the run stands is listed at once, and no state of it is twice.
    say({ type: "score", id: id(), score: { ...SCORE, step: 1 }, validation: null, imagesPerSecond: 10 });
    expect(listed()).toEqual([[], [2], [1, 2]]);
    bench.recipe.openLink("model=mlp");
    expect(listed().length).toBe(3);
  },
);

test("what a dying worker did not answer of a run is asked again of the one that goes on", async () => {
  open();
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(2, 0.1) });
  say({ type: "score", id: id(), score: SCORE, validation: null, imagesPerSecond: 10 });
  let die: (why: Error) => void = () => {};
  workers.last.results.runFile = new Promise((_, reject) => (die = reject)) as never;
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(2) });
  await vi.waitFor(() => expect(workers.last.requested.map(({ method }) => method)).toContain("runFile"));
  die(new Error("The worker was ended."));
  await settle();
  say({ type: "failed", id: id(), failure: { kind: "crash", message: "It ended.", during: "training" } });
  bench.train();
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  say(chosen(id()));
  prepared(2);
  say({ type: "started", id: id() });
  workers.last.results.runFile = runFile(2);
  say({ type: "finished", id: id(), result: { check: "0123", checkedLink: null } });
  await vi.waitFor(() => expect(list().length).toBe(1));
});

test("a run that is trained step by step is in the list, too", async () => {
  open();
  bench.train(1);
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(1, 0.1) });
  workers.last.results.runFile = runFile(1);
  say({ type: "paused", id: id() });
  await vi.waitFor(() => expect(list().length).toBe(1));
});

test("a change of the engine ends the worker once it has answered what the list needs of its run", async () => {
  open();
  bench.train(1);
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(1, 0.1) });
  let answer: (file: ReturnType<typeof runFile>) => void = () => {};
  const [worker] = workers.all;
  worker!.results.runFile = new Promise((resolve) => (answer = resolve)) as never;
  say({ type: "paused", id: id() });
  bench.changeEngine("cpu");
  expect(workers.all.length).toBe(2);
  await settle();
  expect(worker!.ended).toBe(false);
  answer(runFile(1));
  await vi.waitFor(() => expect(list().length).toBe(1));
  expect(worker!.ended).toBe(true);
});

describe("after a reload", () => {
  test("a run that goes on has all of its curves and scores, and its place in the list", async () => {
    await trainAndReload();
    const { curves } = bench.series;
    bench.resume();
    expect(workers.last.sent.at(-1)).toEqual({ type: "resume", stopped: STOPPED });
    prepared(3);
    await settle();
    expect([...curves.accuracy.subarray(0, curves.length)]).toEqual([0.5, 0.5, 0.5]);
    expect(curves.scores.map(({ step }) => step)).toEqual([2]);
    expect(bench.state.results.score?.step).toBe(2);
    say({ type: "started", id: id() });
    say({ type: "reports", id: id(), reports: reports(2, 0.1, 4) });
    workers.last.results.runFile = runFile(5);
    say({ type: "checkpoint", id: id(), checkpoint: checkpoint(5) });
    await vi.waitFor(() => expect(list()[0]!.curves.length).toBe(5));
    expect(list().length).toBe(1);
    expect(list()[0]!.accuracy).toEqual(new Float32Array(5).fill(0.5));
  });

  test.each([
    ["its checkpoint", { sealed: false }, {}],
    ["its record", {}, { isFromFile: true }],
  ])("a run has no score that this browser did not compute: %s has no seal", async (_, stop, record) => {
    await trainAndReload();
    const { stores } = bench.state;
    const [kept] = list();
    stores.runs.update({ list: [{ ...kept!, ...record }] });
    say({ type: "stoppedRun", id: id(), stopped: { ...STOPPED, ...stop } });
    bench.resume();
    prepared(3);
    await settle();
    expect(bench.series.curves.length).toBe(3);
    expect(bench.series.curves.scores).toEqual([]);
    expect(bench.state.results.score).toBeNull();
  });

  test.each(["startAnew", "reset"] as const)("%s leaves the kept run in the list, with its network", async (how) => {
    await trainAndReload();
    workers.last.results.stoppedCheckpoint = { bytes: new Uint8Array([3]), sealed: true };
    const keep = vi.spyOn(bench.runs, "keepCheckpoint").mockResolvedValue(true);
    bench[how]();
    await vi.waitFor(() => expect(workers.last.commands).toContain("forgetStopped"));
    expect(workers.last.commands).toContain(how === "reset" ? "choose" : "train");
    const kept = { step: 3, bytes: new Uint8Array([3]), computedHere: true, scored: false };
    expect(keep).toHaveBeenCalledExactlyOnceWith(list()[0]!.id, kept);
  });

  test.each(["startAnew", "reset"] as const)("%s does not forget a run that the list cannot keep", async (how) => {
    await trainAndReload();
    workers.last.results.stoppedCheckpoint = { bytes: new Uint8Array([3]), sealed: true };
    const keep = vi.spyOn(bench.runs, "keepCheckpoint").mockResolvedValue(false);
    bench[how]();
    await vi.waitFor(() => expect(keep).toHaveBeenCalled());
    await vi.waitFor(() => expect(workers.last.commands.at(-1)).toBe(how === "reset" ? "choose" : "train"));
    await settle();
    expect(workers.last.commands).not.toContain("forgetStopped");
  });
});

test("a run of the list is opened again where it stood, with its curves, and is the same run of the list", async () => {
  await train();
  const [run] = list();
  bench.pause();
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(3) });
  say({ type: "paused", id: id() });
  await vi.waitFor(() => expect(bench.state.runs.checkpoints.size).toBe(1));
  bench.recipe.openLink("model=mlp");
  choose();
  expect(bench.series.curves.length).toBe(0);
  await bench.files.openKept(run!);
  expect(workers.last.sent.at(-1)).toMatchObject({
    type: "train",
    goal: 0,
    checkpoint: { step: 3, bytes: new Uint8Array([3]), run: "name", computedHere: true },
  });
  expect(location.hash).toBe("#model=lenet5");
  const { curves } = bench.series;
  expect([...curves.accuracy.subarray(0, curves.length)]).toEqual([0.5, 0.5, 0.5]);
  say(chosen(id()));
  prepared(3);
  expect(bench.state.results.score?.step).toBe(2);
  const asked = workers.last.requested.length;
  say({ type: "started", id: id() });
  say({ type: "paused", id: id() });
  await settle();
  expect(list().map(({ id }) => id)).toEqual([run!.id]);
  // Nobody trained it: it is in the list as it stands.
  expect(workers.last.requested.length).toBe(asked);
});

test.each([
  ["its checkpoint", false, {}],
  ["its record", true, { isFromFile: true }],
])(
  "a run of the list is opened without its scores where %s is not this browser's own",
  async (_, computedHere, part) => {
    await train();
    const run = { ...list()[0]!, ...part };
    const kept = { step: 3, bytes: new Uint8Array([3]), computedHere, scored: false };
    vi.spyOn(bench.runs, "readCheckpoint").mockResolvedValue(kept);
    bench.pause();
    say({ type: "paused", id: id() });
    bench.recipe.openLink("model=mlp");
    choose();
    await bench.files.openKept(run);
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "train", goal: 0, checkpoint: { computedHere } });
    say(chosen(id()));
    prepared(3);
    expect(bench.series.curves.scores).toEqual([]);
    expect(bench.state.results.score).toBeNull();
    // A network from elsewhere does not take the place of the run that was trained here.
    expect(bench.state.runs.atHand === run.id).toBe(computedHere);
  },
);

describe("a run file that comes with its network", () => {
  const network = (rounded: string) =>
    writeTensors(new Map(), new URLSearchParams({ format: "checkpoint", ...(rounded && { rounded }) }));

  async function openFile(bytes: Uint8Array): Promise<void> {
    const { text } = runFile(STEPS);
    const said = JSON.parse(text) as object;
    workers.last.results.readRunFile = { file: { ...said, losses: new Float32Array(STEPS) }, values: {} } as never;
    await bench.files.openRun(new File([text], "recorded.json"), bytes);
  }

  /** The worker stands at its end, and scores it. */
  async function stands(): Promise<void> {
    choose();
    prepared(STEPS);
    say({ type: "started", id: id() });
    say({ type: "score", id: id(), score: { ...SCORE, step: STEPS }, validation: null, imagesPerSecond: 10 });
    say({ type: "finished", id: id(), result: { check: "other", checkedLink: null } });
    await settle();
  }

  test.each([
    ["", null],
    ["16", 16],
  ])(
    "brings it to hand, keeps it for the file's run, and says to how many bits it is rounded: “%s”",
    async (said, bits) => {
      open();
      await openFile(network(said));
      const [run] = list();
      expect(run).toMatchObject({ isFromFile: true, check: String(STEPS) });
      expect(workers.last.sent.at(-1)).toMatchObject({
        ...{ type: "train", goal: 0 },
        checkpoint: { step: STEPS, computedHere: false },
      });
      await stands();
      expect([bench.state.results.rounded, bench.state.runs.atHand]).toEqual([bits, run!.id]);
      await vi.waitFor(() => expect(bench.state.runs.checkpoints.get(run!.id)?.step).toBe(STEPS));
      // What was scored here are rounded weights of a file: no run of the list is that.
      expect(list()).toEqual([run]);
      expect(workers.last.requested.map(({ method }) => method)).not.toContain("runFile");
      bench.recipe.openLink("model=mlp");
      expect(bench.state.results.rounded).toBeNull();
    },
  );

  test("comes back from the list as the file's run, and not as another", async () => {
    open();
    await openFile(network("16"));
    await stands();
    const [run] = list();
    bench.recipe.openLink("model=mlp");
    choose();
    await vi.waitFor(() => expect(bench.state.runs.checkpoints.has(run!.id)).toBe(true));
    await bench.files.openKept(run!);
    await stands();
    expect([bench.state.results.rounded, bench.state.runs.atHand]).toEqual([16, run!.id]);
    expect(list()).toEqual([run]);
  });

  test("does not take the place of the network of the same run that was trained here", async () => {
    open();
    bench.train();
    say({ type: "started", id: id() });
    say({ type: "reports", id: id(), reports: reports(STEPS, 0.1) });
    workers.last.results.runFile = runFile(STEPS);
    say({ type: "checkpoint", id: id(), checkpoint: checkpoint(STEPS) });
    say({ type: "finished", id: id(), result: { check: String(STEPS), checkedLink: null } });
    await vi.waitFor(() => expect(bench.state.runs.checkpoints.size).toBe(1));
    const before = bench.state.runs.checkpoints;
    await openFile(network("16"));
    await stands();
    expect(list()).toMatchObject([{ isFromFile: false }]);
    expect(bench.state.runs.checkpoints).toEqual(before);
  });
});
