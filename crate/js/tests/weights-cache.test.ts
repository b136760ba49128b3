import { expect, test } from "vitest";

import { WeightsCache } from "../weights-cache.js";

const A = "00112233445566aa";
const B = "00112233445566bb";

test("a run starts from the file that was given, else from the one that its link names", () => {
  const cache = new WeightsCache();
  cache.add(A, Uint8Array.of(1));
  expect(cache.of({ init: A }, {})).toEqual(Uint8Array.of(1));
  expect(cache.of({ init: A }, { weights: Uint8Array.of(2) })).toEqual(Uint8Array.of(2));
  expect(cache.of({}, { weights: Uint8Array.of(2) })).toEqual(Uint8Array.of(2));
  expect(cache.of({ init: "" }, {})).toBeUndefined();
});

test("a file that is not here is asked for by its digest, but not where a checkpoint has all that it takes", () => {
  const cache = new WeightsCache();
  cache.add(A, Uint8Array.of(1));
  expect(() => cache.of({ init: B }, {})).toThrow(
    expect.objectContaining({
      kind: "weights",
      message: `This run starts from the weights of a file whose digest begins with ${B}: give that file.`,
    }),
  );
  expect(cache.of({ init: B }, { checkpoint: new Uint8Array(1) })).toBeUndefined();
});

test("of a checkpoint and weights only one can be meant", () => {
  const both = { weights: new Uint8Array(1), checkpoint: new Uint8Array(1) };
  expect(() => new WeightsCache().of({}, both)).toThrow(/^Both a checkpoint and weights were given/);
});

test("what a caller writes into a file afterwards changes nothing", () => {
  const cache = new WeightsCache();
  const file = Uint8Array.of(1);
  cache.add(A, file);
  file[0] = 9;
  expect(cache.of({ init: A }, {})).toEqual(Uint8Array.of(1));
});

test("those that were used longest ago go first, and the last one stays however large it is", () => {
  const cache = new WeightsCache();
  const large = (bytes: number): Uint8Array => ({ byteLength: bytes, slice: () => large(bytes) }) as never;
  cache.add(A, large(200e6));
  cache.add(B, large(50e6));
  cache.of({ init: A }, {});
  cache.add("c", large(100e6));
  expect(() => cache.of({ init: B }, {})).toThrow(/give that file/);
  expect(() => cache.of({ init: A }, {})).toThrow(/give that file/);
  cache.add("d", large(300e6));
  expect(cache.of({ init: "d" }, {})?.byteLength).toBe(300e6);
});
