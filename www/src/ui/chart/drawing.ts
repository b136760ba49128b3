/** What is drawn over a plot's axes and is no series of it: curves and points with places of their own. */
import type uPlot from "uplot";

interface LineStyle {
  colour: string;
  /** In CSS pixels, as the dashes. */
  width: number;
  dashes?: readonly number[];
}

/** A line through all points whose value is known; it is interrupted where one is not. */
export function drawLine(
  plot: uPlot,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  { colour, width, dashes = [] }: LineStyle,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  let isOn = false;
  for (let at = 0; at < xs.length; at++) {
    const y = ys[at]!;
    if (!Number.isFinite(y)) {
      isOn = false;
      continue;
    }
    const place = [plot.valToPos(xs[at]!, "x", true), plot.valToPos(y, "y", true)] as const;
    if (isOn) ctx.lineTo(...place);
    else ctx.moveTo(...place);
    isOn = true;
  }
  ctx.lineWidth = width * ratio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = colour;
  ctx.setLineDash(dashes.map((dash) => dash * ratio));
  ctx.stroke();
  ctx.restore();
}

/** Points, as rings: test points stand on steps of their own. */
export function drawRings(
  plot: uPlot,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  { colour, paper }: { colour: string; paper: string },
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 6 * ratio, bbox.width + 8 * ratio, bbox.height + 12 * ratio);
  ctx.clip();
  ctx.lineWidth = 2 * ratio;
  ctx.fillStyle = paper;
  ctx.strokeStyle = colour;
  for (let at = 0; at < xs.length; at++) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(xs[at]!, "x", true), plot.valToPos(ys[at]!, "y", true), 4 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
