import { defineMessage } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import type { Quantity } from "./plot.js";

const TITLES = { loss: defineMessage("Training loss"), accuracy: defineMessage("Test accuracy") } as const;

/** What a chart of a story is called. */
export function chartTitle(quantity: Quantity): string {
  return translated(TITLES[quantity]);
}
