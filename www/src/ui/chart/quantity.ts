/** What the quantities of a run are called. */
import { defineMessage } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import type { Quantity } from "./view.js";

const TITLES = { loss: defineMessage("Loss"), accuracy: defineMessage("Accuracy") } as const;
const NAMES = { loss: defineMessage("loss"), accuracy: defineMessage("accuracy") } as const;

/** As a heading: "Loss". */
export function quantityTitle(quantity: Quantity): string {
  return translated(TITLES[quantity]);
}

/** Within a sentence: "loss". */
export function quantityName(quantity: Quantity): string {
  return translated(NAMES[quantity]);
}
