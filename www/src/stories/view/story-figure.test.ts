import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { csvOf } from "../../figure/csv.js";
import { svgOf } from "../../figure/svg.js";
import { elementsOf, textsOf } from "../../figure/testing.js";
import { finished, SKIPS } from "../testing.js";
import { storyFigure, type FigureParts } from "./story-figure.js";
import { FIELDS, shownOf } from "./testing.js";

beforeEach(() => void vi.stubGlobal("location", { href: "https://bench.example/#story=skips" }));
afterEach(() => void vi.unstubAllGlobals());

const STORY = { ...SKIPS, seeds: [1, 2] };
const RESULTS = [
  shownOf(finished("plain", 0.4), [2, 1.5]),
  shownOf(finished("skips", 0.6)),
  shownOf(finished("plain", 0.5, { seed: 2 })),
];
const parts = (more: Partial<FigureParts> = {}): FigureParts => ({
  ...{ story: STORY, results: RESULTS, recorded: null, fields: FIELDS },
  ...more,
});

test("a chart is saved with its title, each recipe once in the legend, and the recipes' links", () => {
  const { text } = svgOf(storyFigure("loss", parts()));
  const texts = textsOf(text);
  expect(texts[0]).toBe(`Training loss: ${SKIPS.title}`);
  expect(texts.filter((line) => line === "plain")).toHaveLength(1);
  expect(texts).toEqual(
    expect.arrayContaining([
      "A line for each seed; each of its points is the mean of several steps.",
      "plain: ResNet-8, Skip connections: Off, seeds 1, 2",
      "https://bench.example/#model=resnet-8&skip=off&v=1&seed=1",
      "with skips: ResNet-8, seed 1",
    ]),
  );
});

test("test accuracies are rings on lines, and the numbers say of how many images they are", () => {
  const figure = storyFigure("accuracy", parts());
  const scores = RESULTS.reduce((sum, { result }) => sum + result.scores.length, 0);
  const elements = elementsOf(svgOf(figure).text);
  expect(elements.filter(({ name }) => name === "circle").length).toBeGreaterThanOrEqual(scores);
  const [header, first, ...others] = csvOf(figure.table).trimEnd().split("\r\n");
  expect(header).toBe("recipe,name,seed,link,step,test accuracy,test images");
  const [score] = RESULTS[0]!.result.scores;
  expect(first).toBe(
    `plain,plain,1,model=resnet-8&skip=off&v=1&seed=1,${score!.step},${score!.accuracy},${score!.images}`,
  );
  expect(others).toHaveLength(scores - 1);
});

test("the loss is told with how many steps each point is the mean of", () => {
  const curve = { every: 2, losses: [2, 1], steps: 3 };
  const results = [{ ...shownOf(finished("plain", 0.4)), curve }];
  const rows = csvOf(storyFigure("loss", parts({ results })).table)
    .trimEnd()
    .split("\r\n")
    .slice(1);
  expect(rows.map((row) => row.split(",").slice(4))).toEqual([
    ["2", "2", "2"],
    ["3", "1", "1"],
  ]);
});

test("what was recorded, and what is not finished, is told", () => {
  const half = finished("plain", 0.4);
  const results = [shownOf({ ...half, done: half.steps - 1 })];
  const { notes, recipes } = storyFigure("loss", parts({ results, recorded: "Recorded on a day." }));
  expect(notes).toEqual([expect.any(String), "1 run is not finished.", "Recorded on a day."]);
  expect(recipes).toHaveLength(1);
});

test("a name that a link gives is no formula in a spreadsheet, and no markup in a picture", () => {
  const [plain, skips] = SKIPS.recipes;
  const story = { ...STORY, title: "<b>=1+1</b>", recipes: [{ ...plain!, name: "=cmd()" }, skips!] };
  const figure = storyFigure("loss", parts({ story }));
  expect(csvOf(figure.table)).toMatch(/'=cmd\(\)/);
  expect(elementsOf(svgOf(figure).text).some(({ name }) => name === "b")).toBe(false);
});
