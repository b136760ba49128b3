import { expect, test } from "vitest";

import type { Field } from "../../module.js";
import { anotherValue, isSameValue } from "./another-value.js";

const field = (kind: object, key = "key"): Field => ({ key, kind }) as Field;
const number = (min: number, max: number, integer: boolean, key?: string): Field =>
  field({ type: "number", min, max, integer, log: false }, key);
const choices = [{ value: "a" }, { value: "b" }, { value: "c" }];

test("another value than the run had is proposed", () => {
  expect(anotherValue(field({ type: "choice", choices }), "a")).toBe("b");
  expect(anotherValue(field({ type: "choice", choices }), "c")).toBe("a");
  expect(anotherValue(field({ type: "choiceSet", choices }), "a,b")).toBe("a,b,c");
  expect(anotherValue(field({ type: "choiceSet", choices }), "a,b,c")).toBe("");
  expect(anotherValue(number(0, 100, true, "seed"), "7")).toBe("8");
  expect(anotherValue(number(0, 1, false), "0.006")).toBe("0.012");
  expect(anotherValue(number(0, 1, false), "0")).toBe("0.1");
  expect(anotherValue(number(0, 1, false), "0.6")).toBe("1");
  expect(anotherValue(number(0, 1, false), "1")).toBe("0.5");
  expect(anotherValue(number(0, 60_000, true), "0")).toBe("1000");
  expect(anotherValue(number(0, 4, true), "0")).toBe("4");
  expect(anotherValue(number(1, 1, true), "1")).toBe("1");
  expect(anotherValue(field({ type: "layers" }), "fc10")).toBe("fc10");
});

test("the same number is the same value, however it is written", () => {
  expect(isSameValue(number(0, 1, false), "0.10", "0.1")).toBe(true);
  expect(isSameValue(number(0, 1, false), "", "0")).toBe(false);
  expect(isSameValue(number(0, 1, false), "x", "0")).toBe(false);
  expect(isSameValue(field({ type: "choice", choices }), "a", "a")).toBe(true);
});
