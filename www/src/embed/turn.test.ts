import { expect, it, vi } from "vitest";

import { Turn, type Locks } from "./turn.js";

/** One lock, as browsers keep it. */
function oneLock(): Locks {
  let last = Promise.resolve();
  const request = (_: string, { signal }: { signal: AbortSignal }, work: () => unknown): Promise<unknown> => {
    const before = last;
    const mine = before.then(() => (signal.aborted ? undefined : work()));
    last = mine.then(
      () => {},
      () => {},
    );
    return mine;
  };
  return { request };
}

it("one trains at a time, in the order of asking", async () => {
  const locks = oneLock();
  const [first, second, third] = [new Turn([locks]), new Turn([locks]), new Turn([locks])];
  const begun: number[] = [];
  first.take(() => begun.push(1));
  second.take(() => begun.push(2));
  third.take(() => begun.push(3));
  await vi.waitFor(() => expect(begun).toEqual([1]));
  expect([first.isWaiting, second.isWaiting, third.isWaiting]).toEqual([false, true, true]);
  await vi.waitFor(() => expect([first.isBehind, second.isBehind, third.isBehind]).toEqual([false, true, true]));
  // Who gives up its turn while it waits is left out.
  second.give();
  expect(second.isWaiting).toBe(false);
  first.give();
  await vi.waitFor(() => expect(begun).toEqual([1, 3]));
});

it("who trains already needs no other turn", async () => {
  const turn = new Turn([oneLock()]);
  const begin = vi.fn();
  turn.take(begin);
  await vi.waitFor(() => expect(begin).toHaveBeenCalledTimes(1));
  turn.take(begin);
  expect(begin).toHaveBeenCalledTimes(2);
});

/** In a frame whose storage is blocked. */
const refused: Locks = { request: () => Promise.reject(new DOMException("The request was denied.", "SecurityError")) };

it.each([
  ["are missing", []],
  ["are refused", [refused, refused]],
])("trains at once where locks %s", async (_, locks) => {
  const turn = new Turn(locks);
  const begin = vi.fn();
  turn.take(begin);
  await vi.waitFor(() => expect(begin).toHaveBeenCalledTimes(1));
  expect(turn.isWaiting).toBe(false);
});

it("waits by other locks where the first are refused", async () => {
  const locks = oneLock();
  const [first, second] = [new Turn([refused, locks]), new Turn([refused, locks])];
  const begun: number[] = [];
  first.take(() => begun.push(1));
  second.take(() => begun.push(2));
  await vi.waitFor(() => expect(begun).toEqual([1]));
  await vi.waitFor(() => expect([first.isWaiting, second.isWaiting]).toEqual([false, true]));
  first.give();
  await vi.waitFor(() => expect(begun).toEqual([1, 2]));
});
