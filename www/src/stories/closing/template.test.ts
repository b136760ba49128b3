import { expect, test } from "vitest";

import { readTemplate, recipesOf, TemplateError } from "./template.js";

const IDS = ["plain", "skips"];
const read = (text: string) => readTemplate(text, IDS);
const refusal = (text: string): string => {
  try {
    read(text);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown.message;
    throw thrown;
  }
  return "it was taken";
};

test("a sentence is text, holes and choices", () => {
  expect(read("With skips {test skips}.")).toEqual([
    "With skips ",
    { kind: "accuracy", metric: "test", recipe: "skips" },
    ".",
  ]);
  expect(read("{compare-training skips plain | {difference} more | less | {margin} of noise }")).toEqual([
    {
      kind: "compare",
      metric: "training",
      first: "skips",
      second: "plain",
      branches: [[{ kind: "difference" }, " more"], ["less"], [{ kind: "margin" }, " of noise"]],
    },
  ]);
  expect(read("{best|{name}|none}{worst|{name}|none}")).toHaveLength(2);
  expect(read("{reached plain 90 | {step} || some}")).toEqual([
    { kind: "reached", recipe: "plain", percent: 90, branches: [[{ kind: "step" }], [], ["some"]] },
  ]);
  expect(read("{learned plain|a|b|c}, {diverged skips|a|b|c}, {parameters plain}")).toHaveLength(5);
  // Outside of a choice it is a character like others.
  expect(read("P(a|b)")).toEqual(["P(a", "|", "b)"]);
  expect(read("")).toEqual([]);
});

test("the recipes that a sentence speaks of are found within its choices, too", () => {
  expect([...recipesOf(read("{learned plain | {test skips} | no | some}"))]).toEqual(["plain", "skips"]);
  expect([...recipesOf(read("{best | {name} | none}"))]).toEqual([]);
});

test.each([
  ["{foo}", "“{foo}” is none that a closing sentence can have."],
  ["{}", "“{}” is none that a closing sentence can have."],
  ["{test}", "“{test}” is none that a closing sentence can have."],
  ["{test deep}", "“deep” is no recipe of this story."],
  ["{test plain", "“{test plain” has no “}” behind it, or wordings that it does not take."],
  ["{test plain|a}", "“{test plain|a}” has no “}” behind it, or wordings that it does not take."],
  ["{reached plain 0|a|b|c}", "“{reached plain 0|a|b|c}” is none that a closing sentence can have."],
  ["{reached plain many|a|b|c}", "“{reached plain many|a|b|c}” is none that a closing sentence can have."],
  ["{compare plain|a|b|c}", "“{compare plain|a|b|c}” is none that a closing sentence can have."],
  [
    "{compare skips plain|better}",
    "“{compare skips plain|better}” needs 3 wordings, one for each way that it can turn out, and has 1.",
  ],
  ["{best|one}", "“{best|one}” needs 2 wordings, one for each way that it can turn out, and has 1."],
  ["{learned plain|a|b|c", "“{learned plain|a|b|c” has no “}” behind it."],
  ["a}", "There is a “}” without a “{” before it."],
  ["{best|{best|{best|{best|a|b}|b}|b}|b}", "“{best|a|b}|b}|b}|b}” stands within too many others."],
])("%s is refused: %s", (text, message) => {
  expect(refusal(text)).toBe(message);
});

test.each(["difference", "margin", "name", "step"])("{%s} means nothing outside of a choice that has one", (hole) => {
  expect(refusal(`It is {${hole}}.`)).toBe(`“{${hole}}” stands outside of a choice that has one.`);
  expect(refusal(`{learned plain|{${hole}}|b|c}`)).toBe(`“{${hole}}” stands outside of a choice that has one.`);
});
