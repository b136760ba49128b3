import { describe, expect, test } from "vitest";

import type { Bench } from "./bench.js";
import { benchEach, checkpointOf, failureOf, parsedLink, readyRun } from "./bench-each.js";
import { CPU, FakeWorkers, GPU, reports, settle } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

const { id, run, say, open, train } = benchEach((made) => ({ workers, bench } = made), {
  gpu: { requestAdapter: async () => ({}) },
});

test("opens a worker with the recipe of the address, and goes through a run", () => {
  expect(workers.last.sent[0]).toMatchObject({ type: "open", engine: "auto", link: "", id: 1 });
  expect(run()).toEqual({ phase: "none", reason: "opening" });
  train();
  expect(run().phase).toBe("training");
  expect(workers.last.commands).toEqual(["open", "train"]);
  bench.pause();
  expect(run()).toMatchObject({ phase: "training", pausing: true });
  say({ type: "paused", id: id() });
  expect(run().phase).toBe("paused");
  bench.train(1);
  expect(workers.last.sent.at(-1)).toEqual({ type: "train", goal: 1, checkpoint: null });
});

test("Train may be pressed before the worker is open", () => {
  bench.train();
  expect(run()).toMatchObject({ phase: "preparing", prepared: null });
  open();
  expect(run()).toMatchObject({ phase: "preparing", goal: "end" });
});

test("events of an earlier run are dropped", () => {
  open();
  const earlier = id();
  bench.recipe.openLink("model=lenet5&seed=7");
  say({ type: "started", id: earlier });
  say({ type: "failed", id: earlier, failure: failureOf("crash") });
  expect(run()).toEqual({ phase: "ready", prepared: null });
});

test("an event that cannot come now is an error, and changes nothing", () => {
  open();
  expect(() => say({ type: "finished", id: id(), result: { check: "", checkedLink: null } })).toThrow(
    'A run that is "ready" cannot take the event "finished".',
  );
  expect(run().phase).toBe("ready");
});

test("a refused link is said again by Train, and sends nothing", () => {
  say({
    type: "refused",
    id: id(),
    refusal: { key: "batch", message: "batch=0 is not allowed." },
    rest: null,
    stack: null,
  });
  bench.train();
  expect(run()).toMatchObject({ reason: "refused", times: 2 });
  expect(workers.last.commands).toEqual(["open"]);
});

test("a change starts over in the same worker, and the address follows once the link is taken", () => {
  open();
  bench.recipe.change("seed", "7");
  expect(workers.last.commands).toEqual(["open", "choose"]);
  expect(bench.state.recipe.draft).toEqual({ seed: "7" });
  expect(location.hash).toBe("");
  say({ type: "chosen", id: id(), parsed: parsedLink("model=lenet5&seed=7"), description: {} as never, stack: null });
  expect(location.hash).toBe("#model=lenet5&seed=7");
  expect(bench.state.recipe).toMatchObject({ draft: {}, link: "model=lenet5&seed=7" });
});

test("while the data is on its way, a change takes a new worker", () => {
  open();
  say({ type: "fetching", id: id(), progress: {} as never });
  bench.recipe.openLink("model=vgg-8");
  expect(workers.all.length).toBe(2);
  expect(workers.all[0]!.ended).toBe(true);
  expect(bench.state.data.fetching).toBeNull();
});

test("the controls of a run that is trained change nothing", () => {
  train();
  bench.recipe.change("seed", "7");
  expect(bench.recipe.openLink("model=vgg-8")).toBe(false);
  bench.changeEngine("gpu");
  expect(workers.last.commands).toEqual(["open", "train"]);
});

test("after a dead engine the CPU engine goes on from the last checkpoint, in a new worker", () => {
  train();
  say({ type: "engine", engine: GPU });
  say({ type: "checkpoint", id: id(), checkpoint: checkpointOf(2) });
  say({ type: "failed", id: id(), failure: failureOf("gpu") });
  expect(run().phase).toBe("dead");
  bench.goOnWithCpu();
  expect(workers.all.length).toBe(2);
  expect(workers.last.sent).toMatchObject([
    { type: "open", engine: "cpu" },
    { type: "train", goal: "end", checkpoint: checkpointOf(2) },
  ]);
  expect(bench.state.results.handedOver).toBe(2);
  expect(bench.state.progress.step).toBe(2);
  expect(bench.series.curves.length).toBe(2);
});

test("a dead engine that nobody trained goes on paused", () => {
  train();
  say({ type: "checkpoint", id: id(), checkpoint: checkpointOf(3) });
  bench.pause();
  say({ type: "paused", id: id() });
  say({ type: "failed", id: id(), failure: failureOf("crash") });
  bench.goOnWithCpu();
  expect(workers.last.sent[1]).toMatchObject({ type: "train", goal: 0 });
});

test("Reset gives up what the storage has, and starts over", () => {
  train();
  bench.reset();
  expect(workers.last.sent.slice(-2)).toMatchObject([{ type: "forgetStopped", current: true }, { type: "choose" }]);
  expect(run().phase).toBe("ready");
  expect(bench.series.curves.length).toBe(0);
});

test("another link in the address waits while a run is under way", () => {
  train();
  location.hash = "#model=vgg-8";
  (globalThis as unknown as { dispatchHashChange: () => void }).dispatchHashChange();
  expect(bench.state.recipe.otherLink).toBe("model=vgg-8");
  bench.recipe.keepRun();
  expect(bench.state.recipe.otherLink).toBeNull();
  expect(location.hash).toBe("#");
});

/** A person opens a link in the address. */
function visit(link: string): void {
  location.hash = `#${link}`;
  (globalThis as unknown as { dispatchHashChange: () => void }).dispatchHashChange();
}

describe("the address is that of the run which the page has", () => {
  test("once another starts in its place while the page asks about another link", () => {
    for (const startsOver of [
      () => bench.reset(),
      () => {
        say({ type: "failed", id: id(), failure: failureOf("crash") });
        bench.goOnWithCpu();
      },
    ]) {
      train();
      visit("model=vgg-8");
      startsOver();
      expect(bench.state.recipe).toMatchObject({ link: "", otherLink: null });
      expect(location.hash).toBe("#");
    }
  });

  test("after Reset of a link that was refused", () => {
    open();
    visit("model=none");
    say({ type: "refused", id: id(), refusal: { key: "model", message: "It is unknown." }, rest: null, stack: null });
    bench.reset();
    expect(bench.state.recipe.link).toBe("model=lenet5");
    expect(location.hash).toBe("#model=lenet5");
  });
});

describe("what is wanted again and again", () => {
  const wanted = (): string[] =>
    workers.last.commands.filter((type) => ["predict", "inspect", "sendPredictions"].includes(type));

  test("is told to the worker when it changes, and to a worker that takes its place", () => {
    open();
    expect(wanted()).toEqual([]);
    bench.subscriptions.try(new Float32Array(28 * 28));
    bench.showPanel("inside-panel", true);
    bench.showPanel("mistakes-panel", true);
    expect(wanted()).toEqual(["predict", "inspect", "sendPredictions"]);
    bench.subscriptions.inspect({ layer: 0 });
    expect(wanted().length).toBe(3);
    bench.changeEngine("cpu");
    expect(workers.all.length).toBe(2);
    expect(workers.last.commands[0]).toBe("open");
    expect(wanted().sort()).toEqual(["inspect", "predict", "sendPredictions"]);
    bench.showPanel("inside-panel", false);
    expect(workers.last.sent.at(-1)).toEqual({ type: "inspect", request: null });
  });

  test("a picture of other data is put away", () => {
    open();
    bench.subscriptions.try(new Float32Array(3));
    bench.recipe.openLink("model=lenet5&data=digits");
    say({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
    say({ type: "prepared", id: id(), run: readyRun() });
    expect(bench.state.inspection.picture).toBeNull();
    expect(workers.last.sent.at(-1)).toEqual({ type: "predict", image: 2, pixels: null, layers: [] });
  });

  test("a prediction for a picture that is gone is not shown", () => {
    open();
    bench.subscriptions.try(new Float32Array(28 * 28));
    say({
      type: "prediction",
      id: id(),
      step: 0,
      image: bench.state.inspection.image,
      probabilities: new Float32Array(10),
      maps: [],
    });
    expect(bench.state.inspection.prediction).not.toBeNull();
    bench.subscriptions.try(null);
    say({
      type: "prediction",
      id: id(),
      step: 0,
      image: bench.state.inspection.image,
      probabilities: new Float32Array(10),
      maps: [],
    });
    expect(bench.state.inspection.prediction).toBeNull();
  });
});

describe("handing the run over", () => {
  const CHECKED = "model=lenet5&check=0123456789abcdef&marks=1";

  /** Trains until the GPU engine was found to be faster, and the run stands. */
  async function handOver(): Promise<void> {
    train();
    say({ type: "reports", id: id(), reports: reports(40, 0.1, 4) });
    await settle();
    const [first, second] = workers.all;
    second!.results.measure = 5_000;
    second!.handle({ type: "opened", engine: GPU, fields: [], layerKinds: [] });
    second!.handle({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
    await settle();
    expect(first!.commands).toEqual(["open", "train", "handOver"]);
    first!.handle({ type: "handedOver", id: id(), checkpoint: checkpointOf(44) });
  }

  test("a faster engine goes on with it, and the worker that had it stays until that trains", async () => {
    await handOver();
    const [first, second] = workers.all;
    expect(second!.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: checkpointOf(44) });
    expect(run().phase).toBe("training");
    expect(bench.state.engine.engine).toBe(GPU);
    expect(bench.state.results.handedOver).toBe(44);
    expect(first!.ended).toBe(false);
    second!.handle({ type: "prepared", id: id(), run: readyRun(44) });
    second!.handle({ type: "started", id: id() });
    second!.handle({ type: "reports", id: id(), reports: reports(1, 0.01, 45) });
    expect(first!.ended).toBe(true);
    expect(bench.state.progress.step).toBe(44);
    bench.state.stores.progress.publish();
    expect(bench.state.progress.step).toBe(45);
  });

  test("a checked link's run stays on the CPU engine, and says so", async () => {
    visit(CHECKED);
    train();
    say({ type: "reports", id: id(), reports: reports(40, 0.1, 4) });
    await settle();
    expect(workers.all.every(({ commands }) => !commands.includes("handOver"))).toBe(true);
    expect(workers.running.length).toBe(1);
    expect(bench.state.engine.reason).toBe("CPU: a run that is compared with a link or a run file is not handed over");
  });

  test("a checked link that follows a run on the faster engine begins in a worker with the CPU engine", async () => {
    await handOver();
    const [, second] = workers.all;
    second!.handle({ type: "prepared", id: id(), run: readyRun(44) });
    second!.handle({ type: "started", id: id() });
    second!.handle({ type: "reports", id: id(), reports: reports(1, 0.01, 45) });
    second!.handle({ type: "finished", id: id(), result: { check: "", checkedLink: null } });
    const chosen = () =>
      second!.handle({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
    visit("model=lenet5&seed=2");
    chosen();
    expect(workers.running).toEqual([second]);
    visit(CHECKED);
    chosen();
    expect(workers.last).not.toBe(second);
    expect(workers.last.sent[0]).toMatchObject({ type: "open", engine: "auto", link: CHECKED });
  });

  test("one that stands with it before it trained leaves no other worker either", async () => {
    await handOver();
    const [first, second] = workers.all;
    bench.pause();
    second!.handle({ type: "prepared", id: id(), run: readyRun(44) });
    second!.handle({ type: "started", id: id() });
    second!.handle({ type: "paused", id: id() });
    expect(first!.ended).toBe(true);
    expect(workers.running).toEqual([second]);
  });

  test("where the faster engine fails, the worker that had it goes on", async () => {
    await handOver();
    const [first, second] = workers.all;
    second!.handle({ type: "failed", id: id(), failure: failureOf("self-test") });
    expect(second!.ended).toBe(true);
    expect(first!.sent.at(-1)).toEqual({ type: "train", goal: "end", checkpoint: null });
    expect(run().phase).toBe("training");
    expect(bench.state.engine.engine).toBe(CPU);
    expect(bench.state.results.handedOver).toBeNull();
    expect(bench.state.engine.reason).toContain("WebGPU could not be used (It failed)");
  });

  test("where Pause was pressed and the faster engine fails, it stands paused", async () => {
    await handOver();
    bench.pause();
    workers.all[1]!.handle({ type: "failed", id: id(), failure: failureOf("self-test") });
    expect(run().phase).toBe("paused");
    expect(workers.all[0]!.commands.at(-1)).toBe("handOver");
  });

  test("where Pause was pressed before the run stood, nobody goes on with it", async () => {
    train();
    say({ type: "reports", id: id(), reports: reports(40, 0.1, 4) });
    await settle();
    bench.pause();
    expect(workers.running.length).toBe(1);
    workers.all[0]!.handle({ type: "handedOver", id: id(), checkpoint: checkpointOf(44) });
    expect(run().phase).toBe("paused");
  });
});

describe("files", () => {
  const file = (content: string) => new File([content], "a-file");
  const CHECKPOINT = { digest: "00", format: "checkpoint", parameters: 1, tensors: 1 } as const;

  test("a checkpoint that cannot be read is told, and the run stays", async () => {
    open();
    const { last } = workers;
    const { RequestError } = await import("../rpc/protocol.js");
    last.request = async () => {
      throw new RequestError({ kind: "checkpoint", message: "It is damaged." });
    };
    await bench.weights.open(file("?"));
    expect(bench.state.files.unreadable).toBe("It is damaged.");
    expect(run().phase).toBe("ready");
  });

  test("a checkpoint is gone on with, paused, whichever recipe it is of", async () => {
    open();
    workers.last.results.readWeights = CHECKPOINT;
    workers.last.results.readCheckpoint = { link: "model=lenet5&seed=9", step: 5 };
    await bench.weights.open(file("bytes"));
    expect(location.hash).toBe("#model=lenet5&seed=9");
    expect(workers.last.sent.slice(-2)).toMatchObject([
      { type: "choose", link: "model=lenet5&seed=9" },
      { type: "train", goal: 0, checkpoint: { step: 5 } },
    ]);
  });

  test.each([
    ["keeps the promise of the link that is open", "model=lenet5&seed=9", true],
    ["drops the promise of another recipe", "model=lenet5&seed=8", false],
  ])("a checkpoint of a checked link's recipe %s", async (_, ofCheckpoint, isKept) => {
    open();
    const checked = "seed=9&model=lenet5&check=0123456789abcdef&marks=AAAA";
    location.hash = `#${checked}`;
    bench.recipe.addressChanged();
    const parsed = Object.assign(parsedLink("model=lenet5&seed=9"), { check: "0123456789abcdef", marked: true });
    say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
    workers.last.results.readWeights = CHECKPOINT;
    workers.last.results.readCheckpoint = { link: ofCheckpoint, step: 5 };
    await bench.weights.open(file("bytes"));
    const link = isKept ? checked : ofCheckpoint;
    expect(location.hash).toBe(`#${link}`);
    expect(workers.last.sent.at(-2)).toMatchObject({ type: "choose", link });
  });

  test("a checkpoint of a network that was not measured on the GPU engine goes to the worker that takes its place", async () => {
    open();
    say({ type: "engine", engine: GPU });
    workers.last.results.readWeights = CHECKPOINT;
    workers.last.results.readCheckpoint = { link: "model=lenet5&seed=9", step: 5 };
    await bench.weights.open(file("bytes"));
    say({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
    expect(workers.all.length).toBe(2);
    expect(workers.last.sent).toMatchObject([
      { type: "open", link: "model=lenet5&seed=9" },
      { type: "train", goal: 0, checkpoint: { step: 5 } },
    ]);
    expect(bench.state.results.checkpoint?.step).toBe(5);
    expect(run()).toMatchObject({ phase: "preparing", goal: 0 });
  });

  test("nothing is opened while a run goes on", async () => {
    train();
    await bench.files.openRun(file("{}"));
    expect(bench.state.files.unreadable).toBe(
      "a-file was not opened: a run is going on. Pause it, then open the file.",
    );
    expect(workers.last.requested).toEqual([]);
  });
});
