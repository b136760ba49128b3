// A recipe as a PyTorch program for any number of processes, which torchrun starts: what is the recipe's own in one file, and what is the same
// for every recipe in others.

import type { CodeFile } from "../api.js";
import type { ExportedGraph } from "../cpu/bunsen.js";
import { AUGMENT_PY } from "./augment-py.js";
import { isLeNet5Of1998, python as lenet5Of1998, PARAMETERS_OF_1998 } from "./lenet5-1998.js";
import { frozenOf } from "./ends.js";
import { images, learningRate } from "./pytorch.js";
import { optimizer, optimizerClass, whitenedOf, whiteningFunction } from "./pytorch-optimizer.js";
import { pythonOf } from "./pytorch-network.js";
import { RANKS_PY } from "./ranks-py.js";
import { drawnNote, type Recipe } from "./recipe.js";
import { RUN_PY } from "./run-py.js";
import { STREAMS_PY } from "./streams-py.js";
import { TRAIN_PY } from "./train-py.js";
import { treeOf } from "./tree.js";

/** The version of the package, which the run file names: a test holds it against package.json. */
export const BUNSEN = "0.1.0";

/** What a checked link promises. */
export interface Promised {
  check: string;
  /** As the link has them; empty where it has none. */
  marks: string;
}

/** The name of the program's own file: a module's, for Ray imports it. */
export const programName = ({ model }: Recipe): string => `${model.replaceAll("-", "_")}.py`;

/** All files but load.py. */
export function pytorchDistributed(graph: ExportedGraph, recipe: Recipe, promised: Promised | undefined): CodeFile[] {
  const { augmentations, alternates } = recipe;
  const isChanged = augmentations.length > 0 || alternates;
  return [
    { name: programName(recipe), text: own(graph, recipe, promised) },
    { name: "bunsen_train.py", text: TRAIN_PY },
    { name: "bunsen_ranks.py", text: RANKS_PY },
    { name: "bunsen_run.py", text: RUN_PY },
    { name: "bunsen_streams.py", text: STREAMS_PY },
    ...(isChanged ? [{ name: "bunsen_augment.py", text: AUGMENT_PY }] : []),
  ];
}

function own(graph: ExportedGraph, recipe: Recipe, promised: Promised | undefined): string {
  const network = isLeNet5Of1998(recipe) ? lenet5Of1998() : pythonOf(treeOf(graph), "bunsen_streams");
  const body = [
    ...network.classes,
    images(graph, recipe),
    source(recipe),
    changes(recipe),
    learningRate(recipe) || `def learning_rate(step, steps):\n    return ${recipe.lr}\n`,
    optimizerClass(recipe),
    `def make_optimizer(network):\n${optimizer(graph, recipe)}    return optimizer\n`,
    whiteningFunction(graph, recipe),
    criterion(recipe, network.criterion),
    constants(graph, recipe, promised),
    ENDING,
  ];
  const code = body.filter((section) => section !== "").join("\n\n");
  const modules = [...(recipe.own ? [] : ["gzip"]), ...(code.includes("math.") ? ["math"] : []), "sys"];
  const streams = ["dropout", "Dropout"].filter((name) => new RegExp(`(?<![\\w.])${name}\\(`).test(code));
  const ours = [
    ...(code.includes("bunsen_augment.") ? ["import bunsen_augment"] : []),
    ...(streams.length > 0 ? [`from bunsen_streams import ${streams.join(", ")}`] : []),
    "from bunsen_train import main, train",
    ...(recipe.own ? ["from load import load"] : []),
  ];
  return `${head(recipe)}
${[...modules.map((name) => `import ${name}`), ...network.imports, ...(recipe.own ? [] : ["from pathlib import Path"])].join("\n")}

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

${ours.join("\n")}


${code}`;
}

function head(recipe: Recipe): string {
  const name = programName(recipe);
  const data = recipe.own ? "FOLDER" : recipe.folder;
  const packages = recipe.own ? "torch numpy pillow" : "torch numpy";
  const note = drawnNote(recipe, "program");
  // Its files can be had: with them the losses are the link's.
  const drawn =
    note.length > 0
      ? `\n${note.join("\n")}\nBunsen's own are written as such files by: bunsen code LINK --data FOLDER\n`
      : "";
  return `"""${recipe.model} on any number of processes, as Bunsen trains it: ${recipe.link}

    pip install ${packages}
    torchrun --standalone --nproc-per-node 2 ${name} --data ${data}

Each process computes some of the ${recipe.shards} shards of a batch, on its card where there is one (NCCL) and on a core of the CPU
elsewhere (gloo). Gradients are added in the order of the shards, so 1, 2 or more processes give the same bits on machines of
one kind. With --fast they are added as they come, which is quicker and rounds differently.
${drawn}
Initial weights, the order of the images, their changes and dropout are drawn as Bunsen draws them, so each loss can be held
against Bunsen's: what differs is how sums are rounded. All the other files that came with this one lie beside it.
"""
`;
}

/** Reads both splits as arrays. */
function source({ own: ownImages }: Recipe): string {
  const read = ownImages
    ? "    splits = read(source)"
    : "    splits = load(source, train=True), load(source, train=False)";
  return `def images(source):
    """Images [count, channels, height, width] and labels, to train on and to test with."""
${read}
    return [tuple(part.numpy() for part in split) for split in splits]
`;
}

/** Changes a part of a batch. */
function changes({ augmentations, alternates, reflects }: Recipe): string {
  const lines = [
    alternates ? "    images = bunsen_augment.alternate(SEED, epoch, chosen, images)\n" : "",
    augmentations.length > 0
      ? `    images = bunsen_augment.augment(${JSON.stringify(augmentations)}, ${reflects ? "True" : "False"}, SEED, first, images)\n`
      : "",
  ];
  return `def changed(images, epoch, chosen, first):
    """The images as the network sees them. chosen: their numbers; first: the position of the first in the run."""
${lines.join("")}    return images
`;
}

function criterion({ smooth }: Recipe, other: string | undefined): string {
  const smoothed = smooth > 0 ? `label_smoothing=${smooth} if smooth else 0.0` : "";
  return `def criterion(smooth=True):
    """The loss: that of training, or without label smoothing that of scores."""
    return ${other ?? `nn.CrossEntropyLoss(${smoothed})`}
`;
}

function constants(graph: ExportedGraph, recipe: Recipe, promised: Promised | undefined): string {
  const { own: ownImages } = recipe;
  const python = (value: string | number | undefined): string =>
    value === undefined ? "None" : typeof value === "string" ? JSON.stringify(value) : String(value);
  const values: [string, string | number | undefined][] = [
    ["NAME", recipe.model],
    ["LINK", recipe.link],
    ["BUNSEN", BUNSEN],
    ["VERSION", recipe.version],
    ["DATA", recipe.data],
    ["TITLE", recipe.title],
    ["FOLDER", ownImages ? undefined : recipe.folder],
    ["DATA_HELP", ownImages ? "a folder or a zip of images, or own.npz" : "the folder with the data set's files"],
    ["CLASSES", ownImages?.measured?.names.length ?? ownImages?.classes ?? 10],
    ["SEED", recipe.seed],
    ["BATCH", recipe.batch],
    ["SHARDS", recipe.shards],
    ["EPOCHS", recipe.epochs],
    ["STEPS", recipe.steps],
    ["SUBSET", recipe.subset],
    ["VALIDATION", recipe.val],
    ["TEST", recipe.test],
    ["CLIP", recipe.clip],
    ["AVERAGE", recipe.average],
    ["EMA", recipe.ema],
    ["TTA", recipe.tta ?? ""],
    ["WHITENED", whitenedOf(graph, recipe) ?? ""],
    ["CHECK", promised?.check ?? ""],
    ["MARKS", promised?.marks ?? ""],
  ];
  const lines = values.map(([name, value]) => `${name} = ${python(value)}`);
  const parameters = parametersOf(graph, recipe).map((parameter) => `    ${parameter},`);
  return `${lines.join("\n")}
FILE = __file__
FROZEN = ${JSON.stringify(frozenOf(graph))}
# Name, shape, how the initial values are drawn, by which amount, and whether PyTorch has it transposed.
PARAMETERS = [
${parameters.join("\n")}
]
`;
}

function parametersOf(graph: ExportedGraph, recipe: Recipe): string[] {
  if (isLeNet5Of1998(recipe)) return PARAMETERS_OF_1998;
  const all = graph.layers.flatMap(({ parameters }) => parameters);
  return all.map(({ name, shape, init, amount }) => {
    const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
    // Nine digits tell every 32-bit number.
    const exact = Number(amount.toPrecision(9));
    return `("${name}", (${sizes}), "${init}", ${exact}, ${shape.length === 2 ? "True" : "False"})`;
  });
}

const ENDING = `def train_on(arguments):
    """For launchers that call a function, as Ray Train does; raises where the run fails."""
    if train(sys.modules[__name__], arguments) != 0:
        raise RuntimeError("The run failed: what it printed says why.")


if __name__ == "__main__":
    main(sys.modules[__name__])
`;
