import type { Story } from "./story.js";

export const depthWithoutSkips: Story = {
  id: "depth-without-skips",
  title: "Depth without skips",
  question: "Are more layers always better?",
  about:
    "ResNet-20 with its skip connections and without, and ResNet-8 without. A deeper network can do all that a shallower one can, " +
    "and yet it may be harder to train. Look at the training loss, not only at the test accuracy: what overfits has a low training loss.",
  recipes: [
    {
      id: "shallow",
      name: "plain, 8 layers",
      link: "model=resnet-8&skip=off&data=digits&subset=500&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=1000&v=1",
    },
    {
      id: "plain",
      name: "plain, 20 layers",
      link: "model=resnet-20&skip=off&data=digits&subset=500&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=1000&v=1",
    },
    {
      id: "skips",
      name: "skips, 20 layers",
      link: "model=resnet-20&data=digits&subset=500&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=1000&v=1",
    },
  ],
  seeds: [1, 2, 3],
  closing: [
    "Test accuracy: 8 layers without skip connections {test shallow}, 20 layers without {test plain}, 20 layers with {test skips}.",
    "{compare skips plain | With skip connections 20 layers are {difference} better. | Here skip connections did harm: {difference} less. | Skip connections make no clear difference here: {difference}, and up to {margin} may be luck.}",
    "{compare-training shallow plain | Without them the deeper network is worse even on the images that it trains on, by {difference}: that is no overfitting. It is harder to train. | Without them the deeper network is {difference} better on the images that it trains on, so here depth did not hinder training. | On the images that they train on the two plain networks are about equal here, so this run does not show that depth hinders training.}",
  ],
};
