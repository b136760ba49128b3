import { exponential, significantTo } from "../format.js";
import { LIGHT } from "./colours.js";
import type { Axis, Plot, Series } from "./figure.js";
import type { Drawn } from "./svg.js";
import { ticks } from "./ticks.js";
import { at, element, line, shortened, widthOf } from "./xml.js";

/** How large a plot is, with the numbers and names of its axes. */
interface Size {
  width: number;
  height: number;
}

const USUAL: Size = { width: 680, height: 340 };
/** For a column of a printed sheet. */
const SMALL: Size = { width: 420, height: 215 };
/** Around the plot, for the numbers and names of its axes. */
const [LEFT, TOP, RIGHT, BOTTOM] = [70, 10, 18, 48];
const LEGEND_ROW = 20;
const NUMBER_SIZE = 12;

/** Where a value stands on the paper. */
type Place = (value: number) => number;

export function drawPlot({ across, up, series }: Plot, { isSmall = false } = {}): Drawn {
  const size = isSmall ? SMALL : USUAL;
  const { width, height } = size;
  const [innerWidth, innerHeight] = [width - LEFT - RIGHT, height - TOP - BOTTOM];
  const x = placeOn(across, 0, innerWidth);
  const y = placeOn(up, innerHeight, 0);
  // An inner picture of its own cuts off what leaps past the axes.
  const inner = (content: string): string =>
    element("svg", { x: LEFT, y: TOP, width: innerWidth, height: innerHeight, overflow: "hidden" }, content);
  const rings = series.filter(({ as }) => as === "rings");
  const curves = series.filter(({ as }) => as !== "rings").map((one) => drawn(one, x, y));
  const legend = legendOf(series, width);
  const content = [
    ...acrossAxis(across, x, size),
    ...upAxis(up, y, size),
    inner(curves.join("\n")),
    // A ring at the end of an axis is drawn whole.
    element(
      "g",
      { transform: `translate(${LEFT} ${TOP})` },
      rings.map((one) => ringsOf(one, across, up, x, y)).join("\n"),
    ),
    element("path", {
      d: `M${LEFT} ${TOP}V${height - BOTTOM}H${width - RIGHT}`,
      fill: "none",
      stroke: LIGHT.edge,
    }),
    element("g", { transform: `translate(0 ${height + 8})` }, legend.content),
  ].join("\n");
  return { width, height: height + (legend.height > 0 ? legend.height + 4 : 0), content };
}

function placeOn({ from, to }: Axis, start: number, end: number): Place {
  const length = to - from || 1;
  return (value) => start + ((value - from) / length) * (end - start);
}

/** Few digits tell round numbers apart; where they are huge or tiny, an exponent does. */
function numberOf(value: number, { isShare = false }: Axis): string {
  const shown = isShare ? Number((100 * value).toPrecision(6)) : value;
  const size = Math.abs(shown);
  return size === 0 || (size >= 1e-3 && size < 1e6)
    ? significantTo(6, shown).replace(/^-/, "−")
    : exponential(4, shown);
}

function acrossAxis(axis: Axis, x: Place, { width, height }: Size): string[] {
  const base = height - BOTTOM;
  const marks = ticks(axis.from, axis.to, 7).flatMap((tick) => [
    element("path", { d: `M${at(LEFT + x(tick))} ${TOP}V${base}`, stroke: LIGHT.line }),
    line(LEFT + x(tick), base + 17, numberOf(tick, axis), {
      "text-anchor": "middle",
      "font-size": NUMBER_SIZE,
      fill: LIGHT.soft,
    }),
  ]);
  return [...marks, line((LEFT + width - RIGHT) / 2, base + 37, axis.label, { "text-anchor": "middle" })];
}

function upAxis(axis: Axis, y: Place, { width, height }: Size): string[] {
  const marks = ticks(axis.from, axis.to, 5).flatMap((tick) => [
    element("path", { d: `M${LEFT} ${at(TOP + y(tick))}H${width - RIGHT}`, stroke: LIGHT.line }),
    line(LEFT - 8, TOP + y(tick) + 4, numberOf(tick, axis), {
      "text-anchor": "end",
      "font-size": NUMBER_SIZE,
      fill: LIGHT.soft,
    }),
  ]);
  const middle = (TOP + height - BOTTOM) / 2;
  return [
    ...marks,
    element(
      "g",
      { transform: `translate(14 ${at(middle)}) rotate(-90)` },
      line(0, 0, axis.label, { "text-anchor": "middle" }),
    ),
  ];
}

function drawn(series: Series, x: Place, y: Place): string {
  if (series.as === "bars") return barsOf(series, x, y);
  return element("path", {
    d: pathOf(series, x, y) || "M0 0",
    fill: "none",
    ...strokeOf(series),
    "stroke-linejoin": "round",
  });
}

function strokeOf({ as, colour, dashes = [] }: Series): Record<string, string | undefined> {
  return {
    stroke: colour,
    "stroke-width": as === "faint" ? "1" : "2",
    "stroke-opacity": as === "faint" ? "0.3" : undefined,
    "stroke-dasharray": dashes.length > 0 ? dashes.join(" ") : undefined,
  };
}

/** What is not known is a gap. */
function pathOf(series: Series, x: Place, y: Place): string {
  const path: string[] = [];
  let isGap = true;
  for (let index = 0; index < series.x.length; index++) {
    const [across, up] = [series.x[index] ?? NaN, series.y[index] ?? NaN];
    if (!Number.isFinite(across) || !Number.isFinite(up)) {
      isGap = true;
      continue;
    }
    path.push(`${isGap ? "M" : "L"}${at(x(across))} ${at(y(up))}`);
    isGap = false;
  }
  return path.join("");
}

function barsOf({ colour, y: heights, widths = [] }: Series, x: Place, y: Place): string {
  return widths
    .flatMap(([from, to], index) => {
      const height = heights[index] ?? NaN;
      if (!Number.isFinite(height)) return [];
      return element("rect", {
        x: x(from) + 1,
        y: y(height),
        width: x(to) - x(from) - 2,
        height: y(0) - y(height),
        fill: colour,
        "fill-opacity": "0.3",
        stroke: colour,
      });
    })
    .join("\n");
}

function ringsOf({ x: xs, y: ys, colour }: Series, across: Axis, up: Axis, x: Place, y: Place): string {
  const rings: string[] = [];
  for (let index = 0; index < xs.length; index++) {
    const [place, value] = [xs[index] ?? NaN, ys[index] ?? NaN];
    if (!(place >= across.from && place <= across.to && value >= up.from && value <= up.to)) continue;
    rings.push(ring(x(place), y(value), colour));
  }
  return rings.join("\n");
}

function ring(cx: number, cy: number, colour: string): string {
  return element("circle", { cx, cy, r: 4, fill: LIGHT.paper, stroke: colour, "stroke-width": "2" });
}

/** What each series is, in rows under the axis. */
function legendOf(series: readonly Series[], room: number): { content: string; height: number } {
  const named = series.filter(({ name }) => name !== "");
  const sampleWidth = 28;
  let [left, row] = [LEFT, 0];
  const entries = named.map((one) => {
    const name = shortened(one.name, 60);
    const width = sampleWidth + 8 + widthOf(name, NUMBER_SIZE) + 20;
    if (left > LEFT && left + width > room) [left, row] = [LEFT, row + 1];
    const y = row * LEGEND_ROW + 10;
    const entry = sample(one, left, y, sampleWidth) + line(left + sampleWidth + 8, y + 4, name);
    left += width;
    return entry;
  });
  return { content: entries.join("\n"), height: named.length > 0 ? (row + 1) * LEGEND_ROW : 0 };
}

function sample(series: Series, x: number, y: number, width: number): string {
  if (series.as === "rings") return ring(x + width / 2, y, series.colour);
  if (series.as === "bars") {
    const box = { x: x + 6, y: y - 6, width: 16, height: 12 };
    return element("rect", { ...box, fill: series.colour, "fill-opacity": "0.3", stroke: series.colour });
  }
  return element("path", { d: `M${at(x)} ${at(y)}h${width}`, fill: "none", ...strokeOf(series) });
}
