import type uPlot from "uplot";

import { exponential, significantTo } from "../../format.js";
import type { Colours } from "./colours.js";
import { rangeText, type Quantity, type Range } from "./view.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const QUANTITY_LABELS = { loss: defineMessage("loss"), accuracy: defineMessage("accuracy (%)") } as const;

function styleOf({ soft, line, font }: Colours): uPlot.Axis {
  return {
    stroke: soft,
    font,
    labelFont: font,
    labelSize: 18,
    labelGap: 2,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
}

/** The axis across: steps, or what else `label` names; null where the place is dear and the page says it. */
export function horizontalAxis(colours: Colours, label: string | null = msg("step")): uPlot.Axis {
  return {
    ...styleOf(colours),
    ...(label !== null && { label }),
    space: 60,
    size: label === null ? 22 : 28,
    values: (_, ticks) => ticks.map((tick) => significantTo(6, tick)),
  };
}

/** What the axis is called: with its range where it does not begin at 0, so that nobody takes a piece for the whole. */
export function quantityLabel(quantity: Quantity, range: Range): string {
  return [translated(QUANTITY_LABELS[quantity]), rangeText(quantity, range)].filter(Boolean).join(", ");
}

/** The axis of a loss, or of an accuracy in percent. @param space between two ticks, in CSS pixels */
export function quantityAxis(colours: Colours, quantity: Quantity, range: () => Range, space = 48): uPlot.Axis {
  const format = (tick: number): string => (quantity === "loss" ? tickOf(tick) : String(Math.round(100 * tick)));
  return {
    ...styleOf(colours),
    label: () => quantityLabel(quantity, range()),
    space,
    size: 38,
    values: (_, ticks) => ticks.map(format),
  };
}

/** The axis of any other value, which the heading names. */
export function valueAxis(colours: Colours): uPlot.Axis {
  return {
    ...styleOf(colours),
    space: 36,
    size: 62,
    values: (_, ticks) => ticks.map(tickOf),
  };
}

/** Ticks are round numbers, so few digits tell them apart; where a run diverged, or nearly stands still, an exponent does. */
function tickOf(tick: number): string {
  const size = Math.abs(tick);
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e6);
  return isPlain ? significantTo(4, tick) : exponential(4, tick);
}
