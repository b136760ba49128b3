import { expect, test } from "vitest";

import { answerText } from "./answer-text.js";

const example = (label: number) => ({ pixels: new Uint8Array(4), label }) as never;
const CLASSES = ["cat", "ship"];
const text = (answer: Partial<Parameters<typeof answerText>[0]>) =>
  answerText({
    hasImage: true,
    example: null,
    prediction: Float32Array.of(0.25, 0.75),
    classes: CLASSES,
    needsTraining: false,
    hasTrained: true,
    initialWeights: "random",
    rounded: null,
    ...answer,
  });

test("of a test image it is said whether the answer is right, and what is", () => {
  expect(text({ example: example(1) })).toMatchObject({ name: "ship", truth: "✓ Right", isRight: true });
  expect(text({ example: example(0) })).toMatchObject({ name: "ship", truth: "✗ Wrong: it is cat", isRight: false });
  const guess = text({ example: example(0), hasTrained: false });
  expect(guess).toMatchObject({ note: "Not trained yet: a guess", truth: "✗ Wrong: it is cat" });
});

test("of what a person drew nothing is known but the answer", () => {
  expect(text({})).toMatchObject({ name: "ship", note: "", truth: "", example: null });
});

test("a network whose weights were rounded answers with that", () => {
  expect(text({ rounded: 16 })).toMatchObject({ name: "ship", note: "weights rounded to 16 bits" });
});

test("nothing is right or wrong before there is an answer", () => {
  expect(text({ example: example(1), prediction: null })).toMatchObject({ name: "", note: "…", truth: "" });
  expect(text({ prediction: null, needsTraining: true }).note).toBe("Press Train first");
  expect(text({ hasImage: false, prediction: null }).note).toBe("Nothing yet");
  const nan = text({ example: example(1), prediction: Float32Array.of(NaN, NaN) });
  expect(nan).toMatchObject({ name: "", note: "No answer: the network's outputs are no numbers", truth: "" });
});

test("a label that the data have no class for is no truth", () => {
  expect(text({ example: example(7) })).toMatchObject({ name: "ship", truth: "" });
});

test("a network that was not trained here answers by the weights of the file, which is said", () => {
  const note = (initialWeights: "file" | "part", hasTrained = false): string =>
    text({ initialWeights, hasTrained }).note;
  expect(note("file")).toBe("By the weights of the file");
  expect(note("part")).toBe("A guess: some layers are not trained yet");
  expect(note("file", true)).toBe("");
});
