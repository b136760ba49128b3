import { expect, test } from "vitest";

import { asBunsenError, BunsenError, messageOf } from "../errors.js";

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
