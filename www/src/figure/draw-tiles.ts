import { barOf, layoutOf, pixelsOf, placeOf, scaleOf, type BarPart } from "../panels/inside/colour-map.js";
import { channelsOf, hexOf, LIGHT, mixed } from "./colours.js";
import type { TileSheet } from "./figure.js";
import { pngAddress } from "./png-bytes.js";
import type { Drawn } from "./svg.js";
import { at, element, line, widthOf } from "./xml.js";
import { msg } from "../words/msg.js";

const [WIDTH, MOST_HEIGHT] = [680, 620];
/** More pixels than these are a picture within the SVG file: as rectangles, they would be more than editors open. */
const MOST_RECTANGLES = 40_000;

const COLOURS = {
  middle: channelsOf(LIGHT.paper),
  above: channelsOf(LIGHT.flame),
  below: channelsOf(LIGHT.warm),
};

/** The tiles as the page draws them in its light theme, and the bar that has their numbers. */
export function drawTiles({ tiles, scaledLike }: TileSheet): Drawn {
  const layout = layoutOf(tiles);
  const scale = scaleOf(scaledLike ?? tiles);
  const pixels = pixelsOf(tiles, COLOURS, scale, layout);
  const size = Math.min(WIDTH / layout.width, MOST_HEIGHT / layout.height);
  const [width, height] = [layout.width * size, layout.height * size];
  const isSmall = layout.width * layout.height <= MOST_RECTANGLES;
  const picture = isSmall
    ? element(
        "svg",
        {
          width,
          height,
          viewBox: `0 0 ${layout.width} ${layout.height}`,
          preserveAspectRatio: "none",
          "shape-rendering": "crispEdges",
        },
        rectanglesOf(pixels, layout.width, layout.height),
      )
    : element("image", {
        width,
        height,
        href: pngAddress(pixels, layout.width, layout.height),
        preserveAspectRatio: "none",
        "image-rendering": "pixelated",
      });
  const content = [
    element("rect", { width, height, fill: LIGHT.sunk }),
    picture,
    element("rect", { width, height, fill: "none", stroke: LIGHT.line }),
    element("g", { transform: `translate(0 ${at(height + 14)})` }, bar(barOf(scaledLike ?? tiles, scale))),
  ].join("\n");
  return { width: WIDTH, height: height + 30, content };
}

/** Neighbours of one colour in a row are one rectangle. What is clear is left out. */
function rectanglesOf(pixels: Uint8ClampedArray, width: number, height: number): string {
  const rectangles: string[] = [];
  for (let y = 0; y < height; y++) {
    let from = 0;
    for (let x = 1; x <= width; x++) {
      const before = colourAt(pixels, y * width + from);
      if (x < width && colourAt(pixels, y * width + x) === before) continue;
      if (before !== "") rectangles.push(`<path fill="${before}" d="M${from} ${y}h${x - from}v1h${from - x}z"/>`);
      from = x;
    }
  }
  return rectangles.join("");
}

function colourAt(pixels: Uint8ClampedArray, index: number): string {
  const place = 4 * index;
  return pixels[place + 3] === 0 ? "" : hexOf(pixels.subarray(place, place + 3));
}

const PART_WIDTH = 120;
const BAR_STEPS = 30;

/** From the least number over 0 to the greatest. */
function bar(parts: readonly BarPart[]): string {
  const [first] = parts;
  if (!first) return line(0, 10, msg("0 everywhere"), { fill: LIGHT.soft });
  const soft = { fill: LIGHT.soft };
  let left = widthOf(first.from, 12) + 6;
  const drawn = [line(0, 10, first.from, soft)];
  for (const part of parts) {
    for (let step = 0; step < BAR_STEPS; step++) {
      const fill = barColour(part, (step + 0.5) / BAR_STEPS);
      drawn.push(
        element("rect", {
          x: left + (step * PART_WIDTH) / BAR_STEPS,
          y: 0,
          width: PART_WIDTH / BAR_STEPS + 0.1,
          height: 11,
          fill,
        }),
      );
    }
    drawn.push(element("rect", { x: left, y: 0, width: PART_WIDTH, height: 11, fill: "none", stroke: LIGHT.line }));
    left += PART_WIDTH + 6;
    drawn.push(line(left, 10, part.to, soft));
    left += widthOf(part.to, 12) + 6;
  }
  return drawn.join("\n");
}

/** The colour at a place of a part, between those of the two shares around it. */
function barColour(part: BarPart, place: number): string {
  const { colour, shares } = part;
  const ends = shares.map((share, index) => ({ share, place: placeOf(part, index) })).sort((a, b) => a.place - b.place);
  const above = Math.max(
    1,
    ends.findIndex((end) => end.place >= place),
  );
  const [low, high] = [ends[above - 1]!, ends[above]!];
  const share = low.share + ((place - low.place) / (high.place - low.place || 1)) * (high.share - low.share);
  if (colour === "brightness") return mixed("#000000", "#ffffff", share);
  return mixed(LIGHT.paper, colour === "below" ? LIGHT.warm : LIGHT.flame, share);
}
