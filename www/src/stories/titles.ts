/** The stories' names in the order of the page: all that the first view needs of them. The rest is loaded when one is opened. */
export const TITLES: readonly { id: string; title: string }[] = [
  { id: "watch-it-learn", title: "Watch it learn" },
  { id: "learning-rate", title: "Learning rate" },
  { id: "depth-without-skips", title: "Depth without skips" },
  { id: "vgg-linear-layers", title: "What VGG's linear layers are worth" },
  { id: "auxiliary-classifiers", title: "Why auxiliary classifiers" },
  { id: "vit-little-data", title: "ViT with little data" },
  { id: "split-network", title: "A split network" },
  { id: "yours", title: "Yours" },
];
