/** A figure as an SVG file: its title, the picture, what has to be known to read it, and its recipe. */
import type { Figure, Picture, RecipeLine } from "./figure.js";
import { LIGHT } from "./colours.js";
import { drawDiagram } from "./draw-diagram.js";
import { drawMatrix } from "./draw-matrix.js";
import { drawPlot } from "./draw-plot.js";
import { drawTiles } from "./draw-tiles.js";
import { printable } from "../../../crate/js/printable.js";
import { element, escaped, line, shortened, wrapped } from "./xml.js";
import { msg } from "../words/msg.js";

/** A picture as it is drawn: its elements, from (0, 0). */
export interface Drawn {
  width: number;
  height: number;
  content: string;
}

/** Around everything. */
const MARGIN = 20;
const TITLE_SIZE = 17;
const TEXT_SIZE = 12;
const LINE_HEIGHT = 16;
/** A link of layers may be long: the description of the file has it whole. */
const MOST_LINES_A_RECIPE = 12;

export interface Svg {
  text: string;
  width: number;
  height: number;
}

/** @param look `isSmall`: for a column of a printed sheet, on which texts are as large as in a large one */
export function svgOf({ title, notes, recipes, picture }: Figure, look: { isSmall?: boolean } = {}): Svg {
  const drawn = draw(picture, look);
  const inner = Math.max(drawn.width, 400);
  const width = inner + 2 * MARGIN;
  const parts: string[] = [];
  let y = MARGIN + TITLE_SIZE;
  const write = (words: string, size: number, attributes: Record<string, string | number>): void => {
    parts.push(line(MARGIN, y, words, { "font-size": size, ...attributes }));
  };
  for (const words of wrapped(shortened(title, 200), TITLE_SIZE, inner)) {
    write(words, TITLE_SIZE, { "font-weight": "600" });
    y += 22;
  }
  y -= 6;
  parts.push(element("g", { transform: `translate(${MARGIN} ${y})` }, drawn.content));
  y += drawn.height + LINE_HEIGHT + 4;
  const below = [
    ...notes.flatMap((note) => wrapped(note, TEXT_SIZE, inner)),
    ...recipes.flatMap((recipe) => linesOf(recipe, inner)),
  ];
  for (const words of below) {
    write(words, TEXT_SIZE, { fill: LIGHT.soft });
    y += LINE_HEIGHT;
  }
  const height = Math.ceil(y - LINE_HEIGHT + MARGIN);
  const description = [...notes, ...recipes.map(textOf)].join("\n");
  const text = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "font-family": "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
      "font-size": TEXT_SIZE,
      fill: LIGHT.ink,
    },
    [
      element("title", {}, escaped(printable(title))),
      element("desc", {}, escaped(description) || " "),
      element("rect", { width, height, fill: LIGHT.paper }),
      ...parts,
    ].join("\n"),
  );
  return { text: `${text}\n`, width, height };
}

function draw(picture: Picture, look: { isSmall?: boolean }): Drawn {
  switch (picture.kind) {
    case "plot":
      return drawPlot(picture, look);
    case "matrix":
      return drawMatrix(picture, look);
    case "tiles":
      return drawTiles(picture);
    case "diagram":
      return drawDiagram(picture, look);
  }
}

function textOf({ mark, words, address }: RecipeLine): string {
  return `${mark ? `${mark}: ` : ""}${words}, ${address}`;
}

/** The words, then the link on lines of its own. */
function linesOf({ mark, words, address }: RecipeLine, width: number): string[] {
  const all = [
    ...wrapped(`${mark ? `${mark}: ` : ""}${words}`, TEXT_SIZE, width),
    ...wrapped(address, TEXT_SIZE, width),
  ];
  if (all.length <= MOST_LINES_A_RECIPE) return all;
  return [...all.slice(0, MOST_LINES_A_RECIPE), msg("… (cut here; the SVG file's description has the whole link)")];
}
