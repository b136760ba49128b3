/** What a failure may cost the page: an answer, a pause, or a worker; and never the run. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Failure, ReadyRun, WorkerEvent } from "../protocol.js";
import { stoppedRunOf } from "../app/stopped-run.js";
import { RequestError } from "../rpc/protocol.js";
import { Bench } from "./bench.js";
import { CPU, FakeWorkers, plan, reports, settle, stubPage } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
});

afterEach(() => void vi.unstubAllGlobals());

const id = (): number => bench.state.runId;
const run = () => bench.state.run;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const ready = (done = 0): ReadyRun =>
  ({
    plan: { ...plan(), done },
    data: { name: "digits", digest: "d", classes: [], channels: 1, height: 28, width: 28 },
    notices: [],
    examples: [],
    augmented: [],
    normalization: null,
    losses: new Float32Array(done),
  }) as unknown as ReadyRun;
const parsed = (link = "model=lenet5") => ({ link, values: { model: "lenet5" }, defaults: {}, notices: [] }) as never;

function open(): void {
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  say({ type: "chosen", id: id(), parsed: parsed(), description: {} as never, stack: null });
  say({ type: "prepared", id: id(), run: ready() });
}

function train(): void {
  open();
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(3, 0.1) });
}

const failure = (kind: Failure["kind"]): Failure => ({ kind, message: "It failed.", during: "training" });
const checkpoint = (step: number) => ({ step, bytes: new Uint8Array(1), run: "name", computedHere: true });

test("after a failure that leaves the worker usable Train goes on with the run, and nothing of it is gone", () => {
  train();
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(2) });
  const before = id();
  say({ type: "failed", id: id(), failure: failure("data") });
  expect(run()).toMatchObject({ phase: "suspended", goal: "end" });
  bench.train();
  expect(workers.last.commands).toEqual(["open", "train", "train"]);
  expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: null });
  expect(run().phase).toBe("preparing");
  expect(id()).toBe(before);
  expect(bench.series.curves.length).toBe(3);
});

test("a run that could not be prepared from its checkpoint is tried from there again, unless that was refused", () => {
  open();
  workers.last.handle({ type: "chosen", id: id(), parsed: parsed(), description: {} as never, stack: null });
  bench.connection.restart("model=lenet5");
  bench.connection.train(0, checkpoint(5));
  say({ type: "failed", id: id(), failure: failure("data") });
  bench.train();
  expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: checkpoint(5) });
  say({ type: "failed", id: id(), failure: failure("checkpoint") });
  bench.train();
  expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: null });
});

test("a kept run that could not be read is on offer again", () => {
  open();
  const stopped = { run: "name", step: 5, written: 0 };
  say({ type: "stoppedRun", id: id(), stopped });
  bench.resume();
  expect(stoppedRunOf(bench.state)).toBeNull();
  say({ type: "failed", id: id(), failure: failure("storage") });
  say({ type: "stoppedRun", id: id(), stopped });
  expect(stoppedRunOf(bench.state)).toEqual(stopped);
  bench.tryAgain();
  expect(workers.last.sent.at(-1)).toEqual({ type: "resume", stopped });
});

test("after a dead engine Train goes on from the last checkpoint, in a new worker", () => {
  train();
  say({ type: "checkpoint", id: id(), checkpoint: checkpoint(2) });
  say({ type: "failed", id: id(), failure: failure("crash") });
  bench.train();
  expect(workers.all.length).toBe(2);
  expect(workers.last.sent).toMatchObject([
    { type: "open", engine: "auto" },
    { type: "train", goal: "end", checkpoint: checkpoint(2) },
  ]);
  expect(bench.state.results.handedOver).toBeNull();
  expect(bench.series.curves.length).toBe(2);
});

test("a request that fails is told in its place, until it is made again", async () => {
  train();
  workers.last.request = async () => {
    throw new RequestError({ kind: "data", message: "They could not be fetched." });
  };
  expect(await bench.connection.request("testExample", { index: 0 })).toBeUndefined();
  expect(bench.state.requests.failed).toEqual({ testExample: "They could not be fetched." });
  expect(run().phase).toBe("training");
  workers.last.request = () => new Promise(() => {});
  void bench.connection.request("testExample", { index: 0 });
  expect(bench.state.requests.failed).toEqual({});
});

test("a subscription that fails is told in its place, until there is an answer", () => {
  train();
  say({ type: "subscriptionFailed", id: id(), what: "prediction", message: "It answers NaN." });
  expect(bench.state.inspection.failed).toEqual({ prediction: "It answers NaN." });
  say({ type: "prediction", id: id(), probabilities: new Float32Array(2) });
  expect(bench.state.inspection.failed).toEqual({});
});

describe("a score", () => {
  const score = (step: number) =>
    ({ type: "score", id: id(), score: { step, accuracy: 0.5 }, validation: null, imagesPerSecond: 10 }) as never;

  test("is told as far as it is, and that it failed", () => {
    train();
    say({ type: "scoring", id: id(), progress: { done: 64, of: 128 } });
    expect(bench.state.progress.scoring).toEqual({ done: 64, of: 128 });
    say({ type: "scoreFailed", id: id(), message: "They could not be fetched." });
    expect(bench.state.progress.scoring).toBeNull();
    expect(bench.state.results.scoreFailure).toBe("They could not be fetched.");
    bench.scoreAgain();
    expect(workers.last.commands.at(-1)).toBe("score");
    say(score(3));
    expect(bench.state.results).toMatchObject({ scoreFailure: null, score: { step: 3 } });
  });

  test("is given up where the engine comes to its end", () => {
    train();
    say({ type: "scoring", id: id(), progress: { done: 64, of: 128 } });
    say({ type: "failed", id: id(), failure: failure("crash") });
    expect(bench.state.progress.scoring).toBeNull();
  });

  test("that comes after the run's end goes into the list of runs, too", async () => {
    train();
    say({ type: "finished", id: id(), result: { check: "0123456789abcdef", checkedLink: null } });
    say(score(3));
    await settle();
    const recorded = workers.last.requested.filter(({ method }) => method === "runFile");
    expect(recorded.map(({ params }) => (params as { scores: unknown[] }).scores.length)).toEqual([0, 1]);
  });
});
