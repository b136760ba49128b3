// A recipe as a Rust program on burn: the network, its data, its optimizer and the loop.

import type { CodeFile } from "../api.js";
import type { ExportedGraph } from "../cpu/bunsen.js";
import { drawnNote, type Recipe } from "./recipe.js";
import { augmenting } from "./rust-augment.js";
import { data, float, measures } from "./rust-data.js";
import { rustOf, type RustNetwork } from "./rust-network.js";
import { checkOptimizer, CLIPPED, constructorOf, learningRate, optimizerUses } from "./rust-optimizer.js";
import { OWN_CRATES, OWN_MODULES, ownFiles, ownUsage } from "./rust-own.js";
import { loading, made, SHA2, weightsUsage, weightsUses } from "./rust-weights.js";
import { isLeNet5Of1998, rust as lenet5Of1998 } from "./lenet5-1998.js";
import { withMirrors } from "../score-words.js";
import { treeOf } from "./tree.js";

/** The program's files. */
export const rustFiles = (graph: ExportedGraph, recipe: Recipe): CodeFile[] => [
  { name: "Cargo.toml", text: manifest(recipe) },
  { name: "src/main.rs", text: rust(graph, recipe) },
  ...(recipe.own ? ownFiles() : []),
];

/** `Cargo.toml`. */
function manifest(recipe: Recipe): string {
  return `[package]
name = "${recipe.model}"
version = "0.1.0"
edition = "2024"

[dependencies]
burn = { version = "=0.22.1", default-features = false, features = ["std", "flex", "simd", "autodiff", "optim", "safetensors", "store"] }
${recipe.own ? OWN_CRATES : ""}${recipe.init !== "" && !recipe.own ? SHA2 : ""}
# Without optimisation, training is hundreds of times slower.
[profile.dev]
opt-level = 3
`;
}

/** The whole of `main.rs`. */
function rust(graph: ExportedGraph, recipe: Recipe): string {
  checkOptimizer(recipe);
  const network = isLeNet5Of1998(recipe) ? lenet5Of1998() : rustOf(treeOf(graph));
  const { structs, uses } = network;
  const decays = recipe.wd > 0 && recipe.decay !== "all";
  const padded = structs.some((text) => text.includes("PaddingConfig2d"));
  const used = [
    ...new Set([
      ...uses,
      "burn::module::Module",
      ...(recipe.clip > 0 ? ["burn::module::ModuleVisitor", "burn::module::Param"] : []),
      "burn::nn::loss::CrossEntropyLossConfig",
      ...(padded ? ["burn::nn::PaddingConfig2d"] : []),
      ...optimizerUses(recipe, decays),
      ...weightsUses(recipe, graph),
      "burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore}",
      "burn::tensor::{Device, Distribution, Int, Tensor, TensorData}",
      ...(recipe.init === "" ? [] : ["sha2::{Digest, Sha256}"]),
    ]),
  ].sort();
  const functions = [...augmenting(recipe), learningRate(recipe), recipe.clip > 0 ? CLIPPED : ""];
  return [head(recipe, used), ...structs, data(graph, recipe), ...functions, main(graph, recipe, decays, network)]
    .filter((section) => section !== "")
    .join("\n");
}

function head(recipe: Recipe, uses: string[]): string {
  const note = drawnNote(recipe, "program").map((line) => `//! ${line}\n`);
  const syntheticNote = note.length > 0 ? `${note.join("")}//!\n` : "";
  const usage = recipe.own
    ? `${ownUsage(recipe)}`
    : `//!     cargo run --release -- ${recipe.folder} ${recipe.model}.safetensors
//!
//! The first word is a folder with the data set's files, unpacked;`;
  return `//! ${recipe.model}, as Bunsen trains it: ${recipe.link}
//!
${usage} ${weightsUsage(recipe)} A third one is how many steps are done.
//!
${syntheticNote}//! What differs from Bunsen: every random number (the order of the images${recipe.augmentations.length ? ", their changes" : ""}${recipe.dropout ? ", dropout" : ""}), the last digits of sums, and that
//! batch normalization, where there is any, measures the whole batch, where Bunsen cuts it into parts.

${recipe.own ? `${OWN_MODULES}\n` : ""}use std::error::Error;
${recipe.own && recipe.init === "" ? "" : "use std::fs;\n"}use std::path::Path;
${measures(recipe) ? "use std::sync::OnceLock;\n" : ""}
${uses.map((use) => `use ${use};\n`).join("")}`;
}

function main(graph: ExportedGraph, recipe: Recipe, decays: boolean, { auxiliary, scores }: RustNetwork): string {
  const { batch, epochs, steps, subset, val, smooth, seed } = recipe;
  const constructor = constructorOf(graph, recipe, decays);
  const batches = [1, 2, 3, 4, 5].map((number) => `"data_batch_${number}.bin"`).join(", ");
  const names = recipe.readsCifar10 ? [`&[${batches}]`, `&["test_batch.bin"]`] : [`"train"`, `"t10k"`];
  const count = subset > 0 ? `${subset}` : "train.labels.len()";
  const subsetCode =
    subset + val > 0
      ? `${val > 0 ? `    // ${val} examples are kept apart, to choose settings by: here the last ones.\n` : ""}    let used: Vec<usize> = (0..${count}${val > 0 ? ` - ${val}` : ""}).collect();
    let train = train.pick(&used);
`
      : "";
  // A data set that is published has enough of them.
  const enough = recipe.own
    ? `    if train.labels.len() < ${batch} {
        let count = train.labels.len();
        return Err(format!("{source} has {count} images to train on, and a batch has ${batch}: give more of them.").into());
    }
`
    : "";
  const augmentation = recipe.augmentations.length > 0 ? ".changed(&plain)" : "";
  const forward = (images: string): string => `network.forward(${images})${auxiliary ? ".0" : ""}`;
  const scored = recipe.tta
    ? `        // Test-time augmentation: the mean of the logits of each image and of its mirror image.
        let logits = (${forward("images.clone()")} + ${forward("images.flip([3])")}) / 2.0;
`
    : "";
  const loss = auxiliary
    ? `        let (scores, others) = network.forward(images);
        let loss = criterion.forward(scores, labels.clone());
        // The auxiliary heads add to the gradient. The loss that is printed is without theirs, as Bunsen's is.
        let mut objective = loss.clone();
        for (scores, part) in others {
            objective = objective + criterion.forward(scores, labels.clone()) * part;
        }
`
    : `        let loss = criterion.forward(${scores ? `${scores}(network.forward(images))` : "network.forward(images)"}, labels);
`;
  const source = recipe.own
    ? `    let source = words.first().ok_or("Give a folder or a zip of images, or own.npz, as the first word.")?;
    let [train, test] = read(Path::new(source))?;
`
    : `    let folder = Path::new(words.first().map_or("${recipe.folder}", String::as_str));
`;
  return `${loading(recipe, graph)}
fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
${source}    // What is computed on this device leaves a graph to go back through; on the inner one, it does not.
    let plain = Device::flex();
    let device = plain.clone().autodiff();
    device.seed(${seed});

${made(recipe, graph)}${recipe.own ? "" : `    let train = Examples::read(folder, ${names[0]})?;\n`}${subsetCode}${enough}    let criterion = CrossEntropyLossConfig::new()${smooth > 0 ? `.with_smoothing(Some(${smooth}))` : ""}.init(&device);
    let mut optimizer = ${constructor};

    // An epoch is as many whole batches as there are; what is left over waits for another order.
    let batches = train.labels.len() / ${batch};
    let steps = ${steps > 0 ? steps : `${epochs} * batches`};
    let until = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(steps);
    let mut order = Vec::new();
    for step in 0..until.min(steps) {
        if step % batches == 0 {
            order = shuffled(train.labels.len(), &plain);
        }
        let chosen = &order[step % batches * ${batch}..][..${batch}];
        let (images, labels) = train.pick(chosen)${augmentation}.tensors(&device);
${loss}        let gradients = GradientsParams::from_grads(${auxiliary ? "objective" : "loss"}.backward(), &network);
${
  recipe.clip > 0
    ? `        let gradients = clipped(gradients, &network, ${float(recipe.clip)});
`
    : ""
}        network = optimizer.step(learning_rate(step, steps), network, gradients);
        println!("step {} of {steps}: loss {:.6}", step + 1, loss.into_scalar::<f32>());
    }

    let network = network.valid();
${recipe.own ? "" : `    let test = Examples::read(folder, ${names[1]})?;\n`}    let count = test.labels.len()${recipe.test > 0 ? `.min(${recipe.test})` : ""};
    let mut right = 0;
    let all: Vec<usize> = (0..count).collect();
    for chosen in all.chunks(500) {
        let (images, labels) = test.pick(chosen).tensors(&plain);
${scored}        let guesses = ${recipe.tta ? "logits" : forward("images")}.argmax(1).reshape([chosen.len()]);
        right += guesses.equal(labels).int().sum().into_scalar::<i64>();
    }
    println!("{right} of {count} test images are right${withMirrors(recipe)}: {:.2} %", 100.0 * right as f64 / count as f64);
    Ok(())
}
`;
}
