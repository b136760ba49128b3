import { expect, test } from "vitest";

import { asBunsenError, BunsenError, messageOf, throwBunsenErrors } from "../errors.js";

test("an error of the module keeps its kind, its details and its cause", () => {
  const thrown = Object.assign(new Error("batch=0 is not allowed."), { kind: "recipe", key: "batch" });
  const error = asBunsenError(thrown);
  expect(error).toBeInstanceOf(BunsenError);
  expect([error.kind, error.key, error.code, error.step]).toEqual(["recipe", "batch", undefined, undefined]);
  expect([error.message, error.cause]).toEqual(["batch=0 is not allowed.", thrown]);
});

test("what has no kind that is known gets the one that is asked for, and none of its fields", () => {
  const thrown = Object.assign(new Error("no"), { kind: "strange", key: "batch" });
  const error = asBunsenError(thrown, "data");
  expect([error.kind, error.key]).toEqual(["data", undefined]);
  expect(asBunsenError("no").message).toBe("no");
  expect(asBunsenError(undefined).kind).toBe("run");
});

test("a BunsenError is not wrapped again", () => {
  const error = new BunsenError("nan", "The loss became NaN.", { step: 3 });
  expect(asBunsenError(error)).toBe(error);
  expect(error.step).toBe(3);
});

test("an error without a message is named as it prints itself", () => {
  expect(messageOf(new TypeError())).toBe("TypeError");
  expect(messageOf({ toString: () => "what" })).toBe("what");
});

test("what throws when it is read is an error too", () => {
  const fail = (): never => {
    throw new Error("trap");
  };
  const hostile = new Proxy({}, { get: fail, getPrototypeOf: fail });
  const error = asBunsenError(hostile, "data");
  expect(error.kind).toBe("data");
  expect(error.cause === hostile).toBe(true);
  expect(messageOf(Object.create(null))).toMatch(/^What was thrown/);
});

test("a class that throws BunsenErrors alone throws them at once and by its promises, and keeps what it gives", async () => {
  class Reader {
    readonly #value = 3;
    get value() {
      return this.#value;
    }
    sum(more: number): number {
      return this.#value + more;
    }
    read(options: { size: number }): number {
      return options.size;
    }
    async later({ size }: { size: number }): Promise<number> {
      return size + this.#value;
    }
  }
  throwBunsenErrors(Reader);
  const reader = new Reader();
  expect([reader.value, reader.sum(1), await reader.later({ size: 1 })]).toEqual([3, 4, 4]);
  expect(() => reader.read(null as never)).toThrow(BunsenError);
  await expect(reader.later(null as never)).rejects.toBeInstanceOf(BunsenError);
});
