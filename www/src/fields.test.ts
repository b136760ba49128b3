import { expect, test } from "vitest";

import { choiceLabel, choicesOf, fieldOf } from "./fields.js";
import type { Field } from "./module.js";

const choices = [
  { value: "shift", label: "Shift", help: "" },
  { value: "flip", label: "Flip", help: "" },
];
const field = (key: string, kind: Field["kind"]): Field => ({ key, kind, label: key, help: "", group: "training" });
const FIELDS = [
  field("aug", { type: "choiceSet", choices }),
  field("model", { type: "choice", choices: [{ value: "mlp", label: "MLP", help: "" }] }),
  field("seed", { type: "number", min: 0, max: 9, integer: true, log: false }),
];

test("a choice is called as its control calls it, and an unknown one by its value", () => {
  expect(choiceLabel(FIELDS, "model", "mlp")).toBe("MLP");
  expect(choiceLabel(FIELDS, "model", "other")).toBe("other");
  expect(choiceLabel(FIELDS, "nothing", "x")).toBe("x");
});

test("several choices are listed, and a number stands for itself", () => {
  expect(choiceLabel(FIELDS, "aug", "flip,shift")).toBe("Flip, Shift");
  expect(choiceLabel(FIELDS, "aug", "")).toBe("");
  expect(choiceLabel(FIELDS, "seed", "7")).toBe("7");
});

test("a field that allows anything has no choices", () => {
  expect(choicesOf(fieldOf(FIELDS, "aug"))).toHaveLength(2);
  expect(choicesOf(fieldOf(FIELDS, "seed"))).toEqual([]);
  expect(choicesOf(undefined)).toEqual([]);
});
