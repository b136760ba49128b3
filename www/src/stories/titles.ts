import { defineMessage } from "../words/msg.js";

/** The stories' names in the order of the page: all that the first view needs of them. The rest is loaded when one is opened. */
export const TITLES: readonly { id: string; title: string }[] = [
  { id: "watch-it-learn", title: defineMessage("Watch it learn") },
  { id: "learning-rate", title: defineMessage("Learning rate") },
  { id: "depth-without-skips", title: defineMessage("Depth without skips") },
  { id: "vgg-linear-layers", title: defineMessage("What VGG's linear layers are worth") },
  { id: "auxiliary-classifiers", title: defineMessage("Why auxiliary classifiers") },
  { id: "vit-little-data", title: defineMessage("ViT with little data") },
  { id: "few-images", title: defineMessage("Fifty images") },
  { id: "split-network", title: defineMessage("A split network") },
  { id: "yours", title: defineMessage("Yours") },
];
