import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

export const auxiliaryClassifiers: Story = {
  id: "auxiliary-classifiers",
  title: defineMessage("Why auxiliary classifiers"),
  question: defineMessage("Do classifiers in the middle of a network help it to learn?"),
  about: defineMessage(
    "In training GoogLeNet has two more classifiers in its middle, whose losses are added to the last one's. Its authors wanted a stronger gradient in the early " +
      "layers. A year later some of them wrote that these classifiers hardly matter early in training, and that they regularize. The loss that is drawn is that of " +
      "the last classifier alone.",
  ),
  recipes: [
    {
      id: "one",
      name: defineMessage("one classifier"),
      link: "model=googlenet&subset=3000&lr=0.005&schedule=one-cycle&batch=32&epochs=2&test=2000&v=1",
    },
    {
      id: "three",
      name: defineMessage("two more"),
      link: "model=googlenet&aux=on&subset=3000&lr=0.005&schedule=one-cycle&batch=32&epochs=2&test=2000&v=1",
    },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage("Test accuracy with one classifier: {test one}; with two more in training: {test three}."),
    defineMessage(
      "{compare three one | They are worth {difference} here. | Here they did harm: {difference} less. | That is no clear difference: {difference}, and up to {margin} may be luck.}",
    ),
    defineMessage(
      "With one classifier {reached one 60 | 60 % were reached at {step} | 60 % were not reached | 60 % were reached with some seeds only}; with two more {reached three 60 | at {step}. | they were not. | with some seeds only.}",
    ),
  ],
};
