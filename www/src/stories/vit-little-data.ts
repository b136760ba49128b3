import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

const many = "lr=0.002&schedule=one-cycle&batch=32&steps=600&test=1000&v=1";
const few = `subset=500&${many}`;
const vit = "model=vit&depth=2&stem=patch&dim=32&pool=token";

export const vitLittleData: Story = {
  id: "vit-little-data",
  title: defineMessage("ViT with little data"),
  question: defineMessage("Does a transformer need more images than a convolutional network?"),
  about: defineMessage(
    "A vision transformer cuts the image into patches, and has to learn from examples that neighbouring patches belong together. A convolution knows that from " +
      "the start. Each network, both of them small, trains for 600 steps: on the same 500 images again and again, or on 10,000.",
  ),
  recipes: [
    { id: "vitfew", name: defineMessage("ViT, 500 images"), link: `${vit}&${few}` },
    { id: "vitmany", name: defineMessage("ViT, 10,000 images"), link: `${vit}&${many}` },
    { id: "cnnfew", name: defineMessage("LeNet-5, 500 images"), link: `model=lenet5&${few}` },
    { id: "cnnmany", name: defineMessage("LeNet-5, 10,000 images"), link: `model=lenet5&${many}` },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "ViT: {test vitfew} with 500 images, {test vitmany} with 10,000. LeNet-5: {test cnnfew} and {test cnnmany}.",
    ),
    defineMessage(
      "{compare cnnfew vitfew | With 500 images LeNet-5 is {difference} ahead. | With 500 images ViT is {difference} ahead here. | With 500 images neither is clearly ahead.}",
    ),
    defineMessage(
      "{compare cnnmany vitmany | With 10,000 LeNet-5 is {difference} ahead. | With 10,000 ViT is {difference} ahead. | With 10,000 neither is clearly ahead.}",
    ),
    defineMessage(
      "{compare vitmany vitfew | To ViT the further images are worth {difference}. | ViT is {difference} better with the few images here. | For ViT the number of images makes no clear difference.}",
    ),
    defineMessage(
      "{compare cnnmany cnnfew | To LeNet-5 they are worth {difference}. | LeNet-5 is {difference} better with the few images here. | For LeNet-5 it makes no clear difference.}",
    ),
    defineMessage(
      "Vision transformers became good by pre-training on hundreds of millions of photos: a short run on small images says nothing about that.",
    ),
  ],
};
