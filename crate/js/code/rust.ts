// A recipe as a Rust program on burn: the network, its data, its optimizer and the loop.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { drawnNote, hasRates, type Recipe } from "./recipe.js";
import { augmenting, changed } from "./rust-augment.js";
import { rustOf, type RustNetwork } from "./rust-network.js";
import { isLeNet5Of1998, rust as lenet5Of1998 } from "./lenet5-1998.js";
import { withMirrors } from "../score-words.js";
import { addedEmbeddings, forOptimizer, treeOf, Unsupported } from "./tree.js";

/** `Cargo.toml`. */
export function manifest(recipe: Recipe): string {
  return `[package]
name = "${recipe.model}"
version = "0.1.0"
edition = "2024"

[dependencies]
burn = { version = "=0.22.1", default-features = false, features = ["std", "flex", "simd", "autodiff", "optim", "safetensors", "store"] }

# Without optimisation, training is hundreds of times slower.
[profile.dev]
opt-level = 3
`;
}

/** The whole of `main.rs`. */
export function rust(graph: ExportedGraph, recipe: Recipe): string {
  checkOptimizer(graph, recipe);
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
      "burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore}",
      "burn::tensor::{Device, Distribution, Int, Tensor, TensorData}",
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
  return `//! ${recipe.model}, as Bunsen trains it: ${recipe.link}
//!
//!     cargo run --release -- ${recipe.folder} ${recipe.model}.safetensors
//!
//! The first word is a folder with the data set's files, unpacked; the second, which may be left out, a file that Bunsen's
//! "Save weights" made. Without it, training starts from burn's own initial weights. A third one is how many steps are done.
//!
${syntheticNote}//! What differs from Bunsen: every random number (the order of the images${recipe.augmentations.length ? ", their changes" : ""}${recipe.dropout ? ", dropout" : ""}), the last digits of sums, and that
//! batch normalization, where there is any, measures the whole batch, where Bunsen cuts it into parts.

use std::error::Error;
use std::fs;
use std::path::Path;

${uses.map((use) => `use ${use};\n`).join("")}`;
}

function data({ input, mean, std }: ExportedGraph, recipe: Recipe): string {
  const [channels, rows, columns] = input;
  const list = (values: Iterable<number>): string =>
    [...values].map((value) => float(Number(value.toPrecision(6)))).join(", ");
  const read = recipe.readsCifar10
    ? `    /// CIFAR-10's binary files, one after the other: a byte for the class, then red, green and blue.
    fn read(folder: &Path, names: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut examples = Examples { pixels: Vec::new(), labels: Vec::new() };
        for name in names {
            let bytes = fs::read(folder.join(name)).map_err(|why| format!("{name}: {why}"))?;
            for record in bytes.chunks_exact(1 + PIXELS) {
                examples.labels.push(record[0]);
                examples.pixels.extend(&record[1..]);
            }
        }
        Ok(examples)
    }
`
    : `    /// IDX files, as MNIST's: 16 bytes before the images, 8 before the labels.
    fn read(folder: &Path, name: &str) -> Result<Self, Box<dyn Error>> {
        let read = |file: String| fs::read(folder.join(&file)).map_err(|why| format!("{file}: {why}"));
        Ok(Examples {
            pixels: read(format!("{name}-images-idx3-ubyte"))?.split_off(16),
            labels: read(format!("{name}-labels-idx1-ubyte"))?.split_off(8),
        })
    }
`;
  return `/// Images: channels, rows, columns.
const CHANNELS: usize = ${channels};
const ROWS: usize = ${rows};
const COLUMNS: usize = ${columns};
const PIXELS: usize = CHANNELS * ROWS * COLUMNS;

/// Of the training images' pixels, from 0 to 1, channel by channel.
const MEAN: [f32; CHANNELS] = [${list(mean)}];
const DEVIATION: [f32; CHANNELS] = [${list(std)}];

/// Images, a byte a pixel, and their classes.
struct Examples {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Examples {
${read}
    /// Some of them alone.
    fn pick(&self, chosen: &[usize]) -> Self {
        let pixels = chosen.iter().flat_map(|at| &self.pixels[at * PIXELS..(at + 1) * PIXELS]);
        let labels = chosen.iter().map(|at| self.labels[*at]);
        Examples { pixels: pixels.copied().collect(), labels: labels.collect() }
    }
${changed(recipe)}
    /// Scaled images, \`[count, channels, rows, columns]\`, and classes, \`[count]\`.
    fn tensors(&self, device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let scale = |(at, pixel): (usize, &u8)| {
            let channel = at / (ROWS * COLUMNS) % CHANNELS;
            (f32::from(*pixel) / 255.0 - MEAN[channel]) / DEVIATION[channel]
        };
        let pixels: Vec<f32> = self.pixels.iter().enumerate().map(scale).collect();
        let labels: Vec<i32> = self.labels.iter().map(|label| i32::from(*label)).collect();
        let count = labels.len();
        let images = TensorData::new(pixels, [count, CHANNELS, ROWS, COLUMNS]);
        (Tensor::from_data(images, device), Tensor::from_data(TensorData::new(labels, [count]), device))
    }
}

/// Numbers from 0 on in a random order.
fn shuffled(count: usize, device: &Device) -> Vec<usize> {
    let keys = Tensor::<1>::random([count], Distribution::Default, device);
    keys.argsort(0).into_data().iter::<i64>().map(|at| at as usize).collect()
}
`;
}

/// A number as Rust writes one that is no whole one.
const float = (value: number): string => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`);

function learningRate({ schedule, warmup, lr }: Recipe): string {
  if (schedule === "constant" && warmup === 0)
    return `/// The learning rate never changes.
fn learning_rate(_step: usize, _steps: usize) -> f64 {
    ${float(lr)}
}
`;
  if (schedule === "one-cycle") {
    return `/// One cycle (Smith and Topin, 2018), with cosines: up in the first 0.3 of the run, then down.
fn learning_rate(step: usize, steps: usize) -> f64 {
    let (step, steps) = (step as f64, steps as f64);
    let top = 0.3 * steps - 1.0;
    let between = |start: f64, end: f64, part: f64| {
        end + (start - end) * 0.5 * (1.0 + (std::f64::consts::PI * part.clamp(0.0, 1.0)).cos())
    };
    if step <= top {
        return ${float(lr)} * between(1.0 / 25.0, 1.0, step / top.max(1.0));
    }
    ${float(lr)} * between(1.0, 1e-4 / 25.0, (step - top) / (steps - 1.0 - top).max(1.0))
}
`;
  }
  const factors: Record<string, string> = {
    constant: "1.0",
    linear: "1.0 - done",
    cosine: "0.5 * (1.0 + (std::f64::consts::PI * done).cos())",
    step: "if done < 0.5 { 1.0 } else if done < 0.75 { 0.1 } else { 0.01 }",
  };
  const warmupCode =
    warmup > 0
      ? `    let warmup = (${float(warmup)} * steps as f64 + 0.5) as usize;
    if step < warmup {
        return ${float(lr)} * (step + 1) as f64 / (warmup + 1) as f64;
    }
`
      : "";
  const progressCode =
    schedule === "constant"
      ? ""
      : warmup > 0
        ? `    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
`
        : `    let done = step as f64 / steps.max(1) as f64;
`;
  return `/// ${warmup > 0 ? `Warm-up in a share of ${warmup} of the run, then ` : ""}${schedule}. Steps count from 0.
fn learning_rate(step: usize, ${schedule === "constant" && warmup === 0 ? "_" : ""}steps: usize) -> f64 {
${warmupCode}${progressCode}    let factor = ${factors[schedule] ?? "1.0"};
    ${float(lr)} * factor
}
`;
}

const CONFIGS: Record<string, string> = {
  sgd: "SgdConfig",
  adam: "AdamConfig",
  adamw: "AdamWConfig",
  rmsprop: "RmsPropConfig",
};

/** What burn has nothing for: a program never has something else instead. */
function checkOptimizer(graph: ExportedGraph, recipe: Recipe): void {
  if (graph.layers.some(({ frozen }) => frozen.length > 0))
    throw new Unsupported("frozen parameters are not written there yet");
  if (recipe.nesterov && recipe.opt.startsWith("adam"))
    throw new Unsupported("Nesterov momentum for Adam has no counterpart there");
  if (hasRates(recipe)) throw new Unsupported("other learning rates for biases or the head have no counterpart there");
  if (recipe.alternates) throw new Unsupported("the alternating mirror is not written there yet");
  if (recipe.average !== "off") throw new Unsupported("averages of the weights have no counterpart there");
}

function optimizerUses({ opt, momentum, wd }: Recipe, decays: boolean): string[] {
  return [
    `burn::optim::{GradientsParams, ${forOptimizer(CONFIGS, opt)}}`,
    ...(opt === "sgd" && momentum > 0 ? ["burn::optim::momentum::MomentumConfig"] : []),
    ...(wd > 0 && opt !== "adamw" ? ["burn::optim::decay::WeightDecayConfig"] : []),
    ...(decays ? ["burn::module::ParamGroup"] : []),
  ];
}

const CLIPPED = `/// The gradients, made smaller together where they are longer than \`most\` as one vector.
fn clipped(mut gradients: GradientsParams, network: &Network, most: f64) -> GradientsParams {
    let mut length = Length { gradients: &gradients, squares: 0.0 };
    network.visit(&mut length);
    let factor = (most / (length.squares.sqrt() + 1e-6)).min(1.0);
    network.visit(&mut Shortened { gradients: &mut gradients, factor });
    gradients
}

struct Length<'a> {
    gradients: &'a GradientsParams,
    squares: f64,
}

impl ModuleVisitor for Length<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.squares += f64::from(gradient.square().sum().into_scalar::<f32>());
        }
    }
}

struct Shortened<'a> {
    gradients: &'a mut GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Shortened<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            self.gradients.register(param.id, gradient * self.factor);
        }
    }
}
`;

function main(graph: ExportedGraph, recipe: Recipe, decays: boolean, { auxiliary, scores }: RustNetwork): string {
  const { opt, momentum, nesterov, beta1, beta2, eps, wd, batch, epochs, steps, subset, val, smooth, seed } = recipe;
  const epsilon = opt === "sgd" ? "" : `.with_epsilon(${eps})`;
  // Only what differs from burn's own.
  const betas = `${beta1 === 0.9 ? "" : `.with_beta_1(${float(beta1)})`}${beta2 === 0.999 ? "" : `.with_beta_2(${float(beta2)})`}`;
  const base: Record<string, string> = {
    sgd: `SgdConfig::new()${momentum > 0 ? `.with_momentum(Some(MomentumConfig::new().with_momentum(${momentum}).with_dampening(0.0)${nesterov ? ".with_nesterov(true)" : ""}))` : ""}`,
    adam: `AdamConfig::new()${betas}${epsilon}`,
    adamw: `AdamWConfig::new()${betas}${epsilon}.with_weight_decay(0.0)`,
    rmsprop: `RmsPropConfig::new()${epsilon}.with_momentum(0.0)`,
  };
  const plain = forOptimizer(base, opt);
  const pull =
    opt === "adamw" ? `.with_weight_decay(${wd})` : `.with_weight_decay(Some(WeightDecayConfig::new(${wd})))`;
  const pulled = opt === "adamw" ? plain.replace(".with_weight_decay(0.0)", pull) : `${plain}${pull}`;
  const first = wd > 0 ? pulled : plain;
  const notDecayed = ["bias", "gamma", "beta", ...addedEmbeddings(graph)].join("|");
  const constructor = decays
    ? `${first}.init()
        // Weight decay pulls what multiplies.
        .with_group(ParamGroup::from_regex("(${notDecayed})$").map_err(|why| format!("{why:?}"))?, ${plain}.build(), None)`
    : `${first}.init()`;
  const batches = [1, 2, 3, 4, 5].map((number) => `"data_batch_${number}.bin"`).join(", ");
  const names = recipe.readsCifar10 ? [`&[${batches}]`, `&["test_batch.bin"]`] : [`"train"`, `"t10k"`];
  const count = subset > 0 ? `${subset}` : "train.labels.len()";
  const subsetCode =
    subset + val > 0
      ? `${val > 0 ? `    // ${val} examples are kept apart, to choose settings by: here the last ones.\n` : ""}    let used: Vec<usize> = (0..${count}${val > 0 ? ` - ${val}` : ""}).collect();
    let train = train.pick(&used);
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
  return `/// Sets the network's weights to those of a file. Layers that PyTorch numbers have names here: \`0\` is \`layer0\`.
fn load(network: &mut Network, file: &str) -> Result<(), Box<dyn Error>> {
    let mut store = SafetensorsStore::from_file(file).with_from_adapter(PyTorchToBurnAdapter);
    for _ in 0..2 {
        store = store.with_key_remapping(r"(^|\\.)(\\d+)\\.", "\${1}layer\${2}.");
    }
    store.apply_to(network)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(words.first().map_or("${recipe.folder}", String::as_str));
    // What is computed on this device leaves a graph to go back through; on the inner one, it does not.
    let plain = Device::flex();
    let device = plain.clone().autodiff();
    device.seed(${seed});

    let mut network = Network::new(&device);
    if let Some(file) = words.get(1) {
        load(&mut network, file)?;
    }
    let train = Examples::read(folder, ${names[0]})?;
${subsetCode}    let criterion = CrossEntropyLossConfig::new()${smooth > 0 ? `.with_smoothing(Some(${smooth}))` : ""}.init(&device);
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
    let test = Examples::read(folder, ${names[1]})?;
    let count = test.labels.len()${recipe.test > 0 ? `.min(${recipe.test})` : ""};
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
