/** Maps, filters and other tiles of numbers as a figure. */
import type { Bench } from "../../bench/bench.js";
import type { Figure, Table, Value } from "../../figure/figure.js";
import { fileNameOf, recipeLineOf, titleOf, unfinished } from "../../figure/recipe.js";
import { className, count } from "../../format.js";
import { sentence } from "./describe.js";
import type { Inspection } from "./inspection.js";
import type { Tiles } from "./tiles.js";
import { whenText } from "../../state/weights.js";
import { msg } from "../../words/msg.js";

/** What of the network's inside is saved. */
export interface Sheet {
  /** "What conv1 gives" */
  title: string;
  tiles: Tiles;
  /** Whether it depends on the image that is looked at. */
  isOfImage: boolean;
}

export function tilesFigure(bench: Bench, inspection: Inspection, { title, tiles, isOfImage }: Sheet): Figure {
  const { recipe, plan, data } = bench.state;
  return {
    title: titleOf(title, recipe),
    fileName: fileNameOf(title, recipe),
    notes: [
      ...(tiles.description ? [sentence(tiles.description)] : []),
      ...(isOfImage ? [imageText(inspection, data.info?.classes ?? [])] : []),
      ...(inspection.step === 0 ? [whenText(bench.state, 0)] : unfinished(inspection.step, plan?.steps ?? 0)),
    ],
    recipes: [recipeLineOf(bench)],
    picture: { kind: "tiles", tiles, scaledLike: null },
    table: tilesTable(tiles),
  };
}

/** Which image it is of, as a sentence. */
function imageText({ label, testImage }: Inspection, classes: readonly string[]): string {
  if (label === null) return msg("The image: a picture of one's own.");
  if (testImage !== null) return msg("The image: test image {number}.", { number: count(testImage) });
  return msg("The image: a test image, {class}.", { class: className({ classes }, label) });
}

export function tilesTable(tiles: Tiles): Table {
  return { header: headerOf(tiles), rows: () => rowsOf(tiles) };
}

function headerOf({ name, channels }: Tiles): string[] {
  return [name.toLowerCase(), ...(channels === 3 ? ["channel"] : []), "row", "column", "value"];
}

/** A row for each number; tiles, channels, rows and columns count from 1. */
function* rowsOf({ count, rows, columns, channels, values }: Tiles): Generator<Value[]> {
  let at = 0;
  for (let tile = 1; tile <= count; tile++) {
    for (let channel = 1; channel <= channels; channel++) {
      for (let row = 1; row <= rows; row++) {
        for (let column = 1; column <= columns; column++) {
          yield [tile, ...(channels === 3 ? [channel] : []), row, column, values[at++] ?? null];
        }
      }
    }
  }
}
