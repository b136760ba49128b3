import { expect, test, vi } from "vitest";
import type { ModuleWorker } from "../../../crate/js/module-worker.js";
import { MeasuredWorker } from "./measured-worker.js";

interface Silent {
  wait: { params: number; result: number };
}

/** A worker that answers nothing. */
function silent(): ModuleWorker {
  return { onmessage: null, onerror: null, onmessageerror: null, postMessage() {}, terminate() {} };
}

test("knows that it was given up for its silence, even where the timer fires before the clock says so", async () => {
  vi.useFakeTimers();
  const worker = new MeasuredWorker<Silent>("a peer", silent);
  const answer = expect(worker.request("wait", 1, 0.9996)).rejects.toThrow(
    "a peer did not answer within 0.9996 seconds.",
  );
  // Timers count whole milliseconds.
  await vi.advanceTimersByTimeAsync(999);
  await answer;
  expect(worker.late).toBe(true);
  vi.useRealTimers();
});

test("is not late when it is closed", async () => {
  const worker = new MeasuredWorker<Silent>("a peer", silent);
  const answer = expect(worker.request("wait", 1, 60)).rejects.toThrow("It was closed.");
  worker.close("It was closed.");
  await answer;
  expect(worker.late).toBe(false);
});
