import { effect } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Description, ParsedLink, Report, Score } from "../module.js";
import { AppState } from "./app-state.js";
import { initialCustomDataset, recipeValues, withoutFiles } from "./custom-dataset.js";
import { initialData, prepared as preparedData } from "./data.js";
import { initialInspection, predicted, predictionNow, tried, watched, withoutAnswers } from "./inspection.js";
import { initialPanels, withPanel } from "./panels.js";
import { initialProgress, reported } from "./progress.js";
import { edited, initialRecipe, namedOf, networkOf, refused, requested, taken } from "./recipe.js";
import { initialResults, prepared as preparedResults, withNotices, withoutRun } from "./results.js";
import { Store, ThrottledStore } from "./store.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a store", () => {
  test("tells who read it, once for a change, and has the rest of the state", () => {
    const store = new Store({ a: 1, b: 2 });
    const seen: number[] = [];
    effect(() => void seen.push(store.value.a + store.current.b));
    store.update({ a: 3 });
    expect(store.value).toEqual({ a: 3, b: 2 });
    expect(seen).toEqual([3, 5]);
  });
});

describe("a throttled store", () => {
  test("tells the first change at once, and later ones together, five times a second at most", () => {
    const store = new ThrottledStore({ step: 0 });
    const seen: number[] = [];
    effect(() => void seen.push(store.value.step));
    store.setSoon({ step: 1 });
    vi.advanceTimersByTime(0);
    for (let step = 2; step <= 10; step++) store.setSoon({ step });
    expect(store.current.step).toBe(10);
    expect(seen).toEqual([0, 1]);
    vi.advanceTimersByTime(199);
    expect(seen).toEqual([0, 1]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([0, 1, 10]);
    vi.advanceTimersByTime(1_000);
    expect(seen.length).toBe(3);
  });

  test("tells what it held back when it is told to, and holds nothing back of an urgent change", () => {
    const store = new ThrottledStore({ step: 0 });
    const seen: number[] = [];
    effect(() => void seen.push(store.value.step));
    store.set({ step: 1 });
    store.setSoon({ step: 2 });
    store.publish();
    store.setSoon({ step: 3 });
    store.set({ step: 4 });
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual([0, 1, 2, 4]);
  });
});

describe("all of the state", () => {
  test("tells of one subject those who read that subject", () => {
    const state = new AppState();
    let [recipes, steps, begun] = [0, 0, 0];
    effect(() => void [state.recipe, recipes++]);
    effect(() => void [state.progress, steps++]);
    effect(() => void [state.hasTrained, begun++]);
    const { progress } = state.stores;
    for (let step = 1; step <= 3; step++) progress.update({ step });
    expect([recipes, steps, begun]).toEqual([1, 4, 2]);
  });

  test("tells of a change of several subjects once, with what was held back", () => {
    const state = new AppState();
    const seen: string[] = [];
    effect(() => void seen.push(`${state.run.phase} ${state.progress.step}`));
    const { run, progress, results } = state.stores;
    progress.update({ step: 1 });
    progress.setSoon({ ...progress.current, step: 2 });
    state.change(() => {
      run.dispatch({ type: "chosen" });
      results.update({ estimate: "unknown" });
    });
    expect(seen).toEqual(["none 0", "none 1", "ready 2"]);
  });
});

describe("the recipe", () => {
  const parsed = (link: string): ParsedLink => ({ link, values: { model: "lenet5" } }) as unknown as ParsedLink;
  const chosen = (link: string) => ({ parsed: parsed(link), description: {} as never, stack: null });

  test("is taken as its link stands; after a change of a control it is the canonical link", () => {
    const asked = requested({ ...initialRecipe, otherLink: "x" }, "seed=7&model=lenet5");
    expect(asked).toMatchObject({ link: "seed=7&model=lenet5", otherLink: null });
    expect(taken(asked, chosen("model=lenet5&seed=7")).link).toBe("seed=7&model=lenet5");
    const changed = taken(edited(asked, { seed: "7" }, "seed=7"), chosen("model=lenet5&seed=7"));
    expect(changed).toMatchObject({ link: "model=lenet5&seed=7", draft: {}, addressFollows: false });
    expect(networkOf(changed)).toBe("lenet5");
    expect(networkOf(initialRecipe)).toBe("");
  });

  const rest = { parsed: parsed("seed=7"), description: {} as never, refused: { batch: "0" } };

  test("keeps what controls hold when it is refused", () => {
    const state = refused(edited(initialRecipe, { batch: "0" }, "batch=0"), rest, null);
    expect(state).toMatchObject({ draft: { batch: "0" }, addressFollows: false, parsed: null });
  });

  test("gets all that is allowed of a link that is refused, with what is not in its control", () => {
    const state = refused(requested(initialRecipe, "seed=7&batch=0"), rest, null);
    expect(state).toMatchObject({ parsed: { link: "seed=7" }, draft: { batch: "0" } });
    expect(refused(requested(initialRecipe, "x"), null, null)).toMatchObject({ parsed: null, draft: {} });
  });
});

test("a recipe is the named one whose link it has, until a value is changed", () => {
  const named = (name: string, link: string) => ({ name, label: name, help: "", link });
  const recipes = [named("own", "model=mlp&v=1"), named("tiny", "model=mlp&epochs=1&v=1")];
  const description = { recipes } as unknown as Description;
  const parsed = { link: "model=mlp&epochs=1&v=1", values: { model: "mlp" } } as unknown as ParsedLink;
  const opened = taken(requested(initialRecipe, "epochs=1&model=mlp"), { parsed, description, stack: null });
  expect(namedOf(opened)?.name).toBe("tiny");
  const changed = requested(edited(opened, { epochs: "2" }, "model=mlp&epochs=2"), "model=mlp&epochs=2");
  expect(namedOf(changed)).toBeUndefined();
  const chosen = requested(edited(opened, { model: "mlp" }, "model=mlp&v=1"), "model=mlp&v=1");
  expect(namedOf(chosen)?.name).toBe("own");
  expect(namedOf(initialRecipe)).toBeUndefined();
});

test("the shown speed follows the reported one slowly, and the curves have changed", () => {
  const report = (step: number, imagesPerSecond: number) => ({ step, imagesPerSecond }) as Report;
  const first = reported(initialProgress, [report(1, 50), report(2, 100)]);
  expect(first).toMatchObject({ step: 2, imagesPerSecond: 100, curvesVersion: 1 });
  expect(reported(first, [report(3, 200)])).toMatchObject({ step: 3, imagesPerSecond: 120, curvesVersion: 2 });
  expect(reported(first, [])).toBe(first);
});

test("another run has no results yet, but what is said of the storage holds on", () => {
  const state = { ...initialResults, score: {} as Score, handedOver: 3, autosaveNotice: "full", notices: ["a"] };
  expect(withoutRun(state)).toEqual({ ...initialResults, autosaveNotice: "full", notices: ["a"] });
  expect(preparedResults(state, { handedOver: undefined } as never)).toMatchObject({ handedOver: 3 });
  expect(preparedResults(state, { handedOver: 9 } as never)).toMatchObject({ handedOver: 9 });
  const noticed = withNotices(state, ["a", "b"], ["b", "c"]);
  expect(noticed).toMatchObject({ notices: ["a", "b", "c"], runNotices: ["b", "c"] });
  expect(withoutRun(noticed)).toMatchObject({ notices: ["a", "b", "c"], runNotices: ["b", "c"] });
});

test("a prepared run brings its data, and nothing is on its way any more", () => {
  const ready = { data: { name: "digits" }, examples: [1], augmented: [2], normalization: null, plan: {} } as never;
  expect(preparedData(ready)).toEqual({ ...initialData, info: { name: "digits" }, examples: [1], augmented: [2] });
});

test("another run forgets how far files were read, and keeps the images that are here", () => {
  const state = { ...initialCustomDataset, dataset: {} as never, reading: { done: 1, total: 2 } };
  expect(withoutFiles(state)).toEqual({ ...initialCustomDataset, dataset: {} });
});

test("own images are chosen as those that are here, or as none yet", () => {
  const dataset = { digest: "0123456789abcdef", classes: ["a", "b"], size: 28, channels: "grey" } as never;
  expect(recipeValues(initialCustomDataset)).toEqual({ data: "own" });
  expect(recipeValues({ ...initialCustomDataset, dataset })).toEqual({
    data: "own",
    own: "0123456789abcdef",
    classes: "2",
    size: "28",
    channels: "grey",
  });
});

test("a prediction is shown for as long as its picture is", () => {
  const picture = new Float32Array(4);
  const prediction = new Float32Array(2);
  const maps = [{ layer: 0, channels: [0], of: 1, rows: 1, columns: 1, values: new Float32Array(1) }];
  const seen = { image: 1, probabilities: prediction, maps, step: 3 };
  const shown = predicted(tried(initialInspection, picture), seen);
  expect(shown).toMatchObject({ picture, prediction, maps, mapsStep: 3 });
  expect(tried(shown, new Float32Array(4)).prediction).toBe(prediction);
  expect(tried(shown, null)).toMatchObject({ picture: null, prediction: null });
  expect(tried(shown, null).maps).toEqual([]);
  expect(predicted(initialInspection, seen)).toMatchObject({ prediction: null, maps: [] });
  expect(withoutAnswers(shown)).toEqual({ ...initialInspection, picture, image: 1 });
  const example = { pixels: new Uint8Array(4), label: 1 } as never;
  const watching = predicted(watched(initialInspection, { picture: null, example }), seen);
  expect(watching).toMatchObject({ picture: null, example, prediction });
  expect(tried(watching, picture)).toMatchObject({ picture, example: null, prediction });
});

test("a late prediction is not laid beside another test image", () => {
  const [first, second] = [1, 2].map((label) => ({ pixels: new Uint8Array(4), label }) as never);
  const [late, now] = [new Float32Array(2), new Float32Array(2)];
  const seen = (image: number, probabilities: Float32Array) => ({ image, probabilities, maps: [], step: 3 });
  const watching = watched(initialInspection, { picture: null, example: first! });
  const next = watched(predicted(watching, seen(1, late)), { picture: null, example: second! });
  expect(predictionNow(next)).toBeNull();
  expect(predictionNow(predicted(next, seen(1, late)))).toBeNull();
  expect(predictionNow(predicted(next, seen(2, now)))).toBe(now);
  // The network answers what is being drawn stroke by stroke.
  const drawn = tried(tried(next, new Float32Array(4)), new Float32Array(4));
  expect(predictionNow(predicted(drawn, seen(3, late)))).toBe(late);
  expect(predictionNow(predicted(watched(drawn, { picture: null, example: first! }), seen(4, now)))).toBeNull();
});

test("panels are opened and closed", () => {
  const open = withPanel(withPanel(initialPanels, "a", true), "b", true);
  expect([...withPanel(open, "a", false).open]).toEqual(["b"]);
  expect([...open.open]).toEqual(["a", "b"]);
  expect([...initialPanels.open]).toEqual([]);
});
