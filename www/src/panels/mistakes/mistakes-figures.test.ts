import { expect, test } from "vitest";

import { svgOf } from "../../figure/svg.js";
import { elementsOf, figureOf, textsOf } from "../../figure/testing.js";
import { csvOf } from "../../figure/csv.js";
import { analyse } from "./analysis.js";
import { confusionTable, matrixOf, reliabilityPlot, reliabilityTable } from "./mistakes-figures.js";

const CLASSES = ["cat", "dog", "=fox"];
/** Two cats of which one is taken for a dog, and a dog; no fox. */
const ANALYSIS = analyse(
  { step: 10, truth: Uint8Array.of(0, 0, 1), logits: Float32Array.of(9, 0, 0, 0, 9, 0, 0, 9, 0) } as Parameters<
    typeof analyse
  >[0],
  CLASSES.length,
);

test("the confusion matrix is a table by class; a class without images has no share", () => {
  expect(csvOf(confusionTable(ANALYSIS, CLASSES)).split("\r\n")).toEqual([
    "class,taken for cat,taken for dog,taken for =fox,images,right",
    "cat,1,1,0,2,0.5",
    "dog,0,1,0,1,1",
    "'=fox,0,0,0,0,",
    "",
  ]);
});

test("the matrix is drawn with its classes, and the share that is right", () => {
  const texts = textsOf(svgOf(figureOf(matrixOf(ANALYSIS, CLASSES))).text);
  expect(texts).toEqual(expect.arrayContaining([...CLASSES, "right", "50.0 %", "100.0 %"]));
});

test("the reliability diagram has a bar for each confidence that there is, and a row for all", () => {
  const bars = elementsOf(svgOf(figureOf(reliabilityPlot(ANALYSIS))).text).filter(
    ({ attributes }) => attributes["fill-opacity"] === "0.3",
  );
  // One of them is the legend's.
  expect(bars).toHaveLength(2);
  const lines = csvOf(reliabilityTable(ANALYSIS)).trimEnd().split("\r\n");
  expect(lines).toHaveLength(11);
  expect(lines[1], "nothing was so little certain").toBe("0,0.1,0,,");
  const [from, to, images, confidence, accuracy] = lines[10]!.split(",").map(Number);
  expect([from, to, images, accuracy]).toEqual([0.9, 1, 3, 2 / 3]);
  expect(confidence).toBeCloseTo(Math.exp(9) / (Math.exp(9) + 2), 6);
});
