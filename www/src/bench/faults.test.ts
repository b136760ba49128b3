/** Every fault in every state: where the run then is, what is kept of it, where it is said, and what Train does. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import architecture from "../../../ARCHITECTURE.md?raw";
import type { Failure, WorkerEvent } from "../protocol.js";
import { RequestError } from "../rpc/protocol.js";
import { failureOf, resultOf, type Phase } from "../state/run-state.js";
import { Bench } from "./bench.js";
import { DedicatedEngineWorker } from "./engine-worker.js";
import { CPU, FakeWorkers, plan, reports, SilentWorker, stubPage } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

function newPage(): void {
  bench?.dispose();
  workers = new FakeWorkers();
  bench = new Bench(workers.start);
}

beforeEach(() => {
  stubPage();
  vi.stubGlobal("navigator", {});
  newPage();
});

afterEach(() => {
  bench.dispose();
  vi.unstubAllGlobals();
});

const id = (): number => bench.state.runId;
const say = (event: WorkerEvent): void => workers.last.handle(event);
const fail = (kind: Failure["kind"], during: Failure["during"] = "training"): void =>
  say({ type: "failed", id: id(), failure: { kind, message: "It failed.", during } });

const STEPS = 3;
const CHECKPOINT = { step: 2, bytes: new Uint8Array(1), run: "name", computedHere: true };
const RESULT = { check: "0123456789abcdef", checkedLink: null };

function open(): void {
  const parsed = { link: "model=lenet5", values: { model: "lenet5" }, defaults: {}, notices: [] } as never;
  const data = { name: "digits", digest: "d", classes: [], channels: 1, height: 28, width: 28, test: 10 };
  const ready = { plan: plan(), data, notices: [], examples: [], augmented: [], normalization: null };
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
  say({ type: "prepared", id: id(), run: { ...ready, losses: new Float32Array() } as never });
}

function train(): void {
  open();
  bench.train();
  say({ type: "started", id: id() });
  say({ type: "reports", id: id(), reports: reports(STEPS, 0.1) });
  say({ type: "checkpoint", id: id(), checkpoint: CHECKPOINT });
}

/** How the page comes into each state. The compiler asks for all of them. */
const STATES: Record<Phase, () => void> = {
  none: () => {},
  ready: open,
  preparing: () => {
    open();
    bench.train();
  },
  training: train,
  paused: () => {
    train();
    say({ type: "paused", id: id() });
  },
  finished: () => {
    train();
    say({ type: "finished", id: id(), result: RESULT });
  },
  suspended: () => {
    train();
    fail("data");
  },
  dead: () => {
    train();
    fail("crash");
  },
};
const PHASES = Object.keys(STATES) as Phase[];

interface Fault {
  inject: () => void | Promise<void>;
  /** The states in which it can come. */
  in: Phase[];
  /** Where the page says it. */
  said: string;
  isSaid: () => boolean;
}

const alert = { said: "an alert", isSaid: () => failureOf(bench.state.run) !== null };
const ALL = PHASES;
const ALIVE = PHASES.filter((phase) => phase !== "dead");
const PREPARED = ALIVE.filter((phase) => phase !== "none");

const FAULTS: Record<string, Fault> = {
  "the worker is killed": { inject: () => fail("crash"), in: ALL, ...alert },
  "the worker never says a word": {
    inject: () => {
      vi.useFakeTimers();
      const worker = new DedicatedEngineWorker(new SilentWorker() as unknown as Worker, workers.last.handle);
      worker.send({ type: "choose", id: id(), link: "", runFile: null });
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
    },
    // In the others it has said what it opened.
    in: ["none", "preparing"],
    ...alert,
  },
  "the GPU is lost": { inject: () => fail("gpu"), in: ALL, ...alert },
  "the data are refused": { inject: () => fail("data", "preparing"), in: ["none", "ready", "preparing"], ...alert },
  "the loss is no number": { inject: () => fail("nan"), in: ["training"], ...alert },
  "the storage is full": {
    inject: () => say({ type: "autosave", notice: "The storage is full." }),
    in: ALIVE,
    said: "a notice",
    isSaid: () => bench.state.results.autosaveNotice === "The storage is full.",
  },
  "a score fails": {
    inject: () => say({ type: "scoreFailed", id: id(), message: "It failed." }),
    in: ["training", "paused", "finished"],
    said: "beside the test accuracy, with **Score again**",
    isSaid: () => bench.state.results.scoreFailure === "It failed.",
  },
  "a request fails": {
    inject: async () => {
      workers.last.request = async () => {
        throw new RequestError({ kind: "data", message: "It failed." });
      };
      await bench.connection.request("testExample", { index: 0 });
    },
    in: PREPARED,
    said: "in the panel that asked",
    isSaid: () => bench.state.requests.failed.testExample === "It failed.",
  },
  "the tab is reloaded": {
    inject: () => {
      // A finished run has left nothing to go on with.
      const { run, results } = bench.state;
      const kept = results.checkpoint && run.phase !== "finished";
      newPage();
      open();
      const stopped = kept ? { run: "name", step: CHECKPOINT.step, written: 0, sealed: true } : null;
      say({ type: "stoppedRun", id: id(), stopped });
    },
    in: ALL,
    said: "an offer to go on, where a run was under way",
    isSaid: () => failureOf(bench.state.run) === null,
  },
};

/** What there is of the run after the fault, in the words of the table. */
function kept(): string {
  const { run, results } = bench.state;
  const { length } = bench.series.curves;
  if (length === STEPS && failureOf(run) === null) return "all";
  if (run.phase === "suspended") return length === STEPS ? "all" : "the recipe";
  if (run.phase === "dead") return results.checkpoint ? "the last checkpoint" : "the recipe";
  return results.stoppedRun ? "the last checkpoint" : "the recipe";
}

/** What Train then does. */
function trained(): string {
  const { phase } = bench.state.run;
  const before = workers.all.length;
  bench.train();
  const isNew = workers.all.length > before;
  const command = workers.last.sent.at(-1);
  if (phase === "finished") return "nothing";
  if (command?.type !== "train") return "nothing";
  if (command.checkpoint) return isNew ? "goes on in another worker" : "goes on from the checkpoint";
  return isNew ? "trains in another worker" : "trains on";
}

async function outcome({ inject }: Fault, phase: Phase) {
  newPage();
  STATES[phase]();
  await inject();
  const { phase: following } = bench.state.run;
  return { following, kept: kept(), result: resultOf(bench.state.run), train: trained() };
}

describe("the table of faults", () => {
  test("is the one that ARCHITECTURE.md shows", async () => {
    const lines: string[] = [`| fault | ${PHASES.map((phase) => `in **${phase}**`).join(" | ")} | said by |`];
    lines.push(`|---|${PHASES.map(() => "---").join("|")}|---|`);
    for (const [name, fault] of Object.entries(FAULTS)) {
      const cells: string[] = [];
      for (const phase of PHASES) {
        const found = fault.in.includes(phase) ? await outcome(fault, phase) : null;
        cells.push(found ? `${found.following}: ${found.kept}` : "–");
      }
      lines.push(`| ${name} | ${cells.join(" | ")} | ${fault.said} |`);
    }
    const written = architecture.split("\n");
    const at = written.indexOf(lines[0]!);
    expect(written.slice(at, at + lines.length)).toEqual(lines);
  });

  for (const [name, fault] of Object.entries(FAULTS)) {
    test.each(fault.in)(`where ${name}: said in %s`, async (phase) => {
      STATES[phase]();
      await fault.inject();
      expect(fault.isSaid()).toBe(true);
    });
  }

  test("a finished run has its check whatever fails afterwards", async () => {
    for (const [name, fault] of Object.entries(FAULTS)) {
      if (!fault.in.includes("finished") || name === "the tab is reloaded") continue;
      expect((await outcome(fault, "finished")).result, name).toEqual(RESULT);
    }
  });

  test("where there was a checkpoint, Train goes on from it or from where the run stands, never from the first step", async () => {
    const under: Phase[] = ["training", "paused", "suspended", "dead"];
    for (const [name, fault] of Object.entries(FAULTS)) {
      if (name === "the tab is reloaded") continue;
      for (const phase of fault.in.filter((phase) => under.includes(phase))) {
        const { following, train } = await outcome(fault, phase);
        const expected = following === "dead" ? "goes on in another worker" : "trains on";
        // What trains cannot be pressed: the last command is that which began it.
        expect(train, `${name} in ${phase}`).toBe(expected);
      }
    }
  });
});
