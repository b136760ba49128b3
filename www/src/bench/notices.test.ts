/** What is said of a run before it is trained: it stays until the next answer says otherwise. */
import { expect, test } from "vitest";

import type { Engine, WorkerEvent } from "../protocol.js";
import type { Bench } from "./bench.js";
import { benchEach, failureOf, parsedLink } from "./bench-each.js";
import { CPU, GPU, plan } from "./testing.js";

let bench: Bench;

const { id, say } = benchEach((made) => ({ bench } = made));

const RISES = "The learning rate never reaches what was asked for.";
const notices = (): string[] => bench.state.results.notices;

function open(engine: Engine): void {
  say({ type: "opened", engine, fields: [], layerKinds: [] });
  chosen();
}

function chosen(values = {}): void {
  const parsed = { ...(parsedLink() as object), values: { model: "lenet5", ...values }, notices: ["of the link"] };
  say({ type: "chosen", id: id(), parsed, description: {}, stack: null } as unknown as WorkerEvent);
}

function prepared(...ofRun: string[]): void {
  const data = { name: "digits", classes: [], channels: 1, height: 28, width: 28 };
  const run = { plan: plan(), data, notices: ofRun, examples: [], augmented: [], losses: new Float32Array(0) };
  say({ type: "prepared", id: id(), run: { ...run, normalization: null } } as unknown as WorkerEvent);
}

test("a notice of a prepared run stays through a change, until the next run is prepared", () => {
  open(CPU);
  prepared(RISES);
  bench.connection.restart("model=lenet5");
  expect(notices()).toEqual(["of the link", RISES]);
  chosen();
  expect(notices()).toEqual(["of the link", RISES]);
  prepared(RISES);
  expect(notices()).toEqual(["of the link", RISES]);
  bench.connection.restart("model=lenet5&warmup=0");
  chosen();
  prepared();
  expect(notices()).toEqual(["of the link"]);
});

test.each<[string, Engine, object, () => void]>([
  ["on an engine that prepares none unasked", GPU, {}, () => {}],
  ["whose images a person has yet to give", CPU, { data: "own", own: "" }, () => {}],
  ["whose data have yet to be fetched", CPU, {}, () => say({ type: "download", id: id(), download: {} as never })],
  ["that fails", CPU, {}, () => say({ type: "failed", id: id(), failure: failureOf("data") })],
])("it is said of no run that is not prepared: %s", (_, engine, values, answer) => {
  bench.state.stores.engine.update({ choice: engine.kind });
  open(engine);
  prepared(RISES);
  bench.connection.restart("model=lenet5");
  chosen(values);
  answer();
  expect(notices()).toEqual(["of the link"]);
});
