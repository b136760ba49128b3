// A recipe's values, as programs need them.

import { imageOptions, isCustom, type ClassFolder, type ImageFit } from "../custom-dataset-keys.js";
import { drawnData } from "../drawn-data.js";
import type { Normalization } from "../cpu/bunsen.js";

const FOLDERS: Record<string, string> = {
  fashion: "data/fashion-mnist",
  kmnist: "data/kmnist",
  cifar10: "data/cifar-10",
  shapes: "data/cifar-10",
};

const TITLES: Record<string, string> = {
  digits: "Synthetic digits",
  shapes: "Synthetic shapes",
  mnist: "MNIST",
  fashion: "Fashion-MNIST",
  kmnist: "KMNIST",
  cifar10: "CIFAR-10",
  own: "Your own images",
};

/** Of these no program reads the files. */
const UNREAD = /^(emnist|cifar100|svhn)/;

/** What a program needs of a person's own images. */
export interface OwnImages {
  size: 28 | 32;
  colour: boolean;
  fit: ImageFit;
  folder: ClassFolder;
  /** Empty where the link names none. */
  digest: string;
  /** In full: it may have more digits than a number of JavaScript. */
  seed: string;
  /** How many classes. */
  classes: number;
  /** What was measured of them; nothing where they are not here. */
  measured: { names: readonly string[]; normalization: Normalization } | undefined;
}

/** What the values say of a person's own images; nothing of other data. */
function ownImages(values: Readonly<Record<string, string>>, measured: OwnImages["measured"]): OwnImages | undefined {
  if (!isCustom(values)) return undefined;
  const { size, channels, fit, folder } = imageOptions(values);
  const [digest = "", seed = "1"] = [values["own"], values["seed"]];
  return {
    size,
    colour: channels === "colour",
    fit,
    folder,
    digest,
    seed,
    classes: Number(values["classes"]),
    measured,
  };
}

/** A link's values with types; what a recipe does not have is 0 or empty. @param link canonical @param measured of a person's own images */
export function readRecipe(link: string, values: Readonly<Record<string, string>>, measured?: OwnImages["measured"]) {
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
    /** Of a person's own images. */
    own: ownImages(values, measured),
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
    /** The version of the recipe's meaning. */
    version: Number(/(?:^|&)v=(\d+)/.exec(link)?.[1] ?? 1),
    /** What the data set is called in words. */
    title: TITLES[text("data")] ?? text("data"),
    subset: number("subset"),
    val: number("val"),
    /** How many of the test images are scored, the first of them; 0 for all. */
    test: number("test"),
    dropout: number("dropout"),
    /** Whether the first filters whiten patches of the images. */
    whitens: text("whiten") === "on",
    /** The digest of the file of weights that the run starts from; empty where it draws them. */
    init: text("init"),
    /** How many of the first layers stay as they are. */
    freeze: number("freeze"),
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
