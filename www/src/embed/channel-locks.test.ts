import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ChannelLocks } from "./channel-locks.js";

let name = 0;
/** Those that ask, in this test. */
let asking: AbortController[];

beforeEach(() => {
  name++;
  asking = [];
});
afterEach(() => {
  for (const each of asking) each.abort();
});

/** Somebody who asks for the lock, and says when they have it. Gives what releases it. */
function ask(who: string, told: string[]): { release: () => void; abort: () => void; over: Promise<void> } {
  const controller = new AbortController();
  asking.push(controller);
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const over = new ChannelLocks().request(`test ${name}`, controller, () => {
    told.push(who);
    return released;
  });
  return { release, abort: () => controller.abort(), over };
}

it("gives a lock to one at a time, in the order of asking", async () => {
  const told: string[] = [];
  const [first, second, third] = [ask("first", told), ask("second", told), ask("third", told)];
  await vi.waitFor(() => expect(told).toEqual(["first"]));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(told).toEqual(["first"]);
  first.release();
  await vi.waitFor(() => expect(told).toEqual(["first", "second"]), { timeout: 3_000 });
  second.release();
  await vi.waitFor(() => expect(told).toEqual(["first", "second", "third"]), { timeout: 3_000 });
  third.release();
  await Promise.all([first.over, second.over, third.over]);
});

it("passes over who waits no more", async () => {
  const told: string[] = [];
  const [first, second, third] = [ask("first", told), ask("second", told), ask("third", told)];
  await vi.waitFor(() => expect(told).toEqual(["first"]));
  second.abort();
  first.release();
  await vi.waitFor(() => expect(told).toEqual(["first", "third"]), { timeout: 3_000 });
  third.release();
  await second.over;
});

it("rejects where pages cannot hear each other", async () => {
  vi.stubGlobal("BroadcastChannel", function () {
    throw new DOMException("no origin", "SecurityError");
  });
  await expect(new ChannelLocks().request("x", new AbortController(), () => {})).rejects.toThrow("no origin");
  vi.unstubAllGlobals();
});
