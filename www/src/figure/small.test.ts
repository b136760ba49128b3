import { expect, test } from "vitest";

import { svgOf } from "./svg.js";
import { elementsOf, figureOf, textsOf } from "./testing.js";

test("a small plot is narrower, and its texts are as large", () => {
  const series = [{ name: "test", colour: "#000000", as: "line" as const, x: [1, 2], y: [0.1, 0.9] }];
  const axis = { label: "step", from: 0, to: 2 };
  const figure = figureOf({ kind: "plot", across: axis, up: { ...axis, label: "accuracy" }, series });
  const [usual, small] = [svgOf(figure), svgOf(figure, { isSmall: true })];
  expect(small.width).toBeLessThan(0.7 * usual.width);
  const sizes = ({ text }: { text: string }) =>
    new Set(elementsOf(text).flatMap(({ name, attributes }) => (name === "text" ? [attributes["font-size"]] : [])));
  expect(sizes(small)).toEqual(sizes(usual));
  expect(textsOf(small.text)).toContain("accuracy");
  // Nothing of it is drawn past its edge.
  for (const { attributes } of elementsOf(small.text)) {
    expect(Number(attributes["x"] ?? 0)).toBeLessThanOrEqual(small.width);
  }
});
