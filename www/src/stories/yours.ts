import { defineMessage } from "../words/msg.js";
import { DEFAULT_CLOSING } from "./closing/default.js";
import type { Story } from "./story.js";

/** What a person's own story begins as: two recipes to change, which differ in one thing. */
export const yours: Story = {
  id: "yours",
  title: defineMessage("Yours"),
  question: defineMessage("What would you like to know?"),
  about: defineMessage(
    "Ask a question that two to four recipes can answer. Let them differ in one thing only, and train each with several seeds: else it may be luck. " +
      "Then share the story as a link.",
  ),
  recipes: [
    { id: "first", name: defineMessage("LeNet-5"), link: "model=lenet5&subset=2000&v=1" },
    { id: "second", name: defineMessage("twice the images"), link: "model=lenet5&subset=4000&v=1" },
  ],
  seeds: [1, 2, 3],
  closing: DEFAULT_CLOSING,
};
