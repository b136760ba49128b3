import { expect, test } from "vitest";

import css from "../styles/page.css?raw";
import { LIGHT } from "./colours.js";
import type { Matrix, Plot, Series, TileSheet } from "./figure.js";
import { svgOf } from "./svg.js";
import { elementsOf, figureOf, textsOf } from "./testing.js";

const LINE: Series = { name: "smoothed", colour: LIGHT.flame, as: "line", x: [0, 50, 100], y: [2, 1, 0.5] };

function plotOf(...series: Partial<Series>[]): Plot {
  return {
    kind: "plot",
    across: { label: "step", from: 0, to: 100 },
    up: { label: "loss", from: 0, to: 2 },
    series: series.map((one) => ({ ...LINE, ...one })),
  };
}

const MATRIX: Matrix = {
  kind: "matrix",
  rowsTitle: "is",
  columnsTitle: "taken for",
  rows: ["cat", "dog"],
  columns: ["cat", "dog"],
  cells: [
    [1_900, 3],
    [7, 0],
  ],
  last: { title: "right", texts: ["99.8 %", "0.0 %"] },
};

function tilesOf(count: number, side: number, value = (at: number): number => at): TileSheet {
  const values = Float32Array.from({ length: count * side * side }, (_, at) => value(at));
  const tiles = { count, rows: side, columns: side, channels: 1, values, name: "Map", description: "" } as const;
  return { kind: "tiles", tiles, scaledLike: null };
}

test("it has its title, its axes and its recipe, words before the link", () => {
  const { text, width, height } = svgOf(figureOf(plotOf({}), { title: "Loss", notes: ["Rings are test images."] }));
  const texts = textsOf(text);
  expect(texts[0]).toBe("Loss");
  expect(texts).toContain("step");
  expect(texts).toContain("loss");
  expect(texts.slice(-3)).toEqual(["Rings are test images.", "LeNet-5, MNIST", "https://bench.example/#model=lenet5"]);
  const [svg, title, description, paper] = elementsOf(text);
  expect(svg?.attributes).toMatchObject({
    xmlns: "http://www.w3.org/2000/svg",
    width: `${width}`,
    height: `${height}`,
  });
  expect(title?.text).toBe("Loss");
  expect(description?.text).toContain("LeNet-5, MNIST, https://bench.example/#model=lenet5");
  expect(paper?.attributes).toMatchObject({ width: `${width}`, height: `${height}`, fill: "#ffffff" });
});

test("nothing of it needs a style, a script or another file", () => {
  for (const picture of [plotOf({}), MATRIX, tilesOf(4, 3), tilesOf(100, 32)]) {
    const { text } = svgOf(figureOf(picture));
    expect(text).not.toMatch(/\sstyle=|<style|<script|\son\w+=|url\(/);
    for (const { attributes } of elementsOf(text)) expect(attributes["href"] ?? "data:").toMatch(/^data:/);
  }
});

test("names are text, whatever they are", () => {
  const bad = `</text><script>"&'\u0000\u202e\ud800]]>`;
  const matrix = { ...MATRIX, rows: [bad, "dog"], columns: [bad, "dog"] };
  for (const picture of [plotOf({ name: bad }), matrix]) {
    const { text } = svgOf(figureOf(picture, { title: bad, notes: [bad] }));
    const recipes = [{ mark: "A", words: bad, address: bad }];
    expect(() => elementsOf(svgOf(figureOf(picture, { recipes })).text)).not.toThrow();
    expect(elementsOf(text).map(({ name }) => name)).not.toContain("script");
    expect(textsOf(text).some((words) => words.includes("</text><scri"))).toBe(true);
  }
});

test("names of 10,000 characters are cut", () => {
  const long = "n".repeat(10_000);
  const matrix = { ...MATRIX, rows: [long, "dog"], columns: [long, "dog"] };
  for (const picture of [plotOf({ name: long }), matrix]) {
    const { text, height } = svgOf(figureOf(picture, { title: long }));
    expect(text.length).toBeLessThan(10_000);
    expect(textsOf(text).filter((words) => words.endsWith("…")).length).toBeGreaterThan(1);
    expect(height).toBeLessThan(900);
  }
});

test("a link of thousands of characters is whole in the description, and ends in the picture", () => {
  const address = `https://bench.example/#layers=${"conv6x5p2,relu,".repeat(500)}`;
  const { text } = svgOf(figureOf(plotOf({}), { recipes: [{ mark: "A", words: "Stack", address }] }));
  expect(elementsOf(text)[2]?.text).toContain(address);
  expect(textsOf(text).at(-1)).toMatch(/^… \(cut here/);
  const whole = `https://bench.example/#layers=${"conv6x5p2,relu,".repeat(20)}`;
  const short = svgOf(figureOf(plotOf({}), { recipes: [{ mark: "A", words: "Stack", address: whole }] }));
  const texts = textsOf(short.text);
  expect(texts.slice(texts.indexOf("A: Stack") + 1).join("")).toBe(whole);
});

/** The path of the first line within the axes. */
function pathOf(plot: Plot): string {
  const paths = elementsOf(svgOf(figureOf(plot)).text).filter(({ attributes }) => attributes["stroke-linejoin"]);
  return paths[0]?.attributes["d"] ?? "";
}

test("a curve goes from axis to axis", () => {
  expect(pathOf(plotOf({}))).toBe("M0 0L296 141L592 211.5");
});

test("what is not known is a gap, and a curve of nothing else is none", () => {
  const x = [0, 25, 50, 75, 100];
  expect(pathOf(plotOf({ x, y: [2, NaN, 1, Infinity, 0] }))).toBe("M0 0M296 141M592 282");
  expect(pathOf(plotOf({ x, y: x.map(() => NaN) }))).toBe("M0 0");
  expect(svgOf(figureOf(plotOf({ x: [], y: [] }))).text).not.toContain("NaN");
});

test("rings stand at what was scored; those that are no numbers do not", () => {
  const plot = plotOf({ as: "rings", name: "test", x: [0, 50, 100], y: [2, NaN, 1] });
  const rings = elementsOf(svgOf(figureOf(plot)).text).filter(({ name }) => name === "circle");
  // One of them explains the others.
  expect(rings.map(({ attributes: { cx, cy } }) => [cx, cy])).toEqual([
    ["0", "0"],
    ["592", "141"],
    ["84", "10"],
  ]);
});

test("shares are percentages on their axis", () => {
  const plot: Plot = { ...plotOf({}), up: { label: "accuracy (%)", from: 0, to: 1, isShare: true } };
  expect(textsOf(svgOf(figureOf(plot)).text)).toEqual(expect.arrayContaining(["0", "20", "40", "60", "80", "100"]));
});

test("a matrix has every count, its classes and how many are right", () => {
  const { text } = svgOf(figureOf(MATRIX));
  expect(textsOf(text)).toEqual(
    expect.arrayContaining(["taken for", "is", "cat", "dog", "1,900", "3", "7", "0", "99.8 %"]),
  );
  const fills = elementsOf(text).filter(({ attributes }) => attributes["rx"] === "2");
  expect(fills.map(({ attributes }) => attributes["fill"])).toEqual(["#b0c5eb", "#dbc0ae", "#c17f4e", "#eef1f5"]);
});

test("a matrix of 100 classes has room for all of them", () => {
  const names = Array.from({ length: 100 }, (_, index) => `class ${index}`);
  const cells = names.map(() => names.map(() => 12_345));
  const matrix: Matrix = { ...MATRIX, rows: names, columns: names, cells, last: { title: "", texts: [] } };
  const { text, width } = svgOf(figureOf(matrix));
  expect(textsOf(text).filter((words) => words === "12,345")).toHaveLength(10_000);
  expect(width).toBeGreaterThan(1_800);
});

test("tiles are rectangles where they are few, and a picture of them where they are many", () => {
  const few = svgOf(figureOf(tilesOf(2, 2, (at) => [0, 1, -1, -1, 0, 0, 0, 0][at] ?? 0)));
  const paths = elementsOf(few.text).filter(({ name, attributes }) => name === "path" && attributes["fill"]);
  expect(paths.map(({ attributes: { fill, d } }) => `${fill} ${d}`)).toEqual([
    "#ffffff M0 0h1v1h-1z",
    "#1f5ed4 M1 0h1v1h-1z",
    "#ffffff M3 0h2v1h-2z",
    "#ad4e07 M0 1h2v1h-2z",
    "#ffffff M3 1h2v1h-2z",
  ]);
  expect(textsOf(few.text)).toEqual(expect.arrayContaining(["−1", "0", "+1"]));
  const many = elementsOf(svgOf(figureOf(tilesOf(100, 32))).text).filter(({ name }) => name === "image");
  expect(many).toHaveLength(1);
  expect(many[0]?.attributes["href"]).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
});

test("tiles of which all numbers are 0 say so", () => {
  expect(textsOf(svgOf(figureOf(tilesOf(2, 2, () => 0))).text)).toContain("0 everywhere");
});

test("the colours are those of the page's light theme", () => {
  const [light = ""] = css.split("@media (prefers-color-scheme: dark)");
  for (const [name, colour] of Object.entries(LIGHT)) {
    const token = name === "soft" ? "ink-soft" : name;
    expect(light, token).toContain(`--${token}: ${colour};`);
  }
});
