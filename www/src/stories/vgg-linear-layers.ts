import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

export const vggLinearLayers: Story = {
  id: "vgg-linear-layers",
  title: defineMessage("What VGG's linear layers are worth"),
  question: defineMessage("What do VGG's hidden linear layers gain for all their weights?"),
  about: defineMessage(
    "In the VGG-16 of the paper nine of ten weights are in the three linear layers at its end. Here a small VGG-11 has two hidden linear layers, " +
      "or in their place the mean of each feature map, which has no weights at all, and one linear layer.",
  ),
  recipes: [
    {
      id: "linear",
      name: defineMessage("linear layers"),
      link: "model=vgg-11&subset=4000&lr=0.005&schedule=one-cycle&batch=32&epochs=3&v=1",
    },
    {
      id: "pooling",
      name: defineMessage("average pooling"),
      link: "model=vgg-11&head=gap&subset=4000&lr=0.005&schedule=one-cycle&batch=32&epochs=3&v=1",
    },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "With linear layers {test linear} of the test images are right, by {parameters linear} parameters; with average pooling {test pooling}, by {parameters pooling}.",
    ),
    defineMessage(
      "{compare linear pooling | The linear layers are worth {difference} here. | Here the network is {difference} better without them. | That is no clear difference: {difference}, and up to {margin} may be luck.}",
    ),
  ],
};
