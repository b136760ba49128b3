import { expect, test } from "vitest";

import { BunsenError } from "../errors.js";
import { errorOf, errorValueOf, largeBuffersOf, putBack, separate } from "../lab-messages.js";

test("signals and functions are taken out of a call, and addresses become texts", () => {
  const { signal } = new AbortController();
  const onProgress = (): void => {};
  const bytes = new Uint8Array(3);
  const given = [{ model: "lenet5" }, { signal, data: { base: new URL("https://a.test/data/"), onProgress } }, bytes];
  const { values, signals, functions } = separate(given);
  expect(structuredClone(values)).toEqual([
    { model: "lenet5" },
    { signal: undefined, data: { base: "https://a.test/data/", onProgress: undefined } },
    bytes,
  ]);
  expect(signals).toEqual([[[1, "signal"], signal]]);
  expect(functions).toEqual([[[1, "data", "onProgress"], onProgress]]);
  for (const [path, value] of [...signals, ...functions]) putBack(values, path, value);
  expect(values[1]).toEqual({ signal, data: { base: "https://a.test/data/", onProgress } });
  expect(separate([new URLSearchParams({ lr: "0.1" }), onProgress])).toEqual({
    values: ["lr=0.1", undefined],
    signals: [],
    functions: [[[1], onProgress]],
  });
});

test("an object that holds itself is given on as it is", () => {
  const self: Record<string, unknown> = {};
  self["self"] = self;
  expect(() => structuredClone(separate([self]).values)).not.toThrow();
});

test("an error keeps what it says to programs", () => {
  const details = { key: "lr", allowed: "a number", code: "other-dataset", step: 3 } as const;
  const error = errorOf(structuredClone(errorValueOf(new BunsenError("recipe", "No.", details))), "why");
  expect(error).toBeInstanceOf(BunsenError);
  expect(error).toMatchObject({ kind: "recipe", message: "No.", cause: "why", ...details });
  expect(errorOf(errorValueOf("text"), undefined)).toMatchObject({ kind: "run", message: "text" });
});

test("large buffers of a result are handed over, each once", () => {
  const large = new Float32Array(1 << 15);
  const result = new Map([["a", { shape: [1], values: large.subarray(1) }]]);
  expect([...largeBuffersOf([result, { large, small: new Uint8Array(3) }])]).toEqual([large.buffer]);
  expect([...largeBuffersOf(undefined)]).toEqual([]);
});
