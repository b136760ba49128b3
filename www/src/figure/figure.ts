/** A figure as numbers: what of a panel is saved as a file, whatever the page's theme. `svg.ts` and `csv.ts` write it. */
import type { Tiles } from "../panels/inside/tiles.js";

/** What was trained: a line under the figure. */
export interface RecipeLine {
  /** The letter of a run among several; empty where there is one. */
  mark: string;
  /** In plain words: "LeNet-5, MNIST, 4 epochs, seed 1". */
  words: string;
  /** The link that trains it again. */
  address: string;
}

export interface Figure {
  title: string;
  /** What its files are called, without an ending. */
  fileName: string;
  /** What has to be known to read it, as sentences. */
  notes: readonly string[];
  recipes: readonly RecipeLine[];
  picture: Picture;
  /** Its numbers, unrounded. */
  table: Table;
}

export type Picture = Plot | Matrix | TileSheet | Diagram;

/** Series against an axis. */
export interface Plot {
  kind: "plot";
  across: Axis;
  up: Axis;
  series: readonly Series[];
}

export interface Axis {
  /** With its unit: "seconds of training", "accuracy (%)". */
  label: string;
  from: number;
  to: number;
  /** Whether its numbers are shares, which are written as percentages. */
  isShare?: boolean;
}

export interface Series {
  /** In the legend; empty for one that needs none. */
  name: string;
  colour: string;
  /** How it is drawn; bars stand on 0, from one of the pairs in `widths` to the other. */
  as: "line" | "faint" | "rings" | "bars";
  dashes?: readonly number[];
  /** Values that are no finite numbers are gaps. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Where each bar begins and ends. */
  widths?: readonly (readonly [from: number, to: number])[];
}

/** Counts by two things, as a confusion matrix has them. */
export interface Matrix {
  kind: "matrix";
  /** What the rows are: "class". */
  rowsTitle: string;
  columnsTitle: string;
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly (readonly number[])[];
  /** What stands behind each row. */
  last: { title: string; texts: readonly string[] };
}

/** Tiles of numbers on one scale, with a bar that says what their colours mean. */
export interface TileSheet {
  kind: "tiles";
  tiles: Tiles;
  /** The tiles whose scale they are drawn on, where it is not their own. */
  scaledLike: Tiles | null;
}

/** A network as blocks, with arcs for what leads past them. */
export interface Diagram {
  kind: "diagram";
  width: number;
  height: number;
  blocks: readonly { x: number; y: number; width: number; height: number; colour: string; name: string }[];
  /** Paths, as SVG's `d` has them. */
  arcs: readonly string[];
  legend: readonly { name: string; colour: string }[];
}

/** A number that is not finite is a cell that is not known. */
export type Value = string | number | null;

export interface Table {
  header: readonly string[];
  /** Made when they are asked for: a long run has many. */
  rows: () => Iterable<readonly Value[]>;
}
