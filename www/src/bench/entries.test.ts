/** What the browser's Back leads to: the recipe before another was chosen. */
import { expect, test, vi } from "vitest";

import type { Field } from "../module.js";
import type { Bench } from "./bench.js";
import { benchEach, readyRun } from "./bench-each.js";
import { PAGE_ADDRESS } from "./link.js";
import { CPU, type FakeWorkers } from "./testing.js";

const FIELDS = [
  { key: "model", group: "network", kind: { type: "choice", choices: [] } },
  { key: "data", group: "data", kind: { type: "choice", choices: [] } },
  { key: "lr", group: "training", kind: { type: "number" } },
  { key: "seed", group: "run", kind: { type: "number" } },
] as unknown as Field[];
const DEFAULTS = { model: "lenet5", data: "mnist", lr: "0.006", seed: "1" };

let workers: FakeWorkers;
let bench: Bench;
const { id, say } = benchEach((made) => ({ workers, bench } = made));

/** The worker takes what was asked for last. */
function take(): void {
  const { link } = bench.state.recipe;
  const values = { ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(link)) };
  const parsed = { link, values, defaults: DEFAULTS, notices: [] } as never;
  say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
  say({ type: "prepared", id: id(), run: readyRun() });
}
function change(key: string, value: string): void {
  bench.recipe.change(key, value);
  take();
}
function openAt(link: string): void {
  location.hash = link && `#${link}`;
  addressChanged();
  say({ type: "opened", engine: CPU, fields: FIELDS, layerKinds: [] });
  take();
}
const addressChanged = (): void => (globalThis as unknown as { dispatchHashChange: () => void }).dispatchHashChange();
/** What the page has after Back. */
function back(): string {
  history.back();
  take();
  return bench.state.recipe.link;
}
const FIRST = "model=lenet5&seed=3";

test.each([
  ["another network", () => change("model", "mlp")],
  ["other data", () => change("data", "digits")],
  ["a named recipe", () => (bench.recipe.changeTo("model=lenet5&lr=0.1"), take())],
  ["the link of a kept run", () => (bench.recipe.openLink("model=vit"), take())],
  ["the defaults", () => (bench.recipe.useDefaults(), take())],
])("Back leads from %s to the recipe before", (_, choose) => {
  openAt("");
  bench.recipe.openLink(FIRST);
  take();
  choose();
  expect(location.hash).not.toBe(`#${FIRST}`);
  expect(back()).toBe(FIRST);
  expect(workers.last.sent.filter(({ type }) => type === "choose").at(-1)).toMatchObject({ link: FIRST });
  expect(back()).toBe("");
});

test("a changed field is no step of its own, and Back takes it along", () => {
  openAt(FIRST);
  change("model", "mlp");
  change("lr", "0.01");
  change("seed", "7");
  change("data", "mnist");
  expect(location.hash).toBe("#model=mlp&data=mnist&lr=0.01&seed=7");
  expect(back()).toBe(FIRST);
});

test("what is trained in turn is no step", () => {
  openAt(FIRST);
  bench.recipe.openLink("model=lenet5&seed=4", { isEntry: false });
  take();
  expect(location.hash).toBe("#model=lenet5&seed=4");
  expect(back()).toBe("");
});

test("drawn images that stand for a network's data are no step", () => {
  openAt(FIRST);
  change("model", "resnet-8");
  say({ type: "failed", id: id(), failure: { kind: "data", message: "They are not here.", during: "preparing" } });
  take();
  expect(location.hash).toContain("data=digits");
  expect(back()).toBe(FIRST);
});

test("a refused choice is none until it is mended", () => {
  openAt(FIRST);
  bench.recipe.change("model", "mlp");
  const refusal = { key: "lr", message: "It is not allowed." };
  say({ type: "refused", id: id(), refusal, rest: null, stack: null });
  expect(location.hash).toBe(`#${FIRST}`);
  change("lr", "0.02");
  expect(location.hash).toBe("#model=mlp&lr=0.02&seed=3");
  expect(back()).toBe(FIRST);
});

test("Back in mid-run asks, and a run that is kept stands behind what Back led to", () => {
  openAt(FIRST);
  change("model", "mlp");
  bench.train();
  say({ type: "started", id: id() });
  history.back();
  expect(bench.state.recipe.otherLink).toBe(FIRST);
  bench.recipe.keepRun();
  expect(location.hash).toBe("#model=mlp&seed=3");
  history.back();
  expect(bench.state.recipe.otherLink).toBe(FIRST);
});

test("Back before the worker has taken the choice ends it", () => {
  openAt("");
  change("model", "mlp");
  bench.recipe.change("model", "vit");
  expect(back()).toBe("");
  change("seed", "5");
  expect(location.hash).toBe("#model=lenet5&seed=5");
});

test("Back just before the worker takes a choice is not written over", () => {
  openAt("");
  bench.recipe.change("model", "mlp");
  // The browser tells of it in a moment.
  location.hash = `#${FIRST}`;
  take();
  expect(location.hash).toBe(`#${FIRST}`);
  addressChanged();
  expect(bench.state.recipe.link).toBe(FIRST);
});

test("a frame's steps are not its host's", () => {
  vi.stubGlobal("parent", {});
  openAt(FIRST);
  change("model", "mlp");
  expect(location.hash).toBe("#model=mlp&seed=3");
  history.back();
  expect(location.hash).toBe("");
});

test("Back leads from a story to the recipe, and from the recipe to a story that was closed", () => {
  openAt(FIRST);
  PAGE_ADDRESS.beginEntry();
  PAGE_ADDRESS.showStory("story=learning-rate");
  // Recipes come and go in a story without a step.
  change("model", "mlp");
  PAGE_ADDRESS.beginEntry();
  PAGE_ADDRESS.showStory(null);
  expect(location.hash).toBe("#model=mlp&seed=3");
  history.back();
  expect(location.hash).toBe("#story=learning-rate");
  history.back();
  expect(location.hash).toBe(`#${FIRST}`);
});
