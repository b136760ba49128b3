// A recipe's values, as programs need them.

import { drawnData } from "../drawn-data.js";

const FOLDERS: Record<string, string> = {
  fashion: "data/fashion-mnist",
  kmnist: "data/kmnist",
  cifar10: "data/cifar-10",
  shapes: "data/cifar-10",
};

/** Of these no program reads the files. */
const UNREAD = /^(emnist|cifar100|svhn)/;

/** A link's values with types; what a recipe does not have is 0 or empty. @param link canonical */
export function readRecipe(link: string, values: Readonly<Record<string, string>>) {
  const text = (key: string): string => values[key] ?? "";
  const number = (key: string): number => Number(values[key] ?? 0);
  return {
    link,
    model: text("model"),
    data: text("data"),
    /** Whether a program reads CIFAR-10's files, and not MNIST's. */
    readsCifar10: ["cifar10", "shapes"].includes(text("data")),
    /** Whether no program reads the data set's files. */
    isUnread: UNREAD.test(text("data")),
    /** A program's default folder of the data. */
    folder: FOLDERS[text("data")] ?? "data/mnist",
    augmentations: text("aug")
      .split(",")
      .filter((name) => !["", "none", "alternate"].includes(name)),
    /** Whether every image is mirrored in every other epoch. */
    alternates: text("aug").split(",").includes("alternate"),
    /** Whether a crop finds the image's reflection outside of it, and not zeros. */
    reflects: text("pad") === "reflect",
    opt: text("opt"),
    lr: number("lr"),
    /** How many times the learning rate biases are trained with, and the last layer. */
    biasRate: number("bias_lr"),
    headRate: number("head_lr"),
    momentum: number("momentum"),
    nesterov: text("nesterov") === "on",
    beta1: number("beta1"),
    beta2: number("beta2"),
    eps: number("eps"),
    wd: number("wd"),
    decay: text("decay"),
    schedule: text("schedule"),
    warmup: number("warmup"),
    average: text("average"),
    ema: number("ema"),
    smooth: number("smooth"),
    clip: number("clip"),
    batch: number("batch"),
    epochs: number("epochs"),
    steps: number("steps"),
    /** What of each test image is scored: itself, or it and its mirror image. */
    tta: text("tta") === "flip" ? ("flip" as const) : undefined,
    seed: number("seed"),
    subset: number("subset"),
    val: number("val"),
    dropout: number("dropout"),
    shards: shardsOf(number("shards"), number("batch")),
  };
}

export type Recipe = ReturnType<typeof readRecipe>;

/** Whether parameters are trained with other learning rates than the recipe's. */
export const hasRates = ({ biasRate, headRate }: Recipe): boolean => biasRate !== 1 || headRate !== 1;

/** How many shards a batch has: the next smaller number that divides it. */
function shardsOf(wanted: number, batch: number): number {
  let shards = Math.min(wanted, batch);
  while (shards > 1 && batch % shards !== 0) shards--;
  return Math.max(1, shards);
}

/** Of drawn data: what a program reads in their place, as lines; none of other data. @param program what it is called */
export function drawnNote({ data }: Recipe, program: string): string[] {
  const drawn = drawnData(data);
  if (!drawn) return [];
  const { what, like } = drawn;
  return [
    `Bunsen draws its ${what} itself. This ${program} reads ${like}'s files or others of that kind instead, so it learns other`,
    "images unless it is given the same ones.",
  ];
}
