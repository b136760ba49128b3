import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

export const watchItLearn: Story = {
  id: "watch-it-learn",
  title: defineMessage("Watch it learn"),
  question: defineMessage("What changes while a network learns?"),
  about: defineMessage(
    "LeNet-5 learns to read synthetic digits, which Bunsen makes. At first all its weights are random, and its answers are guesses. Draw a digit, press Train, " +
      "and watch the bars beside your drawing. The second recipe sees each image four times instead of once.",
  ),
  recipes: [
    { id: "once", name: defineMessage("1 epoch"), link: "model=lenet5&epochs=1&v=1" },
    { id: "four", name: defineMessage("4 epochs"), link: "model=lenet5&v=1" },
  ],
  seeds: [1],
  closing: [
    defineMessage("After one epoch {test once} of the test images are right, and after four {test four}."),
    defineMessage(
      "{reached four 80 | With four epochs it is above 80 % for the first time at {step}. | With four epochs it does not come above 80 %. | With four epochs it is above 80 % at {step} at the earliest, and not with every seed.}",
    ),
    defineMessage(
      "{compare four once | The three further epochs are worth {difference}. | Here the three further epochs did harm: {difference} less. | The difference is too small to say that the further epochs helped.}",
    ),
  ],
};
