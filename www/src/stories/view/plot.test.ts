import { expect, test } from "vitest";

import { finished } from "../testing.js";
import { plotOf, SIZE } from "./plot.js";
import { shownOf } from "./testing.js";

const IDS = ["plain", "skips"];

test("each run is a line of its recipe, within the frame", () => {
  const plot = plotOf("accuracy", IDS, [shownOf(finished("plain", 0.5)), shownOf(finished("skips", 0.9))])!;
  expect(plot.lines.map(({ recipe, rings }) => [recipe, rings.length])).toEqual([
    [0, 2],
    [1, 2],
  ]);
  for (const { rings } of plot.lines)
    for (const { x, y } of rings) {
      expect(x).toBeGreaterThanOrEqual(plot.frame.left);
      expect(x).toBeLessThanOrEqual(plot.frame.right);
      expect(y).toBeGreaterThanOrEqual(plot.frame.top);
      expect(y).toBeLessThanOrEqual(plot.frame.bottom);
    }
  expect(plot.up.map(({ value }) => value)).toEqual([0, 0.5, 1]);
});

test("a run that explodes does not press the others flat", () => {
  const runs = [shownOf(finished("plain", 0.5), [2, 1]), shownOf(finished("skips", 0.1), [1e9, 3])];
  const plot = plotOf("loss", IDS, runs)!;
  expect(plot.up.at(-1)!.value).toBeLessThan(4);
});

test("names stay apart and in the picture, however near the lines end", () => {
  const ids = ["a", "b", "c", "d"];
  for (const accuracy of [0, 0.5, 1]) {
    const runs = ids.map((id) => shownOf(finished(id, accuracy)));
    const ys = plotOf("accuracy", ids, runs)!.labels.map(({ y }) => y);
    expect(ys).toHaveLength(4);
    ys.slice(1).forEach((y, at) => expect(y - ys[at]!).toBeGreaterThan(14));
    expect(Math.min(...ys)).toBeGreaterThan(0);
    expect(Math.max(...ys)).toBeLessThan(SIZE.height);
  }
});

test("nothing is drawn of nothing", () => {
  expect(plotOf("loss", IDS, [])).toBeNull();
  expect(plotOf("accuracy", IDS, [shownOf(finished("plain", 0.5, { scores: [] }))])).toBeNull();
});
