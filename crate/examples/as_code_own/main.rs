//! lenet5, as Bunsen trains it: model=lenet5&data=own&own=546d5e11b8f17576&classes=3&size=28&channels=grey&init=37cc50bc19674f43&freeze=2&batch=49&shards=1&steps=10&seed=5&v=1
//!
//!     cargo run --release -- FOLDER lenet5.safetensors
//!
//! The first word is the folder of your images or a zip of them, which src/load.rs, a file that comes with this one, cuts and scales
//! as Bunsen does; or own.npz, which Bunsen's "Save prepared images" made, and which is the same to the byte; the second the file of weights
//! that the run starts from, or one that Bunsen's "Save weights" made of this run. A third one is how many steps are done.
//!
//! What differs from Bunsen: every random number (the order of the images), the last digits of sums, and that
//! batch normalization, where there is any, measures the whole batch, where Bunsen cuts it into parts.

mod files;
mod load;
mod picture;

use std::error::Error;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::module::ModuleMapper;
use burn::module::Param;
use burn::module::ParamGroup;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::ApplyError;
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::FloatDType;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};
use sha2::{Digest, Sha256};

/// So many zeros on each side.
fn around(by: usize) -> PaddingConfig2d {
    PaddingConfig2d::Explicit(by, by, by, by)
}

fn max_pool(
    x: Tensor<4>,
    kernel: usize,
    stride: usize,
    padding: PaddingConfig2d,
    over: bool,
) -> Tensor<4> {
    let pool = MaxPool2dConfig::new([kernel; 2])
        .with_strides([stride; 2])
        .with_padding(padding);
    pool.with_ceil_mode(over).init().forward(x)
}

#[derive(Module, Debug)]
struct Network {
    conv1: Conv2d,
    conv2: Conv2d,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            conv1: Conv2dConfig::new([1, 6], [5; 2])
                .with_padding(around(2))
                .init(device),
            conv2: Conv2dConfig::new([6, 16], [5; 2]).init(device),
            fc1: LinearConfig::new(400, 120).init(device),
            fc2: LinearConfig::new(120, 84).init(device),
            fc3: LinearConfig::new(84, 3).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.conv1.forward(x);
        let x = relu(x);
        let x = max_pool(x, 2, 2, PaddingConfig2d::Valid, false);
        let x = self.conv2.forward(x);
        let x = relu(x);
        let x = max_pool(x, 2, 2, PaddingConfig2d::Valid, false);
        let x = x.flatten(1, 3);
        let x = self.fc1.forward(x);
        let x = relu(x);
        let x = self.fc2.forward(x);
        let x = relu(x);
        self.fc3.forward(x)
    }
}

/// What the link says of the images.
const IMAGES: load::Recipe = load::Recipe {
    size: 28,
    colour: false,
    fit: load::Fit::Crop,
    folder: load::Folder::Auto,
    seed: 5,
    digest: "546d5e11b8f17576",
};

/// The classes, as the run has them.
const NAMES: [&str; 3] = ["circles", "squares", "triangles"];

/// Images: channels, rows, columns.
const CHANNELS: usize = 1;
const ROWS: usize = 28;
const COLUMNS: usize = 28;
const PIXELS: usize = CHANNELS * ROWS * COLUMNS;

/// Of the training images' pixels, from 0 to 1, channel by channel.
const MEAN: [f32; CHANNELS] = [0.2750134];
const DEVIATION: [f32; CHANNELS] = [0.21791784];

/// Images, a byte a pixel, and their classes.
struct Examples {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Examples {
    /// Some of them alone.
    fn pick(&self, chosen: &[usize]) -> Self {
        let pixels = chosen
            .iter()
            .flat_map(|at| &self.pixels[at * PIXELS..(at + 1) * PIXELS]);
        let labels = chosen.iter().map(|at| self.labels[*at]);
        Examples {
            pixels: pixels.copied().collect(),
            labels: labels.collect(),
        }
    }

    /// Scaled images, `[count, channels, rows, columns]`, and classes, `[count]`.
    fn tensors(&self, device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let scale = |(at, pixel): (usize, &u8)| {
            let channel = at / (ROWS * COLUMNS) % CHANNELS;
            (f32::from(*pixel) / 255.0 - MEAN[channel]) / DEVIATION[channel]
        };
        let pixels: Vec<f32> = self.pixels.iter().enumerate().map(scale).collect();
        let labels: Vec<i32> = self.labels.iter().map(|label| i32::from(*label)).collect();
        let count = labels.len();
        let images = TensorData::new(pixels, [count, CHANNELS, ROWS, COLUMNS]);
        (
            Tensor::from_data(images, device),
            Tensor::from_data(TensorData::new(labels, [count]), device),
        )
    }
}

/// Images to train on, and images to test with.
fn read(source: &Path) -> Result<[Examples; 2], Box<dyn Error>> {
    let images = load::load(source, &IMAGES)?;
    let names = images.names.join(", ");
    if images.names != NAMES {
        let wanted = format!("the run's are {}", NAMES.join(", "));
        return Err(format!(
            "{} has the classes {names}, and {wanted}: give the same images.",
            source.display()
        )
        .into());
    }
    let [train, test] = [images.train, images.test]
        .map(|load::Split { pixels, labels }| Examples { pixels, labels });
    let [trained, tested] = [train.labels.len(), test.labels.len()];
    println!(
        "{trained} images to train on and {tested} to test with, of {names}: {}",
        images.digest
    );
    Ok([train, test])
}

/// Numbers from 0 on in a random order.
fn shuffled(count: usize, device: &Device) -> Vec<usize> {
    let keys = Tensor::<1>::random([count], Distribution::Default, device);
    keys.argsort(0)
        .into_data()
        .iter::<i64>()
        .map(|at| at as usize)
        .collect()
}

/// Warm-up in a share of 0.05 of the run, then cosine. Steps count from 0.
fn learning_rate(step: usize, steps: usize) -> f64 {
    let warmup = (0.05 * steps as f64 + 0.5) as usize;
    if step < warmup {
        return 0.006 * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
    let factor = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
    0.006 * factor
}

/// Sets the network's weights to those of a file. Layers that PyTorch numbers have names here: `0` is `layer0`.
fn load(network: &mut Network, file: &str) -> Result<(), Box<dyn Error>> {
    let mut store = SafetensorsStore::from_file(file).with_from_adapter(PyTorchToBurnAdapter);
    for _ in 0..2 {
        store = store.with_key_remapping(r"(^|\.)(\d+)\.", "${1}layer${2}.");
    }
    store.apply_to(network)?;
    Ok(())
}

/// The file of weights that the run starts from: the beginning of its SHA-256.
const INIT: &str = "37cc50bc19674f43";

/// The layers whose shapes follow from the data: they start anew where the file has others.
const ENDS: [&str; 2] = ["conv1", "fc3"];

/// The network as the run starts; or as it is in a file of its own weights.
fn start(file: &str, device: &Device) -> Result<Network, Box<dyn Error>> {
    let mut network = Network::new(device);
    let bytes = fs::read(file).map_err(|why| format!("{file}: {why}"))?;
    let digest: String = Sha256::digest(&bytes)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if digest != INIT {
        println!(
            "{file} has {digest}, and the run starts from {INIT}: it is taken for weights of this network."
        );
        load(&mut network, file)?;
        return Ok(network);
    }
    // What PyTorch's wrappers put before names is dropped, and shapes are looked at below.
    let mut store = SafetensorsStore::from_bytes(Some(bytes))
        .with_from_adapter(PyTorchToBurnAdapter)
        .validate(false);
    store = store.with_key_remapping(r"^((module|model|_orig_mod)\.)+", "");
    for _ in 0..2 {
        store = store.with_key_remapping(r"(^|\.)(\d+)\.", "${1}layer${2}.");
    }
    let result = store.apply_to(&mut network)?;
    if result.unused.iter().any(|name| name == "optimizer.average") {
        return Err(format!("{file} is a checkpoint with an average of its weights: save its weights, and start from those.").into());
    }
    let mut anew = Vec::new();
    for error in result.errors {
        let ApplyError::ShapeMismatch {
            path,
            expected,
            found,
        } = &error
        else {
            return Err(error.into());
        };
        let Some(end) = ENDS.into_iter().find(|end| {
            path.rsplit_once('.')
                .is_some_and(|(layer, _)| layer == *end)
        }) else {
            return Err(error.into());
        };
        println!("{end} starts anew: the file has {found:?} where this network has {expected:?}.");
        anew.push(end);
    }
    let drawn = Network::new(device);
    if anew.contains(&"conv1") {
        network.conv1 = drawn.conv1;
    }
    if anew.contains(&"fc3") {
        network.fc3 = drawn.fc3;
    }
    Ok(network.map(&mut Widened))
}

/// Makes numbers of 16 bits, in which files may have weights, such of 32.
struct Widened;

impl ModuleMapper for Widened {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|values| {
            let is_trained = values.is_require_grad();
            let values = values
                .detach()
                .set_require_grad(false)
                .cast(FloatDType::F32);
            values.set_require_grad(is_trained)
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let source = words
        .first()
        .ok_or("Give a folder or a zip of images, or own.npz, as the first word.")?;
    let [train, test] = read(Path::new(source))?;
    // What is computed on this device leaves a graph to go back through; on the inner one, it does not.
    let plain = Device::flex();
    let device = plain.clone().autodiff();
    device.seed(5);

    let file = words.get(1).ok_or(format!("The run starts from the weights with the digest {INIT}: give their file as the second word."))?;
    let mut network = start(file, &device)?;
    println!(
        "amount {}",
        network.fc2.weight.val().abs().sum().into_scalar::<f32>()
    );
    // Training leaves these as they are; of batch normalization the running statistics, too, by which it normalizes then.
    let frozen =
        ParamGroup::from_regex(r"^(conv1|conv2)\.\w+$").map_err(|why| format!("{why:?}"))?;
    network = network.freeze_group(frozen);
    if train.labels.len() < 49 {
        let count = train.labels.len();
        return Err(format!(
            "{source} has {count} images to train on, and a batch has 49: give more of them."
        )
        .into());
    }
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();

    // An epoch is as many whole batches as there are; what is left over waits for another order.
    let batches = train.labels.len() / 49;
    let steps = 10;
    let until = words
        .get(2)
        .and_then(|word| word.parse().ok())
        .unwrap_or(steps);
    let mut order = Vec::new();
    for step in 0..until.min(steps) {
        if step % batches == 0 {
            order = shuffled(train.labels.len(), &plain);
        }
        let chosen = &order[step % batches * 49..][..49];
        let (images, labels) = train.pick(chosen).tensors(&device);
        let loss = criterion.forward(network.forward(images), labels);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(learning_rate(step, steps), network, gradients);
        println!(
            "step {} of {steps}: loss {:.6}",
            step + 1,
            loss.into_scalar::<f32>()
        );
    }

    let network = network.valid();
    let count = test.labels.len();
    let mut right = 0;
    let all: Vec<usize> = (0..count).collect();
    for chosen in all.chunks(500) {
        let (images, labels) = test.pick(chosen).tensors(&plain);
        let logits = network.forward(images);
        println!(
            "logits {:?}",
            logits.to_data().iter::<f32>().collect::<Vec<_>>()
        );
        let guesses = logits.argmax(1).reshape([chosen.len()]);
        right += guesses.equal(labels).int().sum().into_scalar::<i64>();
    }
    println!(
        "{right} of {count} test images are right: {:.2} %",
        100.0 * right as f64 / count as f64
    );
    Ok(())
}
