/** What a failure may cost the page: an answer, a pause, or a worker; and never the run. */
import { describe, expect, test } from "vitest";

import { stoppedRunOf } from "../app/stopped-run.js";
import { RequestError } from "../rpc/protocol.js";
import type { Bench } from "./bench.js";
import { benchEach, checkpointOf, failureOf, parsedLink } from "./bench-each.js";
import { FakeWorkers, settle } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

const { id, run, say, open, train } = benchEach((made) => ({ workers, bench } = made));

test("after a failure that leaves the worker usable Train goes on with the run, and nothing of it is gone", () => {
  train();
  say({ type: "checkpoint", id: id(), checkpoint: checkpointOf(2) });
  const before = id();
  say({ type: "failed", id: id(), failure: failureOf("data") });
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
  workers.last.handle({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
  bench.connection.restart("model=lenet5");
  bench.connection.train(0, checkpointOf(5));
  say({ type: "failed", id: id(), failure: failureOf("data") });
  bench.train();
  expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: checkpointOf(5) });
  say({ type: "failed", id: id(), failure: failureOf("checkpoint") });
  bench.train();
  expect(workers.last.sent.at(-1)).toMatchObject({ type: "train", goal: "end", checkpoint: null });
});

test("a kept run that could not be read is on offer again", () => {
  open();
  const stopped = { run: "name", step: 5, written: 0, sealed: true };
  say({ type: "stoppedRun", id: id(), stopped });
  bench.resume();
  expect(stoppedRunOf(bench.state)).toBeNull();
  say({ type: "failed", id: id(), failure: failureOf("storage") });
  say({ type: "stoppedRun", id: id(), stopped });
  expect(stoppedRunOf(bench.state)).toEqual(stopped);
  bench.tryAgain();
  expect(workers.last.sent.at(-1)).toEqual({ type: "resume", stopped });
});

test("after a dead engine Train goes on from the last checkpoint, in a new worker", () => {
  train();
  say({ type: "checkpoint", id: id(), checkpoint: checkpointOf(2) });
  say({ type: "failed", id: id(), failure: failureOf("crash") });
  bench.train();
  expect(workers.all.length).toBe(2);
  expect(workers.last.sent).toMatchObject([
    { type: "open", engine: "auto" },
    { type: "train", goal: "end", checkpoint: checkpointOf(2) },
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
  say({
    type: "prediction",
    id: id(),
    step: 0,
    image: bench.state.inspection.image,
    probabilities: new Float32Array(2),
    maps: [],
  });
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
    say({ type: "failed", id: id(), failure: failureOf("crash") });
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
