/** Drawn images stand for data that could not be had, where a network was picked and its data with it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Field } from "../module.js";
import type { WorkerEvent } from "../protocol.js";
import { Bench } from "./bench.js";
import { CPU, FakeWorkers, stubPage } from "./testing.js";

const choice = (key: string, group: string, choices: [string, string][]): Field =>
  ({
    key,
    group,
    label: key,
    kind: { type: "choice", choices: choices.map(([value, label]) => ({ value, label })) },
  }) as never;
const FIELDS = [
  choice("model", "network", [["lenet5", "LeNet-5"]]),
  choice("data", "data", [
    ["digits", "Synthetic digits"],
    ["cifar10", "CIFAR-10"],
  ]),
];

let workers: FakeWorkers;
let bench: Bench;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const id = (): number => bench.state.runId;

/** The worker takes a link. */
function take(link: string, values: Record<string, string>, defaults: Record<string, string>): void {
  const parsed = { link, values, defaults, notices: [] } as never;
  say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
}

const missing = (): void =>
  say({ type: "failed", id: id(), failure: { kind: "data", message: "It is not here.", during: "preparing" } });

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
  say({ type: "opened", engine: CPU, fields: FIELDS, layerKinds: [] });
  take("model=lenet5", { model: "lenet5", data: "digits" }, { model: "lenet5", data: "digits" });
});

afterEach(() => {
  bench.dispose();
  vi.unstubAllGlobals();
});

const takeResnet = (): void =>
  take("model=resnet-8", { model: "resnet-8", data: "cifar10" }, { model: "resnet-8", data: "cifar10" });
const lastLink = (): unknown => workers.last.sent.findLast((command) => "link" in command);

test("of a network that was picked, with a note", () => {
  bench.recipe.change("model", "resnet-8");
  takeResnet();
  missing();
  expect(lastLink()).toMatchObject({ type: "choose", link: "model=resnet-8&data=shapes" });
  expect(bench.state.recipe.drawnFor).toBe("CIFAR-10");
  // Whoever then asks for the data hears what is wrong with them.
  take("model=resnet-8&data=shapes", { model: "resnet-8", data: "shapes" }, { model: "resnet-8", data: "cifar10" });
  bench.recipe.change("data", "cifar10");
  expect(bench.state.recipe.drawnFor).toBeNull();
  takeResnet();
  missing();
  expect(bench.state.run).toMatchObject({ why: { kind: "data" } });
});

test("and Train holds, where it was pressed before", () => {
  bench.recipe.change("model", "resnet-8");
  bench.train();
  takeResnet();
  missing();
  expect(lastLink()).toMatchObject({ type: "choose", link: "model=resnet-8&data=shapes" });
  expect(workers.last.commands.at(-1)).toBe("train");
});

test("but not for a download that is told of only once Train was pressed: it goes on", () => {
  bench.recipe.change("model", "resnet-8");
  takeResnet();
  bench.train();
  const download = { name: "cifar10", title: "CIFAR-10", hosts: ["mirror.example"], bytes: 139e6 };
  say({ type: "download", id: id(), download });
  expect(bench.state.recipe.drawnFor).toBeNull();
  expect(bench.state.data.download).toEqual(download);
  expect(lastLink()).toMatchObject({ link: "model=resnet-8" });
});

test("for a download that nobody asked for", () => {
  bench.recipe.change("model", "resnet-8");
  takeResnet();
  say({ type: "download", id: id(), download: { name: "cifar10", title: "CIFAR-10", hosts: [], bytes: 1 } });
  expect(bench.state.recipe.drawnFor).toBe("CIFAR-10");
  expect(bench.state.data.download).toBeNull();
});

test("also after another change, but not of a link that was opened", () => {
  bench.recipe.change("model", "resnet-8");
  takeResnet();
  bench.recipe.change("seed", "3");
  missing();
  expect(bench.state.recipe.drawnFor).toBe("CIFAR-10");
  bench.recipe.openLink("model=resnet-8");
  takeResnet();
  missing();
  expect(bench.state.recipe.drawnFor).toBeNull();
  expect(bench.state.run).toMatchObject({ why: { kind: "data" } });
});

test("not of a picked network that keeps the data of the last", () => {
  bench.recipe.change("data", "cifar10");
  take("model=lenet5&data=cifar10", { model: "lenet5", data: "cifar10" }, { model: "lenet5", data: "digits" });
  bench.recipe.change("model", "resnet-8");
  takeResnet();
  missing();
  expect(bench.state.recipe.drawnFor).toBeNull();
});
