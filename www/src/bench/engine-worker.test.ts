import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Failure, WorkerEvent } from "../protocol.js";
import { LIFE } from "../worker/life-messages.js";
import { DedicatedEngineWorker, startEngineWorker } from "./engine-worker.js";
import { SilentWorker } from "./testing.js";

let silent: SilentWorker;
let events: WorkerEvent[];
/** What is called when a lock is free, by its name. */
let waiting: Map<string, () => void>;

beforeEach(() => {
  vi.useFakeTimers();
  waiting = new Map();
  const request = async (name: string, _: unknown, granted: () => void): Promise<void> => {
    waiting.set(name, granted);
  };
  vi.stubGlobal("navigator", { locks: { request } });
  silent = new SilentWorker();
  events = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start(): DedicatedEngineWorker {
  const worker = new DedicatedEngineWorker(silent as unknown as Worker, (event) => events.push(event));
  worker.send({ type: "choose", id: 4, link: "", runFile: null });
  return worker;
}

const say = (data: unknown): void => silent.onmessage({ data });
const failed = (failure: Partial<Failure>) => ({ type: "failed", id: 4, failure });
const SUDDEN_END = failed({ kind: "crash", message: "The worker came to a sudden end.", during: "opening" });

describe("a worker that ends", () => {
  test("without a word is noticed by the lock that it held, and what was asked of it is answered", async () => {
    const worker = start();
    const asked = worker.request("measure", null).catch((thrown: Error) => thrown.message);
    say({ type: LIFE, lock: "its lock" });
    expect(events).toEqual([]);
    waiting.get("its lock")!();
    vi.advanceTimersByTime(300);
    expect(events).toEqual([SUDDEN_END]);
    expect(await asked).toBe("The worker was ended.");
    expect(silent.terminated).toBe(true);
  });

  test("answers what was asked of it only once the page has been told of its end", async () => {
    let find: (found: string | null) => void = () => {};
    vi.stubGlobal("findNewVersion", () => new Promise((resolve) => (find = resolve)));
    const worker = start();
    const asked = worker.request("measure", null).catch(() => events.length);
    say({ type: LIFE, lock: "its lock" });
    waiting.get("its lock")!();
    vi.advanceTimersByTime(300);
    expect(events).toEqual([]);
    find("There is a new version.");
    expect(await asked).toBe(1);
    expect(events).toEqual([failed({ kind: "crash", message: "There is a new version.", during: "opening" })]);
  });

  test("is noticed by its silence where there are no locks, but not while it answers", () => {
    start();
    say({ type: LIFE, lock: null });
    for (let minute = 0; minute < 10; minute++) {
      vi.advanceTimersByTime(60_000);
      expect(silent.posted.at(-1)).toEqual({ type: "ping" });
      say({ type: LIFE });
    }
    vi.advanceTimersByTime(170_000);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(20_000);
    expect(events).toEqual([SUDDEN_END]);
  });

  test("before its first word is noticed after a while in which the page was visible", async () => {
    vi.stubGlobal("document", { visibilityState: "hidden" });
    const worker = start();
    const asked = worker.request("measure", null).catch((thrown: Error) => thrown.message);
    vi.advanceTimersByTime(600_000);
    expect(events).toEqual([]);
    vi.stubGlobal("document", { visibilityState: "visible" });
    vi.advanceTimersByTime(25_000);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(10_000);
    const message = "The worker did not answer within 30 seconds of its start.";
    expect(events).toEqual([failed({ kind: "crash", message, during: "opening" })]);
    expect(await asked).toBe("The worker was ended.");
    expect(silent.terminated).toBe(true);
  });

  test.each([{ type: LIFE, lock: "its lock" }, { type: "opened" }])(
    "is not told of one that said a word (%j)",
    (message) => {
      start();
      vi.advanceTimersByTime(20_000);
      say(message);
      events.length = 0;
      vi.advanceTimersByTime(1_000_000);
      expect(events).toEqual([]);
    },
  );

  test("after it had failed in a way that left it usable is not passed over", () => {
    start();
    say(failed({ kind: "data", message: "It could not be fetched.", during: "preparing" }));
    silent.onerror({ message: "out of memory", preventDefault: () => {} });
    vi.advanceTimersByTime(300);
    expect(events.at(-1)).toMatchObject({ failure: { message: "The worker came to a sudden end: out of memory." } });
  });

  test("is told of once, in its own words where it has some", () => {
    start();
    say({ type: LIFE, lock: "its lock" });
    silent.onerror({ message: "unreachable", preventDefault: () => {} });
    say(failed({ kind: "crash", message: "The engine came to a sudden end.", during: "training" }));
    say(failed({ kind: "data", message: "And this.", during: "training" }));
    waiting.get("its lock")!();
    vi.advanceTimersByTime(1_000);
    expect(events.length).toBe(2);
    expect(events[0]).toMatchObject({ failure: { message: "The engine came to a sudden end." } });
  });

  test("on purpose is not told", () => {
    const worker = start();
    say({ type: LIFE, lock: null });
    worker.end();
    vi.advanceTimersByTime(1_000_000);
    expect(events).toEqual([]);
    expect(silent.posted.length).toBe(1);
  });
});

test("one that the browser does not start says so", async () => {
  vi.stubGlobal("Worker", function () {
    throw new DOMException("Script cannot be accessed from origin 'null'.", "SecurityError");
  });
  const worker = startEngineWorker((event) => events.push(event));
  worker.send({ type: "open", id: 1 } as never);
  await Promise.resolve();
  expect(events).toMatchObject([
    {
      type: "failed",
      id: 1,
      failure: {
        kind: "crash",
        message: "The browser does not start a worker here: Script cannot be accessed from origin 'null'.",
      },
    },
  ]);
});
