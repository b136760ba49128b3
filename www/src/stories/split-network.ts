import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

export const splitNetwork: Story = {
  id: "split-network",
  title: defineMessage("A split network"),
  question: defineMessage("What does it cost to cut a network in two halves that seldom talk?"),
  about: defineMessage(
    "AlexNet was too large for one graphics card of 2012, so its authors cut it in two: in three of its five convolutions each half sees its own channels alone. " +
      "Here both are small. The split one has fewer weights and does less work.",
  ),
  recipes: [
    {
      id: "whole",
      name: defineMessage("whole"),
      link: "model=alexnet&subset=3000&schedule=one-cycle&batch=32&epochs=2&test=2000&v=1",
    },
    {
      id: "split",
      name: defineMessage("split in two"),
      link: "model=alexnet&groups=2&subset=3000&schedule=one-cycle&batch=32&epochs=2&test=2000&v=1",
    },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "The whole network gets {test whole} of the test images right with {parameters whole} parameters, the split one {test split} with {parameters split}.",
    ),
    defineMessage(
      "{compare whole split | The split costs {difference} here. | Here the split network is {difference} better. | The split makes no clear difference here: {difference}, and up to {margin} may be luck.}",
    ),
  ],
};
