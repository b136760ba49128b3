import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeHost } from "./testing.js";
import { ThrottleController } from "./throttle.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first change is made at once, and one within the interval is caught up with at its end", () => {
  const host = new FakeHost();
  const throttle = new ThrottleController(host, 400);
  expect(throttle.allows()).toBe(true);
  vi.advanceTimersByTime(100);
  expect(throttle.allows()).toBe(false);
  expect(throttle.allows()).toBe(false);
  vi.advanceTimersByTime(299);
  expect(host.updates).toBe(0);
  vi.advanceTimersByTime(1);
  expect(host.updates).toBe(1);
  expect(throttle.allows()).toBe(true);
});

test("an urgent change is made at once, begins another interval and leaves nothing to catch up with", () => {
  const host = new FakeHost();
  const throttle = new ThrottleController(host, 400);
  throttle.allows();
  vi.advanceTimersByTime(300);
  throttle.allows();
  expect(throttle.allows(true)).toBe(true);
  vi.advanceTimersByTime(300);
  expect(host.updates).toBe(0);
  expect(throttle.allows()).toBe(false);
});

test("an element that left the document is not updated, and catches up when it is back", () => {
  const host = new FakeHost();
  const throttle = new ThrottleController(host, 400);
  throttle.allows();
  throttle.allows();
  host.disconnect();
  vi.advanceTimersByTime(1_000);
  expect(host.updates).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  host.connect();
  expect(host.updates).toBe(1);
  host.disconnect();
  host.connect();
  expect(host.updates).toBe(1);
});
