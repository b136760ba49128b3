import { count } from "../format.js";
import { LIGHT, mixed } from "./colours.js";
import type { Matrix } from "./figure.js";
import type { Drawn } from "./svg.js";
import { at, element, line, shortened, widthOf } from "./xml.js";

/** A cell's side is between these, as the classes are many or few. */
const [LEAST_SIDE, MOST_SIDE] = [18, 46];
const WANTED_WIDTH = 520;
/** In a column of a printed sheet. */
const SMALL_WIDTH = 310;
const GAP = 2;
/** Names of classes are as long as somebody wants. */
const MOST_CHARACTERS = 18;

/** What is right is blue, by its share of the row; what is wrong is orange, by its share of the worst confusion. */
export function drawMatrix(
  { rows, columns, cells, rowsTitle, columnsTitle, last }: Matrix,
  { isSmall = false } = {},
): Drawn {
  const wanted = isSmall ? SMALL_WIDTH : WANTED_WIDTH;
  const side = Math.max(LEAST_SIDE, Math.min(MOST_SIDE, wanted / Math.max(1, columns.length)));
  const size = Math.max(7, Math.min(13, side * 0.36));
  const names = (all: readonly string[]): string[] => all.map((name) => shortened(name, MOST_CHARACTERS));
  const [rowNames, columnNames] = [names(rows), names(columns)];
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => widthOf(text, size)));
  const isLong = widest(columnNames) > side - GAP;
  const left = 22 + widest(rowNames) + 8;
  const top = 22 + (isLong ? widest(columnNames) : size) + 8;
  const worst = Math.max(1, ...cells.flatMap((row, r) => row.filter((_, c) => c !== r)));
  const soft = { "font-size": size, fill: LIGHT.soft };
  const content = [
    line(left + (side * columns.length) / 2, 12, columnsTitle, { "text-anchor": "middle" }),
    element(
      "g",
      { transform: `translate(12 ${at(top + (side * rows.length) / 2)}) rotate(-90)` },
      line(0, 0, rowsTitle, { "text-anchor": "middle" }),
    ),
    ...columnNames.map((name, column) => {
      const x = left + side * (column + 0.5);
      if (!isLong) return line(x, top - 8, name, { "text-anchor": "middle", ...soft });
      const turned = { transform: `translate(${at(x + size / 3)} ${at(top - 6)}) rotate(-90)` };
      return element("g", turned, line(0, 0, name, soft));
    }),
    line(left + side * columns.length + 8, top - 8, last.title, soft),
    ...cells.flatMap((row, r) => [
      line(left - 8, top + side * (r + 0.5) + size / 3, rowNames[r] ?? "", { "text-anchor": "end", ...soft }),
      ...row.flatMap((number, c) =>
        cellOf(number, colourOf(row, r, c, worst), left + side * c, top + side * r, side, size),
      ),
      line(left + side * columns.length + 8, top + side * (r + 0.5) + size / 3, last.texts[r] ?? "", soft),
    ]),
  ].join("\n");
  const width = left + side * columns.length + 8 + widest([last.title, ...last.texts]);
  return { width: Math.ceil(width), height: Math.ceil(top + side * rows.length), content };
}

function colourOf(row: readonly number[], r: number, c: number, worst: number): string {
  const number = row[c] ?? 0;
  if (r !== c) return mixed(LIGHT.sunk, LIGHT.warm, (0.7 * number) / worst);
  const all = row.reduce((sum, one) => sum + one, 0);
  return mixed(LIGHT.sunk, LIGHT.flame, (0.3 * number) / Math.max(1, all));
}

function cellOf(number: number, fill: string, x: number, y: number, side: number, size: number): string[] {
  const words = count(number);
  // As large as it fits.
  const fits = Math.min(size, (size * (side - GAP - 2)) / Math.max(1, widthOf(words, size)));
  return [
    element("rect", { x: x + GAP / 2, y: y + GAP / 2, width: side - GAP, height: side - GAP, rx: 2, fill }),
    line(x + side / 2, y + side / 2 + fits / 3, words, {
      "text-anchor": "middle",
      "font-size": fits,
      fill: number === 0 ? LIGHT.edge : LIGHT.ink,
    }),
  ];
}
