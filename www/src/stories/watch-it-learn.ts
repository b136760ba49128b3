import type { Story } from "./story.js";

export const watchItLearn: Story = {
  id: "watch-it-learn",
  title: "Watch it learn",
  question: "What changes while a network learns?",
  about:
    "LeNet-5 learns to read synthetic digits, which Bunsen makes. At first all its weights are random, and its answers are guesses. Draw a digit, press Train, " +
    "and watch the bars beside your drawing. The second recipe sees each image four times instead of once.",
  recipes: [
    { id: "once", name: "1 epoch", link: "model=lenet5&epochs=1&v=1" },
    { id: "four", name: "4 epochs", link: "model=lenet5&v=1" },
  ],
  seeds: [1],
  closing: [
    "After one epoch {test once} of the test images are right, and after four {test four}.",
    "{reached four 80 | With four epochs it is above 80 % for the first time at {step}. | With four epochs it does not come above 80 %. | With four epochs it is above 80 % at {step} at the earliest, and not with every seed.}",
    "{compare four once | The three further epochs are worth {difference}. | Here the three further epochs did harm: {difference} less. | The difference is too small to say that the further epochs helped.}",
  ],
};
