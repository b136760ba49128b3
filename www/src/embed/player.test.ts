import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Bench } from "../bench/bench.js";
import { readyRun } from "../bench/bench-each.js";
import { ownAddress } from "../bench/link.js";
import { CPU, FakeWorkers, reports, settle, stubPage, type FakeWorker } from "../bench/testing.js";
import type { Field } from "../module.js";
import { Comparison } from "./comparison.js";
import { DEFAULT_LOOK, type Look } from "./look.js";
import { Player } from "./player.js";
import { Turn } from "./turn.js";

const FIELDS = [
  { key: "model", label: "Network", group: "network", kind: { type: "choice", choices: [] } },
  { key: "lr", label: "Learning rate", group: "training", kind: { type: "number" } },
  { key: "skip", label: "Skip connections", group: "network", kind: { type: "number" } },
] as unknown as Field[];
const DEFAULTS = { model: "lenet5", lr: "0.002" };

let workers: FakeWorkers;
let benches: Bench[];
let comparison: Comparison;
let player: Player;

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  location.hash = "#model=lenet5";
});
afterEach(() => {
  player.dispose();
  comparison.dispose();
  for (const bench of benches) bench.dispose();
  vi.unstubAllGlobals();
});

/** An embed that compares. */
function open(look: Partial<Look> = {}): void {
  workers = new FakeWorkers();
  benches = [new Bench(workers.start, { keeps: false })];
  const [first] = benches;
  comparison = new Comparison(first!, look.compare ?? new Map([["lr", "0.01"]]), (link) => {
    const bench = new Bench(workers.start, { keeps: false, address: ownAddress(link) });
    benches.push(bench);
    return bench;
  });
  player = new Player(first!, { ...DEFAULT_LOOK, ...look }, comparison, new Turn([]));
}

/** Of the first run or the second. */
const worker = (at: number): FakeWorker => workers.all[at]!;
const id = (at: number): number => benches[at]!.state.runId;

/** What the module reads in a link with these values. */
function readAs(values: Record<string, string>): { link: string; parsed: never } {
  const link = Object.entries({ model: "lenet5", ...values })
    .map((pair) => pair.join("="))
    .join("&");
  return { link, parsed: { link, values: { ...DEFAULTS, ...values }, defaults: DEFAULTS, notices: [] } as never };
}

function chosen(at: number, values: Record<string, string> = {}): void {
  worker(at).handle({ type: "opened", engine: CPU, fields: FIELDS, layerKinds: [] });
  const { parsed } = readAs(values);
  worker(at).handle({ type: "chosen", id: id(at), parsed, description: {} as never, stack: null });
  worker(at).handle({ type: "prepared", id: id(at), run: readyRun() });
}

function trained(at: number, steps: number, first = 1): void {
  worker(at).handle({ type: "started", id: id(at) });
  worker(at).handle({ type: "reports", id: id(at), reports: reports(steps, 0.1, first) });
}

async function finished(at: number): Promise<void> {
  worker(at).handle({ type: "finished", id: id(at), result: { check: "c", checkedLink: null } });
  await settle();
}

async function paused(at: number): Promise<void> {
  worker(at).handle({ type: "paused", id: id(at) });
  await settle();
}

const names = () => [comparison.names.first, comparison.names.second].map(String);
const trains = (at: number) => worker(at).sent.filter(({ type }) => type === "train");

describe("an embed that compares", () => {
  it("trains the second run after the first, each in its own worker", async () => {
    open();
    chosen(0);
    player.start();
    trained(0, 3);
    expect(workers.all.length).toBe(1);
    await finished(0);
    expect(worker(1).sent[0]).toMatchObject({ type: "open", link: "model=lenet5&lr=0.01", keeps: false });
    expect(trains(1)).toMatchObject([{ goal: "end" }]);
    expect(player.isTraining).toBe(true);
    chosen(1, { lr: "0.01" });
    trained(1, 3);
    await finished(1);
    expect([player.isTraining, player.action]).toEqual([false, "train-again"]);
    // The page's address is the first run's.
    expect(location.hash).toBe("#model=lenet5");
    player.start();
    expect(worker(1).ended).toBe(true);
    expect(worker(0).commands.filter((type) => type === "choose").length).toBe(1);
  });

  it("calls each run by what is different", () => {
    open({
      compare: new Map([
        ["lr", "0.01"],
        ["model", "mlp"],
      ]),
    });
    chosen(0);
    expect(names()).toEqual(["Learning rate 0.002, lenet5", "Learning rate 0.01, mlp"]);
  });

  it("trains each as far as it is to stop first, and on a press to the end", async () => {
    open({ until: 5 });
    chosen(0);
    player.start();
    expect(trains(0)).toMatchObject([{ goal: 5 }]);
    trained(0, 5);
    await paused(0);
    expect(trains(1)).toMatchObject([{ goal: 5 }]);
    chosen(1, { lr: "0.01" });
    trained(1, 5);
    await paused(1);
    expect([player.isTraining, player.action]).toEqual([false, "go-on"]);
    player.start();
    expect(trains(0)).toMatchObject([{ goal: 5 }, { goal: "end" }]);
    trained(0, 5, 6);
    await finished(0);
    expect(trains(1)).toMatchObject([{ goal: 5 }, { goal: "end" }]);
  });

  it("stops with Pause where it is, and goes on there", async () => {
    open();
    chosen(0);
    player.start();
    trained(0, 3);
    await finished(0);
    chosen(1, { lr: "0.01" });
    trained(1, 2);
    player.pause();
    await paused(1);
    expect([player.isTraining, player.action]).toEqual([false, "go-on"]);
    player.start();
    expect(trains(1).length).toBe(2);
    expect(trains(0).length).toBe(1);
  });

  it("says why the second run is refused, and trains the first", async () => {
    open({ compare: new Map([["lr", "much"]]) });
    const refusal = { key: "lr", message: "lr is no number.", allowed: "a number from 0 to 1" };
    worker(0).results.readLink = { type: "refused", refusal };
    chosen(0);
    await settle();
    expect(worker(0).requested).toContainEqual({ method: "readLink", params: { link: "model=lenet5&lr=much" } });
    expect(comparison.wrong).toBe("Learning rate: “much” is not allowed. It has to be a number from 0 to 1.");
    player.start();
    trained(0, 3);
    await finished(0);
    expect(workers.all.length).toBe(1);
    expect(player.action).toBe("train-again");
  });

  it.each([
    ["no field has", "flavour"],
    ["the network has not", "skip"],
  ])("says that a key which %s is none of the recipe", async (_, key) => {
    open({ compare: new Map([[key, "off"]]) });
    chosen(0);
    await settle();
    expect(comparison.wrong).toBe(`“${key}” is no value of this recipe.`);
  });

  it("says that nothing is different, as long as that is so", async () => {
    open();
    worker(0).results.readLink = { type: "recipe", link: "model=lenet5&lr=0.01", parsed: {} as never };
    chosen(0, { lr: "0.01" });
    await settle();
    expect(comparison.wrong).toBe("The second run would be the first one again.");
    chosen(0, { lr: "0.02" });
    await settle();
    expect(comparison.wrong).toBeNull();
  });

  it("says what ended the second run, and is done", async () => {
    open();
    chosen(0);
    player.start();
    trained(0, 3);
    await finished(0);
    chosen(1, { lr: "0.01" });
    trained(1, 1);
    worker(1).handle({
      type: "failed",
      id: id(1),
      failure: { kind: "nan", message: "It diverged.", during: "training" },
    });
    await settle();
    expect(comparison.wrong).toBe("It diverged.");
    expect([player.isTraining, player.action]).toEqual([false, "train-again"]);
  });

  it("forgets the second run where the first has another recipe, and waits to be started", async () => {
    open({ edit: ["model"] });
    chosen(0);
    player.start();
    trained(0, 3);
    await finished(0);
    chosen(1, { lr: "0.01" });
    trained(1, 1);
    expect(player.set("model", "mlp")).toBeNull();
    chosen(0, { model: "mlp" });
    await settle();
    expect(worker(1).ended).toBe(true);
    expect(comparison.run).toBeNull();
    expect(trains(0).length).toBe(1);
    expect([player.isTraining, player.action]).toEqual([false, "train"]);
  });

  it("keeps the second run where a change of the first makes no other of it", async () => {
    open({ edit: ["lr"] });
    chosen(0);
    player.start();
    trained(0, 3);
    await finished(0);
    chosen(1, { lr: "0.01" });
    trained(1, 3);
    await finished(1);
    worker(0).results.readLink = { type: "recipe", ...readAs({ lr: "0.005" }) };
    player.set("lr", "0.005");
    await settle();
    // The trained network stays until then.
    expect([benches[0]!.state.run.phase, player.action, player.canStart]).toEqual(["finished", "train-again", true]);
    player.start();
    chosen(0, { lr: "0.005" });
    worker(0).handle({ type: "prepared", id: id(0), run: readyRun() });
    trained(0, 3);
    await finished(0);
    expect(names()).toEqual(["Learning rate 0.005", "Learning rate 0.01"]);
    expect([trains(1).length, player.action]).toEqual([1, "train-again"]);
  });
});

describe("an embed", () => {
  it("keeps its trained network where a changed value is refused, and starts nothing", async () => {
    open({ edit: ["lr"], compare: null });
    chosen(0);
    player.start();
    trained(0, 3);
    await finished(0);
    const refusal = { key: "lr", message: "lr=much is not allowed." };
    worker(0).results.readLink = { type: "refused", refusal };
    expect(player.set("lr", "much")).toBeNull();
    // Before the worker has said so.
    player.start();
    await settle();
    player.start();
    expect([benches[0]!.state.run.phase, player.canStart]).toEqual(["finished", false]);
    expect(trains(0).length).toBe(1);
  });

  it("trains again that was left and seen again before its step was done", async () => {
    open();
    chosen(0);
    player.start();
    trained(0, 3);
    player.away("out-of-view", true);
    player.away("out-of-view", false);
    await paused(0);
    expect(trains(0).length).toBe(2);
  });
});
