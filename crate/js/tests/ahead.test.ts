import { expect, test } from "vitest";

import { inOrder } from "../ahead.js";

/** Work that ends when it is told to, and what was begun so far. */
function works() {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const begin = (item: number) => {
    begun.push(item);
    return { bytes: item, result: new Promise<string>((done) => ends.set(item, () => done(`of ${item}`))) };
  };
  return { begun, begin, end: (item: number) => ends.get(item)?.() };
}

test("items come in their order, whichever is ready first, and so many are worked on at once", async () => {
  const { begun, begin, end } = works();
  const taken = inOrder([1, 2, 3, 4].values(), begin, 2);
  const first = taken.next();
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
  end(2);
  end(1);
  expect(await first).toEqual({ done: false, value: [1, "of 1"] });
  expect(await taken.next()).toEqual({ done: false, value: [2, "of 2"] });
  expect(begun).toEqual([1, 2, 3]);
});

test("no more is begun than the memory is for, and a large item by itself is", async () => {
  const { begun, begin } = works();
  void inOrder([40 << 20, 1, 2].values(), begin, 8).next();
  await Promise.resolve();
  expect(begun).toEqual([40 << 20]);
});

test("what the list throws comes after the items before it", async () => {
  function* items(): Generator<number> {
    yield 1;
    yield 2;
    throw new Error("the zip was changed");
  }
  const begin = (item: number) => ({ bytes: 0, result: Promise.resolve(item) });
  const seen: number[] = [];
  const all = async (): Promise<void> => {
    for await (const [item] of inOrder(items(), begin, 8)) seen.push(item);
  };
  await expect(all()).rejects.toThrow("the zip was changed");
  expect(seen).toEqual([1, 2]);
});
