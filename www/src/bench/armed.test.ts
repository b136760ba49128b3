/** A change beside a trained network: it waits to be trained, and the network stays. */
import { beforeEach, describe, expect, test } from "vitest";

import type { Field } from "../module.js";
import { namedOf, shownOf } from "../state/recipe.js";
import { trainsAgain } from "../state/trained.js";
import type { Bench } from "./bench.js";
import { benchEach, checkpointOf, failureOf, readyRun } from "./bench-each.js";
import { CPU, FakeWorkers, reports, settle } from "./testing.js";

const FIELDS = [
  { key: "model", label: "Network", group: "network", kind: { type: "choice", choices: [] } },
  { key: "heads", label: "Heads", group: "network", kind: { type: "number" } },
  { key: "lr", label: "Learning rate", group: "training", kind: { type: "number" } },
  { key: "batch", label: "Batch size", group: "training", kind: { type: "number" } },
  { key: "seed", label: "Seed", group: "run", kind: { type: "number" } },
] as unknown as Field[];
const DEFAULTS = { model: "lenet5", lr: "0.006", batch: "64", seed: "1" };
const LINK = "model=lenet5";

let workers: FakeWorkers;
let bench: Bench;
const { id, run, say } = benchEach((made) => ({ workers, bench } = made));

const parsed = (changes: Record<string, string> = {}) => {
  const link = Object.entries({ model: "lenet5", ...changes }).map((pair) => pair.join("="));
  return { link: link.join("&"), values: { ...DEFAULTS, ...changes }, defaults: DEFAULTS, notices: [] } as never;
};
const chosen = (changes?: Record<string, string>): void =>
  say({ type: "chosen", id: id(), parsed: parsed(changes), description: {} as never, stack: null });
/** What the worker says of the links that it is asked about. */
const reads = (changes?: Record<string, string>): void => {
  const read = parsed(changes) as { link: string };
  workers.last.results.readLink = { type: "recipe", link: read.link, parsed: read as never };
};
const refuses = (): void => {
  const refusal = { key: "batch", message: "batch=0 is not allowed.", allowed: "a whole number" };
  workers.last.results.readLink = { type: "refused", refusal };
};
const next = () => bench.state.recipe.next;
const sent = () => workers.last.commands.slice(-2);

beforeEach(() => {
  say({ type: "opened", engine: CPU, fields: FIELDS, layerKinds: [] });
  chosen();
  say({ type: "prepared", id: id(), run: readyRun() });
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(3, 0.1) });
});

const finish = (): void => say({ type: "finished", id: id(), result: { check: "c", checkedLink: null } });
const pause = (): void => say({ type: "paused", id: id() });
const suspend = (): void => say({ type: "failed", id: id(), failure: failureOf("nan") });

describe.each([
  ["finished", finish],
  ["paused", pause],
  ["suspended", suspend],
])("a run that is %s", (phase, stand) => {
  beforeEach(() => stand());

  test("keeps its network when a setting is changed, which the address follows", async () => {
    reads({ lr: "0.01" });
    bench.recipe.change("lr", "0.01");
    expect(bench.state.recipe).toMatchObject({ draft: { lr: "0.01" }, isReading: true });
    await settle();
    expect(run().phase).toBe(phase);
    expect(workers.last.commands).toEqual(["open", "train"]);
    expect(workers.last.requested.at(-1)).toEqual({ method: "readLink", params: { link: "model=lenet5&lr=0.01" } });
    expect(next()?.link).toBe("model=lenet5&lr=0.01");
    expect(shownOf(bench.state.recipe)?.values["lr"]).toBe("0.01");
    expect(bench.state.recipe).toMatchObject({ parsed: { link: LINK }, draft: {}, isReading: false });
    expect(location.hash).toBe("#model=lenet5&lr=0.01");
    expect(trainsAgain(run(), bench.state.recipe)).toEqual({ isOffered: true, isPossible: true });
  });

  test("is followed by what was changed, from the first step", async () => {
    reads({ lr: "0.01" });
    bench.recipe.change("lr", "0.01");
    await settle();
    bench.trainAgain();
    expect(workers.last.sent.slice(-2)).toMatchObject([
      { type: "choose", link: "model=lenet5&lr=0.01" },
      { type: "train", goal: "end", checkpoint: null, unlessStopped: true },
    ]);
    expect(run()).toMatchObject({ phase: "preparing", prepared: null });
    // Its settings stay in view until the worker has taken them.
    expect(bench.state.recipe).toMatchObject({ next: null, draft: { lr: "0.01" } });
    chosen({ lr: "0.01" });
    expect(bench.state.recipe).toMatchObject({ link: "model=lenet5&lr=0.01", draft: {}, next: null });
    expect(bench.series.curves.length).toBe(0);
    expect(location.hash).toBe("#model=lenet5&lr=0.01");
  });
});

describe("a changed setting", () => {
  beforeEach(() => finish());

  const change = async (key: string, value: string, changes: Record<string, string>): Promise<void> => {
    reads(changes);
    bench.recipe.change(key, value);
    await settle();
  };

  test("adds to those that wait, and back at the trained recipe nothing waits", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    await change("batch", "32", { lr: "0.01", batch: "32" });
    expect(workers.last.requested.at(-1)?.params).toEqual({ link: "model=lenet5&lr=0.01&batch=32" });
    expect(next()?.link).toBe("model=lenet5&lr=0.01&batch=32");
    await change("batch", "64", { lr: "0.01" });
    await change("lr", "0.006", {});
    expect(next()).toBeNull();
    expect(location.hash).toBe(`#${bench.state.recipe.link}`);
    expect(run().phase).toBe("finished");
  });

  test("is taken back as a whole", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    bench.recipe.undo();
    expect(bench.state.recipe).toMatchObject({ next: null, draft: {} });
    expect(location.hash).toBe("#");
  });

  test("that is refused keeps the network, stays in its control, and nothing is trained until it is put right", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    refuses();
    bench.recipe.change("batch", "0");
    await settle();
    expect(bench.state.recipe).toMatchObject({ draft: { batch: "0" }, nextRefusal: { key: "batch" } });
    expect(next()?.link).toBe("model=lenet5&lr=0.01");
    bench.trainAgain();
    bench.train();
    expect(workers.last.commands).toEqual(["open", "train"]);
    expect(run().phase).toBe("finished");
    await change("batch", "32", { lr: "0.01", batch: "32" });
    expect(bench.state.recipe).toMatchObject({ draft: {}, nextRefusal: null });
    bench.trainAgain();
    expect(sent()).toEqual(["choose", "train"]);
  });

  test("that is trained before the worker has read it waits for that", async () => {
    reads({ lr: "0.01" });
    bench.recipe.change("lr", "0.01");
    bench.trainAgain();
    expect(workers.last.commands).toEqual(["open", "train"]);
    await settle();
    expect(workers.last.sent.at(-2)).toMatchObject({ type: "choose", link: "model=lenet5&lr=0.01" });
    expect(run().phase).toBe("preparing");
  });

  test("that the worker cannot read now is told at its field", async () => {
    workers.last.request = () => Promise.reject(new Error("no"));
    bench.recipe.change("lr", "0.01");
    await settle();
    expect(bench.state.recipe.nextRefusal).toMatchObject({ key: "lr", message: /^This could not be checked/ });
  });

  test("of the network shows the new one at once, with what waited", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    bench.recipe.changeAll({ width: "3" });
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose", link: "model=lenet5&lr=0.01" });
    expect(bench.state.recipe).toMatchObject({ next: null, draft: { lr: "0.01", width: "3" } });
  });

  test("of the network that is refused keeps the trained one, and one that is taken shows the new one", async () => {
    workers.last.results.readLink = { type: "refused", refusal: { key: "heads", message: "heads=5 is not allowed." } };
    bench.recipe.change("heads", "5");
    await settle();
    expect(workers.last.commands).toEqual(["open", "train"]);
    expect(run().phase).toBe("finished");
    expect(bench.state.recipe).toMatchObject({ draft: { heads: "5" }, nextRefusal: { key: "heads" } });
    expect(trainsAgain(run(), bench.state.recipe).isPossible).toBe(false);
    await change("heads", "2", { heads: "2" });
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose", link: "model=lenet5&heads=2" });
    expect(bench.state.recipe).toMatchObject({ next: null, nextRefusal: null, draft: { heads: "2" } });
    expect(run().phase).toBe("ready");
  });

  test("goes with Reset, and with another engine, as what is to be trained", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    bench.reset();
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose", link: "model=lenet5&lr=0.01" });
    expect(run()).toEqual({ phase: "ready", prepared: null });
  });

  test("goes on waiting where the run goes on in another worker", async () => {
    say({ type: "checkpoint", id: id(), checkpoint: checkpointOf(3) });
    await change("lr", "0.01", { lr: "0.01" });
    say({ type: "failed", id: id(), failure: failureOf("crash") });
    bench.goOnWithCpu();
    expect(workers.last.sent[0]).toMatchObject({ type: "open", link: "" });
    expect(next()?.link).toBe("model=lenet5&lr=0.01");
    expect(location.hash).toBe("#model=lenet5&lr=0.01");
  });

  test("ends when another link is opened, or the address leads back", async () => {
    await change("lr", "0.01", { lr: "0.01" });
    location.hash = "";
    (globalThis as unknown as { dispatchHashChange: () => void }).dispatchHashChange();
    expect(next()).toBeNull();
    expect(run().phase).toBe("finished");
    await change("lr", "0.01", { lr: "0.01" });
    bench.recipe.openLink("model=mlp");
    expect([next(), run().phase]).toEqual([null, "ready"]);
  });

  test("by a named recipe waits only where that is of the same network", async () => {
    await settle();
    reads({ lr: "0.01" });
    bench.recipe.changeTo("model=lenet5&lr=0.01");
    await settle();
    expect(next()?.link).toBe("model=lenet5&lr=0.01");
    const description = { recipes: [{ name: "quick", link: "model=lenet5&lr=0.01" }] } as never;
    expect(namedOf({ ...bench.state.recipe, description })?.name).toBe("quick");
    reads({ width: "3" });
    bench.recipe.changeTo("model=lenet5&width=3");
    await settle();
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose", link: "model=lenet5&width=3" });
  });

  test("is none where nothing is trained yet", () => {
    bench.reset();
    chosen();
    say({ type: "prepared", id: id(), run: readyRun() });
    bench.recipe.change("lr", "0.01");
    expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose", link: "model=lenet5&lr=0.01" });
  });
});

test("a finished run is trained once more by the same recipe", () => {
  finish();
  bench.train();
  expect(run().phase).toBe("finished");
  bench.trainAgain();
  expect(workers.last.sent.slice(-2)).toMatchObject([{ type: "choose", link: "" }, { type: "train" }]);
  expect(run().phase).toBe("preparing");
});

test("while it trains, no setting is changed, and nothing is trained again", () => {
  bench.recipe.change("lr", "0.01");
  bench.trainAgain();
  expect(workers.last.commands).toEqual(["open", "train"]);
  expect(next()).toBeNull();
});
