import { expect, test } from "vitest";

import type { Plan } from "../../module.js";
import { AppState } from "../../state/app-state.js";
import { initialProgress } from "../../state/progress.js";
import { actionOf } from "./action.js";

const PLAN = {
  steps: 400,
  stepsPerEpoch: 200,
  batch: 50,
  test: 1_000,
  validation: 0,
  scoreSteps: [200, 400],
  tta: null,
} as unknown as Plan;
const SPEEDS = { quickest: { training: 2_000, scoring: 4_000 }, median: { training: 1_600, scoring: 4_000 } };

/** A state whose recipe was taken, and prepared. */
function prepared(): AppState {
  const state = new AppState();
  state.stores.run.dispatch({ type: "open" });
  state.stores.run.dispatch({ type: "chosen" });
  state.stores.run.dispatch({ type: "prepared", prepared: PLAN });
  return state;
}

function at(state: AppState, step: number): void {
  state.stores.progress.set({ ...initialProgress, step, imagesPerSecond: 2_000, scoredPerSecond: 4_000 });
  state.stores.progress.publish();
}

test("before training it tells how long a run takes, where that was measured", () => {
  const state = prepared();
  expect(actionOf(state)).toEqual({ act: "train", name: "Train", detail: "", enabled: true });
  state.stores.results.update({ estimate: SPEEDS });
  expect(actionOf(state).detail).toBe("11 to 13 s");
  state.stores.results.update({ estimate: "unknown" });
  expect(actionOf(state).detail).toBe("");
});

test("it pauses what trains, and tells what is left", () => {
  const state = prepared();
  state.stores.run.dispatch({ type: "train", goal: "end" });
  expect(actionOf(state)).toMatchObject({ act: "pause", name: "Pause", detail: "" });
  state.stores.run.dispatch({ type: "started" });
  at(state, 200);
  expect(actionOf(state)).toMatchObject({ act: "pause", name: "Pause", detail: "about 5 s left" });
});

test("it goes on with what is paused, from where that stands", () => {
  const state = prepared();
  state.stores.run.dispatch({ type: "train", goal: "end" });
  state.stores.run.dispatch({ type: "started" });
  at(state, 1_234);
  state.stores.run.dispatch({ type: "paused" });
  expect(actionOf(state)).toMatchObject({ act: "goOn", name: "Go on", detail: "from step 1,234" });
});

test("it trains again what is finished", () => {
  const state = prepared();
  state.stores.run.dispatch({ type: "train", goal: "end" });
  state.stores.run.dispatch({ type: "started" });
  state.stores.run.dispatch({ type: "finished", result: { check: "c", checkedLink: null } });
  expect(actionOf(state)).toMatchObject({ act: "again", name: "Train again", enabled: true });
});

test("it does nothing with a link that is refused", () => {
  const state = new AppState();
  state.stores.run.dispatch({ type: "open" });
  state.stores.run.dispatch({ type: "refused", refusal: { key: "lr", message: "no" } });
  expect(actionOf(state)).toMatchObject({ name: "Train", enabled: false });
});
