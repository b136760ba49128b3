import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

const few = "lr=0.002&batch=10&steps=200&test=1000&v=1";
/** What a recipe that starts from a network that comes with the page (`trained/`) has in its link. */
const from = (digest: string, frozen: number): string =>
  `model=lenet5&subset=50&init=${digest}&freeze=${frozen}&${few}`;
const CLOTHES = "cd8a7d5213b37a37";
const HANDWRITING = "37cc50bc19674f43";

/** The rate was chosen on training images that were kept apart: from 0.0005 to 0.006 random weights come equally far. */
export const fewImages: Story = {
  id: "few-images",
  title: defineMessage("Fifty images"),
  question: defineMessage("Does it help to start from a network that was trained on other images?"),
  about: defineMessage(
    "LeNet-5 learns drawn digits from 50 images. It starts from random weights, or from weights that come with this page: what it learned on clothes (Fashion-MNIST), " +
      "or on handwritten digits (MNIST). Its first layers are frozen: both convolutions, or all but the last layer. So it goes with photos of your own: press ResNet-8 under " +
      "“Try a trained network”, choose your images as the data, set Frozen layers, and train.",
  ),
  recipes: [
    { id: "random", name: defineMessage("random weights"), link: `model=lenet5&subset=50&${few}` },
    { id: "clothes", name: defineMessage("from clothes, 2 frozen"), link: from(CLOTHES, 2) },
    { id: "digits", name: defineMessage("from handwriting, 2 frozen"), link: from(HANDWRITING, 2) },
    { id: "last", name: defineMessage("from handwriting, 4 frozen"), link: from(HANDWRITING, 4) },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "From random weights it has {test random} of the test images right, from clothes {test clothes}, from handwriting {test digits}, and {test last} where the last layer alone learns.",
    ),
    defineMessage(
      "{compare digits random | Having learned handwritten digits is worth {difference}. | Having learned handwritten digits costs {difference} here. | Having learned handwritten digits makes no clear difference.}",
    ),
    defineMessage(
      "{compare clothes random | Having learned clothes is worth {difference}. | Having learned clothes costs {difference}. | Having learned clothes makes no clear difference.}",
    ),
    defineMessage(
      "{compare digits last | Training the linear layers too is worth {difference}. | Training the last layer alone is {difference} better. | The last layer alone comes about as far as all linear layers.}",
    ),
    defineMessage(
      "Handwritten and drawn digits are the same ten classes: with other images it may help less, or not at all, so measure it.",
    ),
  ],
};
