import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

export const learningRate: Story = {
  id: "learning-rate",
  title: defineMessage("Learning rate"),
  question: defineMessage("How large should a step be?"),
  about: defineMessage(
    "Four times the same network on the same images, for the same number of steps. Only the learning rate differs: how far each step goes along the " +
      "gradient. Before you train, say which will do best, and what the others will look like.",
  ),
  recipes: [
    { id: "tiny", name: defineMessage("lr 0.00003"), link: "model=lenet5&lr=0.00003&steps=200&v=1" },
    { id: "small", name: defineMessage("lr 0.0003"), link: "model=lenet5&lr=0.0003&steps=200&v=1" },
    { id: "medium", name: defineMessage("lr 0.006"), link: "model=lenet5&steps=200&v=1" },
    { id: "large", name: defineMessage("lr 0.3"), link: "model=lenet5&lr=0.3&steps=200&v=1" },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "Test accuracy from the smallest to the largest rate: {test tiny}, {test small}, {test medium}, {test large}.",
    ),
    defineMessage(
      "{best | Best of the four is {name}, {difference} better than the next. | None of the four is clearly the best: the two best differ by {difference}, and up to {margin} may be luck.}",
    ),
    defineMessage(
      "{learned large | With lr 0.3 it still learned something. | With lr 0.3 it is as good as guessing. | With lr 0.3 some seeds learn something, and with others it is as good as guessing.}",
    ),
    defineMessage(
      "{compare medium tiny | In as many steps lr 0.00003 is {difference} behind lr 0.006. | Here lr 0.00003 is {difference} ahead of lr 0.006. | There is no clear difference between lr 0.00003 and lr 0.006.}",
    ),
  ],
};
