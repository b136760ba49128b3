import { afterEach, expect, test } from "vitest";

import {
  className,
  count,
  durationRange,
  exponential,
  loss,
  measuredDuration,
  milliseconds,
  percent,
  points,
  roughDuration,
  signed,
  significant,
  speed,
  spreadPercent,
  timeAgo,
  timeLeft,
} from "./format.js";
import { useLanguage } from "./words/catalogue.js";

afterEach(() => useLanguage("en", null));

test("numbers are written as in the language that is asked for, with the digits of the recipe's values", () => {
  const numbers = (): string[] => [count(12_345), percent(0.9876), loss(0.4321), significant(1.2345)];
  expect(numbers()).toEqual(["12,345", "98.8 %", "0.432", "1.23"]);
  useLanguage("en", null, "de");
  expect(numbers()).toEqual(["12.345", "98,8 %", "0,432", "1,23"]);
  useLanguage("en", null, "ar-EG-u-nu-latn");
  expect(count(7)).toBe("7");
});

test("a loss has enough digits to tell two apart, and no more", () => {
  expect([0.01234, 0.123456, 2.3456, 12.345, 123.45].map(loss)).toEqual(["0.0123", "0.123", "2.346", "12.35", "123.5"]);
  expect([0, 0.00123, 0.000412].map(loss)).toEqual(["0.0000", "0.0012", "0.000412"]);
});

test("what is no number is a dash wherever a number would stand", () => {
  const formats = [count, percent, loss, significant, signed, speed, milliseconds];
  for (const value of [NaN, Infinity, -Infinity]) {
    expect(formats.map((format) => format(value))).toEqual(formats.map(() => "–"));
  }
  expect([NaN, Infinity].map(measuredDuration)).toEqual(["unknown", "unknown"]);
});

test("numbers with more digits than anybody counts are written with an exponent", () => {
  const large = 4.0119875041646405e28;
  expect([loss(large), significant(large), loss(-large)]).toEqual(["4.01e+28", "4.01e+28", "−4.01e+28"]);
  expect([0.0006, 0.00002, 2.346e-7].map(significant)).toEqual(["0.0006", "2e-5", "2.35e-7"]);
  expect([loss(2.346e-7), significant(0)]).toEqual(["2.35e-7", "0"]);
  useLanguage("de", { page: {}, module: {} });
  const told = [loss(large), significant(large), signed(2.346e-7), exponential(4, 12_340_000), significant(1_234)];
  expect(told).toEqual(["4,01e+28", "4,01e+28", "+2,35e-7", "1,234e+7", "1.230"]);
  useLanguage("en", null);
});

test("the ends of a scale have their signs", () => {
  expect([-5.213, 0, 3.6].map(signed)).toEqual(["−5.21", "0", "+3.6"]);
});

test("durations are no more exact than they are known", () => {
  expect([0.5, 5, 42, 600, 7_200].map(measuredDuration)).toEqual([
    "less than a second",
    "5.0 s",
    "42 s",
    "10 minutes",
    "2.0 hours",
  ]);
  expect([1, 42, 75, 600, 7_200, Infinity].map(roughDuration)).toEqual([
    "a few seconds",
    "40 seconds",
    "about a minute",
    "10 minutes",
    "2.0 hours",
    "unknown",
  ]);
  expect([2, 42, 600].map(timeLeft)).toEqual(["a few seconds left", "about 40 s left", "about 10 minutes left"]);
});

test("times past are told in the largest unit", () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  expect([1_000, 2 * minute, 3 * hour, 4 * day].map(timeAgo)).toEqual([
    "less than a minute ago",
    "2 minutes ago",
    "3 hours ago",
    "4 days ago",
  ]);
});

test("speeds and values are rounded to what can be read", () => {
  expect([1.25, 42.4, 12_345].map(speed)).toEqual(["1.3", "42", "12,350"]);
  expect([0.0012345, 1_234.5].map(significant)).toEqual(["0.00123", "1,230"]);
});

test("differences of shares are points, and a mean has its spread", () => {
  expect([points(0.17), points(-0.0123), points(NaN)]).toEqual(["17.0 points", "1.2 points", "–"]);
  expect(spreadPercent(0.58, 0.0123)).toBe("58.0 ± 1.2 %");
  useLanguage("en", null, "de");
  expect(spreadPercent(0.58, 0.0123)).toBe("58,0 ± 1,2 %");
});

test("a class without a name is called by its label", () => {
  expect(className({ classes: ["cat"] }, 0)).toBe("cat");
  expect(className({ classes: ["cat"] }, 7)).toBe("7");
});

test("an estimate has its least and its most in one unit", () => {
  expect(durationRange(12.2, 15.4)).toBe("12 to 15 s");
  expect(durationRange(12.2, 12.4)).toBe("about 12 s");
  expect(durationRange(0.1, 0.3)).toBe("about 1 s");
  expect(durationRange(90, 130)).toBe("1.5 to 2 minutes");
  expect(durationRange(170, 189)).toBe("about 3 minutes");
  expect(durationRange(5_000, 7_300)).toBe("1.5 to 2 hours");
  expect(durationRange(1_000_000, 2_000_000)).toBe("278 to 555.5 hours");
  expect(durationRange(1, Infinity)).toBe("unknown");
});
