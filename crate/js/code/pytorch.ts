// A recipe as a PyTorch script: the network, its data, its optimizer and the loop, in one file.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { pythonOf } from "./pytorch-network.js";
import { isLeNet5Of1998, python as lenet5Of1998 } from "./lenet5-1998.js";
import { MEASURING, ownReading, ownUsage } from "./pytorch-own.js";
import { startFunction, started, weightsUsage } from "./pytorch-weights.js";
import { averaging, freezing, optimizer, optimizerClass, whiteningFunction } from "./pytorch-optimizer.js";
import { withMirrors } from "../score-words.js";
import { treeOf } from "./tree.js";
import { drawnNote, hasRates, type Recipe } from "./recipe.js";

/** The whole script. */
export function pytorch(graph: ExportedGraph, recipe: Recipe): string {
  const { classes, auxiliary, imports, criterion } = isLeNet5Of1998(recipe) ? lenet5Of1998() : pythonOf(treeOf(graph));
  const hasBatchNorm = graph.layers.some(({ op }) => op === "batchNorm");
  const sections = [
    ...classes,
    images(graph, recipe),
    augmentation(recipe),
    learningRate(recipe),
    optimizerClass(recipe),
    whiteningFunction(graph, recipe),
    startFunction(recipe, graph),
    loop(recipe, graph, { auxiliary, criterion, shards: hasBatchNorm ? recipe.shards : 1 }),
  ];
  const body = sections.filter((section) => section !== "").join("\n\n");
  const modules = [
    "argparse",
    ...(recipe.own ? [] : ["gzip"]),
    ...(recipe.init === "" ? [] : ["hashlib"]),
    ...(body.includes("math.") ? ["math"] : []),
    ...(recipe.init === "" ? [] : ["re"]),
  ].map((name) => `import ${name}`);
  const numpy = body.includes("np.") ? ["import numpy as np"] : [];
  return `${head(recipe, [...modules, ...imports], numpy)}\n\n${body}`;
}

function head(recipe: Recipe, imports: string[], numpy: string[]): string {
  const syntheticNote = drawnNote(recipe, "script")
    .map((line) => `\n${line}`)
    .join("");
  const usage = recipe.own
    ? ownUsage(recipe)
    : `    pip install torch numpy safetensors
    python ${recipe.model}.py --data ${recipe.folder} --weights ${recipe.model}.safetensors

--data is a folder with the files of the data set, as they are published (.gz or not). ${weightsUsage(recipe)}`;
  const own = recipe.own ? "\nfrom load import load\n" : "";
  return `"""${recipe.model}, as Bunsen trains it: ${recipe.link}

${usage}
${syntheticNote && `${syntheticNote}\n`}
What differs from Bunsen: every random number (the order of the images${recipe.augmentations.length || recipe.alternates ? ", their changes" : ""}${recipe.dropout ? ", dropout" : ""}),
for the two draw them from other generators, and the last digits of sums.
"""

${imports.map((line) => `${line}\n`).join("")}${recipe.own ? "" : "from pathlib import Path\n"}
${numpy.map((line) => `${line}\n`).join("")}import torch
import torch.nn as nn
import torch.nn.functional as F
${recipe.init === "" ? "" : "from safetensors.torch import load_file\n"}${own}`;
}

/** Reads the data set's files, and scales their bytes. */
export function images({ mean, std, input }: ExportedGraph, recipe: Recipe): string {
  const { own } = recipe;
  // Of a person's own images every digit counts: nobody can look them up.
  const short = (values: number[]): string => values.map((value) => Number(value.toPrecision(own ? 9 : 6))).join(", ");
  const [channels, rows, columns] = input;
  const read = `def read(folder, name):
    """The bytes of a file, unpacked where it is packed."""
    path = Path(folder) / name
    data = path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()
    return np.frombuffer(data, np.uint8)
`;
  const load = recipe.readsCifar10
    ? `def load(folder, train):
    """CIFAR-10's binary files: a byte for the class, then red, green and blue."""
    names = [f"data_batch_{number}.bin" for number in range(1, 6)] if train else ["test_batch.bin"]
    records = np.concatenate([read(folder, name) for name in names]).reshape(-1, 1 + 3 * 32 * 32)
    return torch.tensor(records[:, 1:].reshape(-1, 3, 32, 32)), torch.tensor(records[:, 0].astype(np.int64))
`
    : `def load(folder, train):
    """IDX files, as MNIST's: 16 bytes before the images, 8 before the labels."""
    name = "train" if train else "t10k"
    images = read(folder, f"{name}-images-idx3-ubyte")[16:].reshape(-1, ${channels}, ${rows}, ${columns})
    return torch.tensor(images), torch.tensor(read(folder, f"{name}-labels-idx1-ubyte")[8:].astype(np.int64))
`;
  const isMeasured = measures(recipe);
  const constant = (values: number[]): string =>
    isMeasured ? "None" : `torch.tensor([${short(values)}]).view(1, -1, 1, 1)`;
  const scaled = `# Of the training images' pixels, from 0 to 1.${isMeasured ? " They are measured once the images are read." : ""}
MEAN = ${constant(mean)}
DEVIATION = ${constant(std)}


def scale(images):
    """Bytes to numbers around 0."""
    return (images / 255 - MEAN) / DEVIATION
`;
  if (own) return [ownReading(own), ...(isMeasured ? [MEASURING] : []), scaled].join("\n\n");
  return [read, load, scaled].join("\n\n");
}

/** Whether the script measures the images itself: where nobody has, and the network wants it. */
const measures = (recipe: Recipe): boolean =>
  recipe.own?.measured === undefined && !isLeNet5Of1998(recipe) && !!recipe.own;

const CHANGES: Record<string, string> = {
  reflected: `        # A crop of the image's size, after padding by 4 with its reflection.
        top, left = torch.randint(9, (2,)).tolist()
        image = F.pad(image.float(), (4,) * 4, mode="reflect")[:, top : top + height, left : left + width]
`,
  crop: `        # A crop of the image's size, after padding by 4.
        top, left = torch.randint(9, (2,)).tolist()
        image = F.pad(image, (4,) * 4)[:, top : top + height, left : left + width]
`,
  flip: `        if torch.rand(()) < 0.5:
            image = image.flip(2)
`,
  cutout: `        # A square of half the side is blank; part of it may lie outside.
        y, x = (torch.rand(2) * torch.tensor([height, width])).long().tolist()
        image = image.clone()
        image[:, max(0, y - height // 4) : y + height // 4, max(0, x - width // 4) : x + width // 4] = 0
`,
};

const SPLINE = `def spline(side):
    """How much every place of a side sees of each of 7 nodes: the uniform cubic B-spline."""
    at = (torch.arange(side) + 0.5) / side * 4
    first = at.long().clamp(max=3)
    t = at - first
    weights = [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]
    return torch.zeros(side, 7).scatter(1, first[:, None] + torch.arange(4), torch.stack(weights, 1) / 6)


`;

function augmentation({ augmentations, reflects }: Recipe): string {
  if (augmentations.length === 0) return "";
  const [shift, rotate, elastic] = ["shift", "rotate", "elastic"].map((name) => augmentations.includes(name));
  const warp =
    shift || rotate || elastic
      ? `        # ${[shift && "shifted by up to 2 pixels", rotate && "turned by up to 10 degrees", elastic && "distorted (Simard and others, 2003)"].filter(Boolean).join(", ")}
        angle = ${rotate ? "math.radians(10) * (2 * torch.rand(()).item() - 1)" : "0.0"}
        dx, dy = ${shift ? "((2 * torch.rand(2) - 1) * 4 / width).tolist()" : "0.0, 0.0"}
        turn = torch.tensor([[math.cos(angle), -math.sin(angle), dx], [math.sin(angle), math.cos(angle), dy]])
        grid = F.affine_grid(turn[None], (1, *image.shape), align_corners=False)
${
  elastic
    ? `        # A smooth field: random displacements of a few nodes, and a cubic B-spline between them.
        bent = spline(height) @ (0.09 * torch.randn(2, 7, 7)) @ spline(width).T
        grid = grid + 2 * bent.flip(0).permute(1, 2, 0)
`
    : ""
}        image = F.grid_sample(image[None].float(), grid, align_corners=False)[0]
`
      : "";
  const others = ["crop", "flip", "cutout"]
    .filter((name) => augmentations.includes(name))
    .map((name) => CHANGES[name === "crop" && reflects ? "reflected" : name]);
  return `${elastic ? SPLINE : ""}def augment(images):
    """Changes each image at random, as Bunsen does (${augmentations.join(", ")}), if not by the same numbers."""
    height, width = images.shape[2:]
    changed = []
    for image in images:
${warp}${others.join("")}        changed.append(image)
    return torch.stack(changed)
`;
}

/** The rate of each step; nothing where that is always the same. */
export function learningRate({ schedule, warmup, lr }: Recipe): string {
  if (schedule === "constant" && warmup === 0) return "";
  if (schedule === "one-cycle") {
    return `def learning_rate(step, steps):
    """One cycle (Smith and Topin, 2018), with cosines: up in the first 0.3 of the run, then down."""
    top = 0.3 * steps - 1

    def between(start, end, part):
        return end + (start - end) * 0.5 * (1 + math.cos(math.pi * min(max(part, 0), 1)))

    if step <= top:
        return ${lr} * between(1 / 25, 1, step / max(top, 1))
    return ${lr} * between(1, 1e-4 / 25, (step - top) / max(steps - 1 - top, 1))
`;
  }
  const factors: Record<string, string> = {
    constant: "1.0",
    linear: "1 - done",
    cosine: "0.5 * (1 + math.cos(math.pi * done))",
    step: "1.0 if done < 0.5 else 0.1 if done < 0.75 else 0.01",
  };
  const warmupCode =
    warmup > 0
      ? `    warmup = int(${warmup} * steps + 0.5)
    if step < warmup:
        return ${lr} * (step + 1) / (warmup + 1)
`
      : "";
  const progressCode =
    schedule === "constant"
      ? ""
      : warmup > 0
        ? `    done = min((step - warmup) / max(steps - warmup, 1), 1)
`
        : `    done = min(step / max(steps, 1), 1)
`;
  const words = [warmup > 0 ? `Warm-up in a share of ${warmup} of the run` : "", schedule]
    .filter(Boolean)
    .join(", then ");
  return `def learning_rate(step, steps):
    """${words[0]?.toUpperCase()}${words.slice(1)}. Steps count from 0."""
${warmupCode}${progressCode}    return ${lr} * (${factors[schedule] ?? "1.0"})
`;
}

function loop(
  recipe: Recipe,
  graph: ExportedGraph,
  { auxiliary, criterion, shards }: { auxiliary: boolean; criterion: string | undefined; shards: number },
): string {
  const { subset, val, batch, epochs, steps, smooth, clip, augmentations, alternates, seed, schedule, warmup, model } =
    recipe;
  const average = averaging(recipe);
  const scheduled = schedule !== "constant" || warmup > 0;
  const shown = alternates ? "shown" : "images[chosen]";
  const inputs = augmentations.length ? `scale(augment(${shown}))` : `scale(${shown})`;
  const alternation = alternates
    ? `        # Every image is mirrored in every other epoch.
        shown, mirrored = images[chosen], begins[chosen] ^ (step // batches % 2 == 1)
        shown[mirrored] = shown[mirrored].flip(3)
`
    : "";
  const indent = shards > 1 ? "            " : "        ";
  const loss = auxiliary
    ? `${indent}scores, others = network(x)
${indent}loss = criterion(scores, y)
${indent}# The auxiliary heads add to the gradient. The loss that is printed is without theirs, as Bunsen's is.
${indent}objective = loss + sum(factor * criterion(other, y) for other, factor in others)
`
    : `${indent}loss = criterion(network(x), y)
`;
  const objective = auxiliary ? "objective" : "loss";
  const backwardCode =
    shards > 1
      ? `        # Bunsen cuts a batch into ${shards} parts, and batch normalization measures each by itself.
        total = 0.0
        for x, y in zip(inputs.chunk(${shards}), labels[chosen].chunk(${shards})):
${loss}            (${objective} / ${shards}).backward()
            total += loss.item() / ${shards}
`
      : `        x, y = inputs, labels[chosen]
${loss}        ${objective}.backward()
        total = loss.item()
`;
  const subsetCode =
    subset > 0
      ? `    images, labels = images[:${subset}], labels[:${subset}]
`
      : "";
  const validationCode =
    val > 0
      ? `    # ${val} examples are kept apart, to choose settings by.
    order = torch.randperm(len(images))
    kept, others = order[:${val}], order[${val}:]
    images, labels = images[others], labels[others]
`
      : "";
  // A data set that is published has enough of them.
  const enough = recipe.own
    ? `    if len(images) < ${batch}:
        raise SystemExit(f"{options.data} has {len(images)} images to train on, and a batch has ${batch}: give more of them.")
`
    : "";
  const measuring = `    global MEAN, DEVIATION
    MEAN, DEVIATION = measure(images)
`;
  const reading = recipe.own
    ? `    (images, labels), test = read(options.data)
${measures(recipe) ? measuring : ""}`
    : `    images, labels = load(options.data, train=True)
`;
  return `def main():
    arguments = argparse.ArgumentParser(description="Trains ${model} as Bunsen does.")
    arguments.add_argument("--data", ${recipe.own ? `required=True, help="a folder or a zip of images, or own.npz"` : `default="${recipe.folder}", help="the folder with the data set's files"`})
    arguments.add_argument("--weights", ${recipe.init === "" ? "" : "required=True, "}help="a safetensors file to start from")
    arguments.add_argument("--steps", type=int, help="stop after so many steps")
    options = arguments.parse_args()

    torch.manual_seed(${seed})
    network = Network()
${started(recipe)}${reading}${subsetCode}${validationCode}${enough}    criterion = ${criterion ?? `nn.CrossEntropyLoss(${smooth > 0 ? `label_smoothing=${smooth}` : ""})`}
${freezing(graph, recipe)}${optimizer(graph, recipe)}${average.before}${
    alternates
      ? `    # Which images are mirrored first.
    begins = torch.rand(len(images)) < 0.5
`
      : ""
  }
    # An epoch is as many whole batches as there are; what is left over waits for another order.
    batches = len(images) // ${batch}
    steps = ${steps > 0 ? steps : `${epochs} * batches`}
    for step in range(min(steps, options.steps or steps)):
        if step % batches == 0:
            order = torch.randperm(len(images))
        chosen = order[step % batches * ${batch} :][:${batch}]
${alternation}        inputs = ${inputs}
${
  scheduled
    ? `        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)${hasRates(recipe) ? ' * group["factor"]' : ""}
`
    : ""
}        optimizer.zero_grad()
${backwardCode}${
    clip > 0
      ? `        nn.utils.clip_grad_norm_(network.parameters(), ${clip})
`
      : ""
  }        optimizer.step()
${average.after}        print(f"step {step + 1} of {steps}: loss {total:.6f}", flush=True)

${average.scored}    network.eval()
    images, labels = ${recipe.own ? "test" : "load(options.data, train=False)"}
${
  recipe.test > 0
    ? `    images, labels = images[:${recipe.test}], labels[:${recipe.test}]
`
    : ""
}${
    recipe.tta
      ? `
    def scored(x):
        """Test-time augmentation: the mean of the logits of each image and of its mirror image."""
        return (network(x) + network(x.flip(-1))) / 2

`
      : ""
  }    with torch.no_grad():
        parts = zip(images.split(1000), labels.split(1000))
        right = sum((${recipe.tta ? "scored" : "network"}(scale(x)).argmax(1) == y).sum().item() for x, y in parts)
    print(f"{right} of {len(images)} test images are right${withMirrors(recipe)}: {100 * right / len(images):.2f} %")


if __name__ == "__main__":
    main()
`;
}
