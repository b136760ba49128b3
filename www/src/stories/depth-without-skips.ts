import { defineMessage } from "../words/msg.js";
import type { Story } from "./story.js";

/** Two layers that make the image smaller, and behind them as many as a recipe wants, all alike. */
const START = "conv16x3p1s2,norm,relu,conv16x3p1s2,norm,relu";
const PLAIN = "conv16x3p1,norm,relu";
const BLOCK = "res(conv16x3p1,norm,relu,conv16x3p1,norm),relu";
const training = "subset=2000&lr=0.005&schedule=one-cycle&batch=32&epochs=2&test=1000&v=1";

function link(layers: string, times: number): string {
  return `model=stack&layers=${[START, ...Array<string>(times).fill(layers), "gap"].join(",")}&${training}`;
}

export const depthWithoutSkips: Story = {
  id: "depth-without-skips",
  title: defineMessage("Depth without skips"),
  question: defineMessage("Are more layers always better?"),
  about: defineMessage(
    "Three networks of narrow convolutions: 8 in a row, 40 in a row, and 40 of which each pair has a skip connection, as a ResNet has. A deeper network can do all that a shallower " +
      "one can, and yet it may be harder to train. Look at the training loss, not only at the test accuracy: what overfits has a low training loss.",
  ),
  recipes: [
    { id: "shallow", name: defineMessage("plain, 8 layers"), link: link(PLAIN, 6) },
    { id: "plain", name: defineMessage("plain, 40 layers"), link: link(PLAIN, 38) },
    { id: "skips", name: defineMessage("skips, 40 layers"), link: link(BLOCK, 19) },
  ],
  seeds: [1, 2, 3],
  closing: [
    defineMessage(
      "Test accuracy: 8 layers without skip connections {test shallow}, 40 layers without {test plain}, 40 layers with {test skips}.",
    ),
    defineMessage(
      "{compare skips plain | With skip connections 40 layers are {difference} better. | Here skip connections did harm: {difference} less. | Skip connections make no clear difference here: {difference}, and up to {margin} may be luck.}",
    ),
    defineMessage(
      "{compare-training shallow plain | Without them the deeper network is worse even on the images that it trains on, by {difference}: that is no overfitting. It is harder to train. | Without them the deeper network is {difference} better on the images that it trains on, so here depth did not hinder training. | On the images that they train on the two plain networks are about equal here, so this run does not show that depth hinders training.}",
    ),
  ],
};
