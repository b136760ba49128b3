import { expect, test } from "vitest";

import type { Field, ParsedLink } from "../module.js";
import { initialRecipe } from "../state/recipe.js";
import { fileNameOf, recipeWords, titleOf, unfinished, withoutMarks } from "./recipe.js";

const choice = (key: string, label: string, value: string, words: string): Field =>
  ({ key, label, kind: { type: "choice", choices: [{ value, label: words, help: "" }] } }) as unknown as Field;
const number = (key: string, label: string, integer: boolean): Field =>
  ({ key, label, kind: { type: "number", integer } }) as unknown as Field;

const FIELDS = [
  choice("model", "Network", "lenet5", "LeNet-5"),
  choice("data", "Data", "mnist", "MNIST"),
  number("epochs", "Epochs", true),
  number("steps", "Steps", true),
  number("subset", "Training images", true),
  number("lr", "Learning rate", false),
  number("seed", "Seed", true),
];
const OWN = { model: "lenet5", data: "mnist", epochs: "4", steps: "0", subset: "0", lr: "0.006", seed: "1" };

function parsed(changes: Record<string, string> = {}): ParsedLink {
  return { values: { ...OWN, ...changes }, defaults: OWN } as unknown as ParsedLink;
}

test("a network's own recipe is its network, its data, its length and its seed", () => {
  expect(recipeWords(parsed(), FIELDS)).toBe("LeNet-5, MNIST, 4 epochs, seed 1");
});

test("a length of one, in epochs or in steps", () => {
  expect(recipeWords(parsed({ epochs: "1" }), FIELDS)).toBe("LeNet-5, MNIST, 1 epoch, seed 1");
  expect(recipeWords(parsed({ steps: "1200", seed: "12345" }), FIELDS)).toBe("LeNet-5, MNIST, 1,200 steps, seed 12345");
});

test("what is not as in the network's own recipe is told by its label", () => {
  expect(recipeWords(parsed({ lr: "0.02", subset: "1000" }), FIELDS)).toBe(
    "LeNet-5, MNIST, 4 epochs, seed 1 (Training images: 1,000; Learning rate: 0.02)",
  );
});

test("titles and files have the names of the network and the data", () => {
  const recipe = { ...initialRecipe, parsed: parsed(), fields: FIELDS };
  expect(titleOf("Loss", recipe)).toBe("Loss: LeNet-5, MNIST");
  expect(fileNameOf("What conv1 gives", recipe)).toBe("lenet5-mnist-what-conv1-gives");
  expect(fileNameOf("../a/b".repeat(100), recipe)).toMatch(/^lenet5-mnist-a-b[a-z-]{0,84}$/);
  expect(titleOf("Loss", initialRecipe)).toBe("Loss");
});

test("a run that is not finished has a note", () => {
  expect(unfinished(78, 312)).toEqual(["After step 78 of 312: the run is not finished."]);
  expect(unfinished(0, 312)).toEqual(["Not trained yet."]);
  expect(unfinished(312, 312)).toEqual([]);
  expect(unfinished(0, 0), "no run is known").toEqual([]);
});

test("a link in a text has the check of the run, and no losses of its steps", () => {
  const address = "https://bench.example/#model=lenet5&v=1";
  expect(withoutMarks(`${address}&check=9dab&marks=abc123`)).toBe(`${address}&check=9dab`);
  expect(withoutMarks(address)).toBe(address);
});
