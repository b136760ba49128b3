/** What is known of other data than those of the recipe is not shown as theirs. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { WorkerEvent } from "../protocol.js";
import { initialData } from "../state/data.js";
import { Bench } from "./bench.js";
import { CPU, FakeWorkers, stubPage } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const id = (): number => bench.state.runId;

function take(data: string): void {
  const values = { model: "resnet-8", data };
  const parsed = { link: `model=resnet-8&data=${data}`, values, defaults: values, notices: [] } as never;
  say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
}

const download = { name: "cifar10", title: "CIFAR-10", hosts: ["mirror.example"], bytes: 139e6 };
const missing = (): void =>
  say({ type: "failed", id: id(), failure: { kind: "data", message: "It is not here.", during: "preparing" } });

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  take("digits");
  bench.state.stores.data.update({ info: { name: "digits", classes: ["0", "1"] } as never, examples: [{} as never] });
});

afterEach(() => {
  bench.dispose();
  vi.unstubAllGlobals();
});

test("where a download of those was not asked for yet", () => {
  take("cifar10");
  // For a moment it stays, for what is at hand comes at once.
  expect(bench.state.data.info?.name).toBe("digits");
  say({ type: "download", id: id(), download });
  expect(bench.state.data).toEqual({ ...initialData, download });
});

test("where those cannot be had", () => {
  take("kmnist");
  missing();
  expect(bench.state.data).toEqual(initialData);
});

test("but what is known of the recipe's own stays", () => {
  take("digits");
  missing();
  expect(bench.state.data.info?.name).toBe("digits");
  say({ type: "download", id: id(), download: { ...download, name: "digits" } });
  expect(bench.state.data.info?.name).toBe("digits");
});
