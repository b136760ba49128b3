import { beforeEach, expect, test, vi } from "vitest";

import { AppState } from "../state/app-state.js";
import { RunQueue, type ReadLink } from "./run-queue.js";

let state: AppState;
let queue: RunQueue;
const trainer = {
  read: vi.fn(async (link: string): Promise<ReadLink | null> => ({ type: "recipe", link })),
  openLink: vi.fn((_: string) => true),
  train: vi.fn(),
};

beforeEach(() => {
  vi.resetAllMocks();
  trainer.openLink.mockReturnValue(true);
  trainer.read.mockImplementation(async (link) => {
    return link.includes("x")
      ? { type: "refused", refusal: { key: null, message: `${link} is not allowed` } }
      : { type: "recipe", link };
  });
  state = new AppState();
  queue = new RunQueue(state, trainer);
  state.stores.run.dispatch({ type: "chosen" });
});

const recipe = (link: string) => ({ link, title: `title of ${link}` });
const waiting = (): string[] => state.queue.waiting.map(({ link }) => link);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const finish = (): void =>
  state.stores.run.dispatch({ type: "finished", result: { check: "", checkedLink: null } as never });

/** A run trains. */
function train(): void {
  const { run } = state.stores;
  run.dispatch({ type: "prepared", prepared: {} as never });
  run.dispatch({ type: "train", goal: "end" });
  run.dispatch({ type: "started" });
}

test("trains a recipe at once where nothing is under way", async () => {
  expect(await queue.add(recipe("seed=1"))).toBeNull();
  expect(trainer.openLink).toHaveBeenCalledExactlyOnceWith("seed=1");
  expect(trainer.train).toHaveBeenCalledTimes(1);
  expect(state.queue).toEqual({ waiting: [], begun: recipe("seed=1"), notice: "" });
});

test("trains the next when a run is finished, and not from within that change", async () => {
  train();
  for (const link of ["seed=1", "seed=2", "seed=3"]) await queue.add(recipe(link));
  queue.remove(1);
  expect(waiting()).toEqual(["seed=1", "seed=3"]);
  expect(trainer.openLink).not.toHaveBeenCalled();
  finish();
  expect(trainer.openLink).not.toHaveBeenCalled();
  await settle();
  expect(trainer.openLink).toHaveBeenCalledExactlyOnceWith("seed=1");
  expect(waiting()).toEqual(["seed=3"]);
});

test("waits for every score of a run that is finished", async () => {
  const { progress, results } = state.stores;
  train();
  await queue.add(recipe("seed=1"));
  progress.update({ scoring: { done: 0, of: 10 }, deferredScores: [2] });
  finish();
  progress.update({ scoring: null });
  await settle();
  expect(trainer.openLink).not.toHaveBeenCalled();
  // The test images cannot be had.
  results.update({ scoreFailure: "They could not be fetched." });
  await settle();
  expect(trainer.openLink).toHaveBeenCalledExactlyOnceWith("seed=1");
});

test("refuses what is no recipe when it is added", async () => {
  train();
  expect(await queue.add(recipe("seed=x"))).toBe("seed=x is not allowed");
  expect(waiting()).toEqual([]);
});

test("skips what is refused at its turn, says so, and goes on", async () => {
  train();
  for (const link of ["seed=1", "seed=2", "seed=3"]) await queue.add(recipe(link));
  trainer.read.mockImplementation(async (link) =>
    link === "seed=1"
      ? { type: "refused", refusal: { key: null, message: "Its images are gone." } }
      : { type: "recipe", link },
  );
  finish();
  await settle();
  expect(trainer.openLink).toHaveBeenCalledExactlyOnceWith("seed=2");
  expect(state.queue).toEqual({
    waiting: [recipe("seed=3")],
    begun: recipe("seed=2"),
    notice: "title of seed=1 was skipped: Its images are gone.",
  });
  // The worker refuses it after all.
  state.stores.run.dispatch({ type: "open" });
  state.stores.run.dispatch({ type: "refused", refusal: { key: null, message: "Its memory is too small." } });
  await settle();
  expect(trainer.openLink).toHaveBeenLastCalledWith("seed=3");
  expect(state.queue.notice).toBe("title of seed=2 was skipped: Its memory is too small.");
});

test("stops at a run that fails, says why, and goes on when it is told to", async () => {
  await queue.add(recipe("seed=1"));
  train();
  await queue.add(recipe("seed=2"));
  const failure = { kind: "nan", message: "The loss is no number.", during: "training" } as const;
  state.stores.run.dispatch({ type: "failed", failure });
  await settle();
  expect(trainer.openLink).toHaveBeenCalledTimes(1);
  expect(state.queue).toEqual({
    waiting: [recipe("seed=2")],
    begun: null,
    notice: "The queue stopped at title of seed=1: The loss is no number.",
  });
  await queue.next();
  expect(trainer.openLink).toHaveBeenLastCalledWith("seed=2");
  expect(state.queue.waiting).toEqual([]);
});

test("keeps a recipe that cannot be chosen now", async () => {
  train();
  await queue.add(recipe("seed=1"));
  trainer.openLink.mockReturnValue(false);
  await queue.next();
  expect(waiting()).toEqual(["seed=1"]);
  expect(trainer.train).not.toHaveBeenCalled();
});

test("trains what no worker can read now: it says itself what is wrong", async () => {
  trainer.read.mockResolvedValue(null);
  await queue.add(recipe("seed=1"));
  expect(trainer.openLink).toHaveBeenCalledExactlyOnceWith("seed=1");
});
