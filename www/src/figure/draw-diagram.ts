import { LIGHT } from "./colours.js";
import type { Diagram } from "./figure.js";
import type { Drawn } from "./svg.js";
import { element, escaped, line, widthOf } from "./xml.js";
import { printable } from "../../../crate/js/printable.js";

const WIDTH = 680;
/** In a column of a printed sheet. */
const SMALL_WIDTH = 420;
/** A short network is not drawn larger than this. */
const MOST_SCALE = 3;

/** A long network is made narrower and stays as high, as the page draws it. */
export function drawDiagram({ width, height, blocks, arcs, legend }: Diagram, { isSmall = false } = {}): Drawn {
  const room = isSmall ? SMALL_WIDTH : WIDTH;
  const scale = Math.min(isSmall ? 1.8 : MOST_SCALE, room / Math.max(1, width));
  const rise = Math.max(scale, 1.6);
  const drawn = [
    ...arcs.map((d) => element("path", { d, fill: "none", stroke: LIGHT.soft, "vector-effect": "non-scaling-stroke" })),
    ...blocks.map(({ x, y, width, height, colour, name }) =>
      element(
        "rect",
        { x: String(x), y: String(y), width: String(width), height: String(height), rx: 1.2, fill: colour },
        element("title", {}, escaped(printable(name)) || " "),
      ),
    ),
  ].join("\n");
  const [shownWidth, shownHeight] = [Math.max(1, width) * scale, height * rise];
  const picture = element(
    "svg",
    {
      width: shownWidth,
      height: shownHeight,
      viewBox: `0 0 ${Math.max(1, width)} ${height}`,
      preserveAspectRatio: "none",
    },
    drawn,
  );
  let left = 0;
  const entries = legend.map(({ name, colour }) => {
    const entry =
      element("rect", { x: left, y: 0, width: 12, height: 12, rx: 2, fill: colour }) + line(left + 18, 10, name);
    left += 18 + widthOf(name, 12) + 22;
    return entry;
  });
  const below = element("g", { transform: `translate(0 ${shownHeight + 14})` }, entries.join("\n"));
  return { width: room, height: shownHeight + 30, content: `${picture}\n${below}` };
}
