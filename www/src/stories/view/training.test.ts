import { beforeEach, expect, test, vi } from "vitest";

import { RunQueue } from "../../runs/run-queue.js";
import { AppState } from "../../state/app-state.js";
import { Curves } from "../../state/curves.js";
import { SKIPS } from "../testing.js";
import { knowStory, type KnownRun } from "./known.js";
import { resultsOf, seenAtHand } from "./results.js";
import { describe, FIELDS } from "./testing.js";
import { StoryTraining } from "./training.js";

let state: AppState;
let queue: RunQueue;
let curves: Curves;
let training: StoryTraining;
let runs: readonly KnownRun[];
const bench = () => ({ state, queue, series: { curves, norms: { latest: () => [] } }, train, pause }) as never;

/** The run at hand is another one. */
const openLink = vi.fn((link: string) => {
  curves = new Curves();
  state.stores.run.dispatch({ type: "choose" });
  state.stores.recipe.update({ parsed: { link, values: { seed: "1" } } as never });
  state.stores.progress.update({ step: 0 });
  return true;
});
const train = vi.fn(() => {
  const { run } = state.stores;
  const plan = { steps: 2, stepsPerEpoch: 2, batch: 10, validation: 0, parameters: 7 };
  if (run.current.phase === "ready") run.dispatch({ type: "prepared", prepared: plan as never });
  run.dispatch({ type: "train", goal: "end" });
  run.dispatch({ type: "started" });
});
const pause = vi.fn(() => state.stores.run.dispatch({ type: "pause" }));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const links = (): string[] => openLink.mock.calls.map(([link]) => link);

beforeEach(async () => {
  vi.clearAllMocks();
  state = new AppState();
  curves = new Curves();
  state.stores.run.dispatch({ type: "chosen" });
  queue = new RunQueue(state, { read: async (link) => ({ type: "recipe", link }), openLink, train });
  training = new StoryTraining({
    ...{ state, queue, runs: null as never, train, pause },
    get series() {
      return { curves, norms: { latest: () => [] } } as never;
    },
  });
  const known = await knowStory({ ...SKIPS, seeds: [1, 2] }, FIELDS, describe);
  ({ runs } = known as { runs: readonly KnownRun[] });
});

/** The run at hand comes to its end, with that accuracy. */
async function finish(accuracy: number): Promise<void> {
  curves.restore([2, 1], [0.1, accuracy]);
  curves.addScore({
    step: 2,
    loss: 1,
    accuracy,
    examples: 100,
    confusion: [
      [10, 0],
      [0, 10],
    ],
  });
  state.change(() => {
    state.stores.progress.update({ step: 2, curvesVersion: 1 });
    state.stores.results.update({ score: curves.scores[0]! });
    state.stores.run.dispatch({ type: "finished", result: { check: "", checkedLink: null } });
  });
  await settle();
}

/** Its loss is no number any more. */
async function explode(): Promise<void> {
  curves.restore([2]);
  state.change(() => {
    state.stores.progress.update({ step: 1, curvesVersion: 1 });
    state.stores.run.dispatch({
      type: "failed",
      failure: { kind: "nan", message: "The loss is no number.", during: "training" } as never,
    });
  });
  await settle();
}

test("trains each run in turn, and counts them", async () => {
  expect(training.progress).toBeNull();
  expect(await training.train(runs)).toBeNull();
  expect(training.progress).toEqual({ at: 1, of: 4, title: "plain, seed 1", isPaused: false });
  await finish(0.4);
  expect(training.progress).toEqual({ at: 2, of: 4, title: "with skips, seed 1", isPaused: false });
  await finish(0.5);
  await finish(0.6);
  await finish(0.7);
  expect(links()).toEqual(runs.map(({ link }) => link));
  expect(training.progress).toBeNull();
  const results = resultsOf(runs, seenAtHand(bench()), training.over, []);
  expect(results.map(({ result }) => [result.recipe, result.seed, result.scores[0]?.accuracy])).toEqual([
    ["plain", 1, 0.4],
    ["skips", 1, 0.5],
    ["plain", 2, 0.6],
    ["skips", 2, 0.7],
  ]);
});

test("a run that diverges is a result, and the next one is trained", async () => {
  await training.train(runs);
  await explode();
  expect(links()).toEqual(runs.slice(0, 2).map(({ link }) => link));
  expect(state.queue.notice).toBe("");
  expect(training.over.get(runs[0]!.link)?.result).toMatchObject({ endedAsNaN: true, divergedAt: 2, parameters: 7 });
});

test("a run of nobody's story that diverges stops the queue as before", async () => {
  openLink("model=other");
  train();
  await queue.add({ link: "model=another", title: "another" });
  await explode();
  expect(links()).toEqual(["model=other"]);
  expect(state.queue.waiting).toHaveLength(1);
});

test("stops: what waits is not trained, what others wait for is, and the run stands", async () => {
  await training.train(runs);
  await queue.add({ link: "model=other", title: "other" });
  training.stop();
  expect(pause).toHaveBeenCalledTimes(1);
  expect(state.queue.waiting).toEqual([{ link: "model=other", title: "other" }]);
  state.stores.run.dispatch({ type: "paused" });
  expect(training.progress).toBeNull();
});

test("goes on first with the run of it that stands paused", async () => {
  await training.train(runs);
  training.stop();
  state.stores.run.dispatch({ type: "paused" });
  await training.train(runs);
  expect(links()).toHaveLength(1);
  expect(train).toHaveBeenCalledTimes(2);
  expect(training.progress).toMatchObject({ at: 1, of: 4 });
  await finish(0.5);
  expect(links()).toEqual([runs[0]!.link, runs[1]!.link]);
});

test("waits for a run that is under way", async () => {
  openLink("model=other");
  train();
  await training.train(runs);
  expect(links()).toEqual(["model=other"]);
  expect(training.progress).toEqual({ at: 1, of: 4, title: null, isPaused: false });
  await finish(0.5);
  expect(links().at(-1)).toBe(runs[0]!.link);
});

test("says why a recipe is refused", async () => {
  vi.spyOn(queue, "add").mockResolvedValue("Its memory is too small.");
  expect(await training.train(runs)).toBe("plain, seed 1 cannot be trained: Its memory is too small.");
});

test("pause in the midst of it is told, and how far it is", async () => {
  await training.train(runs);
  state.stores.run.dispatch({ type: "pause" });
  state.stores.run.dispatch({ type: "paused" });
  expect(training.progress).toEqual({ at: 1, of: 4, title: "plain, seed 1", isPaused: true });
});
