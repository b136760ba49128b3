import { expect, test } from "vitest";

import type { Field, ParsedLink } from "../../module.js";
import type { FailureKind } from "../../protocol.js";
import { useLanguage } from "../../words/catalogue.js";
import { changesOf, settingText } from "./changes.js";
import { entered, shownIn } from "./entered.js";
import { refusalText, wrongOf } from "./refusal.js";

const number = (integer: boolean) => ({ type: "number", integer, min: 0, max: 100 }) as Field["kind"];
const FIELDS = [
  { key: "model", label: "Network", kind: { type: "choice", choices: [] } },
  { key: "subset", label: "Training images", kind: number(true) },
  { key: "lr", label: "Learning rate", kind: number(false) },
  {
    key: "schedule",
    label: "Schedule",
    kind: { type: "choice", choices: [{ value: "cosine", label: "Cosine", help: "" }] },
  },
] as unknown as Field[];

test("what a link changes is told in the words of the controls, with the defaults", () => {
  const parsed = {
    values: { model: "resnet-8", subset: "1000", lr: "0.02", schedule: "cosine" },
    defaults: { model: "lenet5", subset: "0", lr: "0.006", schedule: "cosine" },
  } as unknown as ParsedLink;
  expect(changesOf(parsed, FIELDS)).toEqual([
    { key: "subset", label: "Training images", value: "1,000", default: "all", usual: "0" },
    { key: "lr", label: "Learning rate", value: "0.02", default: "0.006", usual: "0.006" },
  ]);
});

test("the file that a run starts from is a setting like others, and the digests of data are none", () => {
  const digest = { type: "digest" };
  const fields = [
    { key: "init", label: "Initial weights", kind: digest },
    { key: "kmnist", label: "Contents", kind: digest },
  ] as unknown as Field[];
  const values = { init: "0123456789abcdef", kmnist: "fedcba9876543210" };
  expect(changesOf({ values, defaults: { init: "", kmnist: "" } } as unknown as ParsedLink, fields)).toEqual([
    { key: "init", label: "Initial weights", value: "0123456789abcdef", default: "none", usual: "" },
  ]);
});

test("a setting has its number, and 0 its meaning, in the language of the page", () => {
  const clip = { key: "clip", label: "Gradient clipping", kind: number(false) } as Field;
  const told = () => [
    settingText(FIELDS, "lr", "0.02"),
    settingText(FIELDS, "subset", "1000"),
    settingText(FIELDS, "subset", "0"),
    settingText([clip], "clip", "0"),
    settingText(FIELDS, "lr", "0.000000000001"),
  ];
  expect(told()).toEqual(["0.02", "1,000", "all", "none", "0.000000000001"]);
  useLanguage("de", { page: { all: "alle", "setting|none": "keine" }, module: {} });
  expect(told()).toEqual(["0,02", "1.000", "alle", "keine", "0.000000000001"]);
  expect(entered(number(true), "Alle", "subset")).toBe("0");
  useLanguage("en", null);
});

test("a decimal comma is a point, and groups of digits are joined, where only that can be meant", () => {
  const [real, whole] = [number(false), number(true)];
  const list = { type: "numberList" } as Field["kind"];
  const cases: [Field["kind"], string, string][] = [
    [real, "0,01", "0.01"],
    [real, " 0.01 ", "0.01"],
    [real, ",5", ".5"],
    [real, "1,5e-3", "1.5e-3"],
    [real, "0,125", "0.125"],
    // 1,250 would be more than is allowed.
    [real, "1,250", "1.250"],
    [real, "1,234.5", "1234.5"],
    [real, "1.234,5", "1234.5"],
    [real, "1,2,3", "1,2,3"],
    [whole, "1,000", "1000"],
    [whole, "1.000", "1000"],
    [whole, "10 000", "10000"],
    [whole, "1'000'000", "1000000"],
    [whole, "12,34", "12,34"],
    [whole, "1.5", "1.5"],
    [whole, "1000", "1000"],
    [list, "10,20", "10,20"],
    [list, "10, 20", "10,20"],
    [list, "10; 20", "10,20"],
    [list, "10 20", "10,20"],
  ];
  for (const [kind, text, link] of cases) expect(entered(kind, text), text).toBe(link);
  // Both 1,250 and 1.25 are allowed: neither is taken for the other.
  expect(entered({ type: "number", integer: false, min: 0, max: 5000, log: false }, "1,250")).toBe("1,250");
});

test("a field shows a number as the language of the page writes it, and reads it so", () => {
  const [real, whole] = [number(false), number(true)];
  const shown = ["0.006", "1e-7", "2.5e-7", "5.125", "20", "0.0.1", "abc", "", "0,5"];
  expect(shown.map((value) => shownIn(real, value))).toEqual(shown);
  useLanguage("de", { page: {}, module: {} });
  expect(shown.map((value) => shownIn(real, value))).toEqual([
    ...["0,006", "1e-7", "2,5e-7", "5,125", "20"],
    // What is no number stays as it was typed.
    ...["0.0.1", "abc", "", "0,5"],
  ]);
  expect(shownIn(whole, "1.5")).toBe("1.5");
  expect(shownIn({ type: "choice" } as unknown as Field["kind"], "0.5")).toBe("0.5");
  for (const value of ["0.006", "2.5e-7", "5.125", "1000.125"]) expect(entered(real, shownIn(real, value))).toBe(value);
  // Here a comma groups no digits, however many are allowed.
  const wide = { type: "number", integer: false, min: 0, max: 5000, log: false } as const;
  expect(entered(wide, "1,250")).toBe("1.250");
  useLanguage("en", null);
});

test("0 reads “all” where it means that, and may be entered so", () => {
  const whole = number(true);
  expect(["subset", "test", "seed"].map((key) => shownIn(whole, "0", key))).toEqual(["all", "all", "0"]);
  expect(shownIn(whole, "100", "subset")).toBe("100");
  expect([entered(whole, " All ", "subset"), entered(whole, "all", "seed")]).toEqual(["0", "all"]);
});

test("a refusal names the field as its control does, and no key of the link", () => {
  const refusal = {
    key: "lr",
    message: "lr=5000 is not allowed: lr is a number from 0 to 100.",
    allowed: "a number from 0 to 100",
  };
  expect(refusalText(refusal, FIELDS, "5000")).toBe(
    "Learning rate: “5000” is not allowed. It has to be a number from 0 to 100.",
  );
  expect(refusalText(refusal, FIELDS, "")).toBe(
    "Learning rate: the field is empty. It has to be a number from 0 to 100.",
  );
  // What a link hides is shown.
  expect(refusalText(refusal, FIELDS, "5\u202e000")).toMatch(/^Learning rate: “5(?!\u202e).*000” is not allowed/);
  expect(refusalText({ ...refusal, key: "check" }, FIELDS, "1")).toMatch(/^Check: “1” is not allowed/);
  expect(refusalText(refusal, FIELDS)).toBe("Learning rate: this has to be a number from 0 to 100.");
  const twice = { key: "lr", message: "lr stands in the link more than once." };
  expect(refusalText(twice, FIELDS, "1")).toBe("Learning rate stands in the link more than once.");
  const few = { key: "lr", message: "A rate of 3 is too much." };
  expect(refusalText(few, FIELDS, "3")).toBe(few.message);
  // A key that nobody knows can be called by nothing else.
  expect(refusalText({ ...twice, key: "foo", message: "foo stands in" }, FIELDS)).toBe("foo stands in");
});

test("what is wrong with a recipe is found out when it is read, or when its run is prepared", () => {
  const refusal = { key: "lr", message: "No.", allowed: undefined };
  expect(wrongOf({ phase: "none", reason: "refused", refusal, times: 1 })).toMatchObject(refusal);
  const failed = (kind: FailureKind) => {
    const why = { kind, key: "lr", message: "No.", during: "preparing" } as const;
    return { phase: "suspended", why, goal: null, prepared: null, result: null } as const;
  };
  expect(wrongOf(failed("recipe"))).toEqual(refusal);
  expect(wrongOf(failed("data"))).toBeNull();
  expect(wrongOf({ phase: "ready", prepared: null })).toBeNull();
  // A setting that was changed beside a trained network.
  expect(wrongOf({ phase: "paused", prepared: null }, refusal)).toBe(refusal);
});
