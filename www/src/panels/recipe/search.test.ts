import { expect, test } from "vitest";

import type { Field } from "../../module.js";
import { findSettings } from "./search.js";

const choice = (label: string, value: string) => ({ label, value, help: "" });
const FIELDS = [
  { key: "lr", label: "Learning rate", help: "Size of each step.", kind: { type: "number" } },
  { key: "bias_lr", label: "Learning rate of biases, times", help: "For biases.", kind: { type: "number" } },
  {
    key: "opt",
    label: "Optimizer",
    help: "How weights change.",
    kind: { type: "choice", choices: [choice("AdamW", "adamw")] },
  },
  { key: "wd", label: "Weight decay", help: "Pulls weights to 0.", kind: { type: "number" } },
  { key: "steps", label: "Steps", help: "The length of the run.", kind: { type: "number" } },
  { key: "seed", label: "Seed", help: "Où commence le hasard.", kind: { type: "number" } },
] as unknown as Field[];

const found = (text: string) => findSettings(FIELDS, text).map(({ key }) => key);

test("all settings are there until something is typed", () => {
  expect(found("")).toEqual(FIELDS.map(({ key }) => key));
  expect(found("  ")).toEqual(FIELDS.map(({ key }) => key));
});

test("a setting is found by its label, its key, its choices and its help, the label first", () => {
  expect(found("learn")).toEqual(["lr", "bias_lr"]);
  expect(found("decay")).toEqual(["wd"]);
  expect(found("wd")).toEqual(["wd"]);
  expect(found("adamw")).toEqual(["opt"]);
  expect(found("step")).toEqual(["steps", "lr"]);
  expect(found("weight")).toEqual(["wd", "opt"]);
});

test("every word has to be found, in any order, whatever its case and its accents", () => {
  expect(found("RATE biases")).toEqual(["bias_lr"]);
  expect(found("ou hasard")).toEqual(["seed"]);
  expect(found("rate nonsense")).toEqual([]);
  // Two letters are found at the start of a word alone.
  expect(found("te")).toEqual([]);
});
