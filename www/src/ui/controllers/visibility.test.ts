import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeHost } from "./testing.js";
import { VisibilityController } from "./visibility.js";

let report: (isIntersecting: boolean) => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: { isIntersecting: boolean }[]) => void) {
        report = (isIntersecting) => callback([{ isIntersecting }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function controlled() {
  const host = new FakeHost() as FakeHost & Element;
  const draw = vi.fn();
  const onChange = vi.fn();
  const visibility = new VisibilityController(host, { draw, onChange });
  host.connect();
  return { host, draw, onChange, visibility };
}

test("in view nothing is put off", () => {
  const { visibility, draw } = controlled();
  expect(visibility.defers()).toBe(false);
  expect(draw).not.toHaveBeenCalled();
});

test("out of view drawing waits until nothing has changed for a second", () => {
  const { visibility, draw, onChange } = controlled();
  report(false);
  expect(onChange).toHaveBeenCalledWith(false);
  expect(visibility.defers()).toBe(true);
  vi.advanceTimersByTime(900);
  visibility.defers();
  vi.advanceTimersByTime(900);
  expect(draw).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(draw).toHaveBeenCalledTimes(1);
});

test("what was put off is drawn when the element comes into view, and never once it left the document", () => {
  const { host, visibility, draw } = controlled();
  report(false);
  visibility.defers();
  report(true);
  expect(draw).toHaveBeenCalledTimes(1);
  report(false);
  visibility.defers();
  host.disconnect();
  vi.advanceTimersByTime(5_000);
  expect(draw).toHaveBeenCalledTimes(1);
});
