import { expect, test } from "vitest";

import type { Field } from "../module.js";
import { differences } from "./difference.js";

const FIELDS = [
  { key: "model", label: "Network", kind: { type: "choice", choices: [{ value: "lenet5", label: "LeNet-5" }] } },
  { key: "seed", label: "Seed", kind: { type: "number" } },
  {
    key: "aug",
    label: "Augmentation",
    kind: {
      type: "choiceSet",
      choices: [
        { value: "flip", label: "Mirror" },
        { value: "crop", label: "Random crop" },
      ],
    },
  },
  { key: "dropout", label: "Dropout", kind: { type: "number" } },
] as unknown as Field[];

test("recipes differ in what both have, in the order of the fields and in the words of the controls", () => {
  const from = { model: "lenet5", seed: "1", aug: "" };
  const to = { model: "vgg-8", seed: "1", aug: "flip,crop", dropout: "0.5" };
  expect(differences(from, to, FIELDS)).toEqual([
    { key: "model", label: "Network", from: "LeNet-5", to: "vgg-8" },
    { key: "aug", label: "Augmentation", from: "none", to: "Mirror, Random crop" },
  ]);
  expect(differences(from, from, FIELDS)).toEqual([]);
  const subset = [{ key: "subset", label: "Training examples", kind: { type: "number", integer: true } }] as never[];
  expect(differences({ subset: "0" }, { subset: "1000" }, subset)).toMatchObject([{ from: "all", to: "1,000" }]);
});
