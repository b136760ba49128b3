//! resnet-8, as Bunsen trains it: model=resnet-8&data=digits&subset=64&aug=&shards=1&steps=10&v=1
//!
//!     cargo run --release -- data/mnist resnet-8.safetensors
//!
//! The first word is a folder with the data set's files, unpacked; the second, which may be left out, a file that Bunsen's
//! "Save weights" made. Without it, training starts from burn's own initial weights. A third one is how many steps are done.
//!
//! Bunsen draws its digits itself. This program reads MNIST's files or others of that kind instead, so it learns other
//! images unless it is given the same ones.
//!
//! What differs from Bunsen: every random number (the order of the images), the last digits of sums, and that
//! batch normalization, where there is any, measures the whole batch, where Bunsen cuts it into parts.

use std::error::Error;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::module::ParamGroup;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::activation::relu;
use burn::tensor::module::adaptive_avg_pool2d;
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

/// So many zeros on each side.
fn around(by: usize) -> PaddingConfig2d {
    PaddingConfig2d::Explicit(by, by, by, by)
}

/// A shortcut without parameters, to the shape of y: every other pixel, and new channels of zeros on both sides.
fn shrink(x: Tensor<4>, y: &Tensor<4>) -> Tensor<4> {
    let [_, channels, rows, _] = y.dims();
    let stride = x.dims()[2].div_ceil(rows);
    let pool = burn::nn::pool::MaxPool2dConfig::new([1, 1]).with_strides([stride; 2]);
    let x = pool.init().forward(x);
    let new = channels - x.dims()[1];
    x.pad(
        [(new / 2, new - new / 2), (0, 0), (0, 0)],
        PadMode::Constant(0.0),
    )
}

#[derive(Module, Debug)]
struct Block {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
}

impl Block {
    fn new(device: &Device) -> Self {
        Block {
            conv1: Conv2dConfig::new([16, 16], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            bn1: BatchNormConfig::new(16).init(device),
            conv2: Conv2dConfig::new([16, 16], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            bn2: BatchNormConfig::new(16).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let y = self.conv1.forward(x.clone());
        let y = self.bn1.forward(y);
        let y = relu(y);
        let y = self.conv2.forward(y);
        let y = self.bn2.forward(y);
        let x = y + x;
        relu(x)
    }
}

#[derive(Module, Debug)]
struct WideningBlock {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
}

impl WideningBlock {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        WideningBlock {
            conv1: Conv2dConfig::new([from, to], [3; 2])
                .with_stride([2; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            bn1: BatchNormConfig::new(to).init(device),
            conv2: Conv2dConfig::new([to, to], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            bn2: BatchNormConfig::new(to).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let y = self.conv1.forward(x.clone());
        let y = self.bn1.forward(y);
        let y = relu(y);
        let y = self.conv2.forward(y);
        let y = self.bn2.forward(y);
        let x = shrink(x, &y);
        let x = y + x;
        relu(x)
    }
}

#[derive(Module, Debug)]
struct Layer {
    layer0: Block,
}

impl Layer {
    fn new(device: &Device) -> Self {
        Layer {
            layer0: Block::new(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.layer0.forward(x)
    }
}

#[derive(Module, Debug)]
struct Layer2 {
    layer0: WideningBlock,
}

impl Layer2 {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        Layer2 {
            layer0: WideningBlock::new(from, to, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.layer0.forward(x)
    }
}

#[derive(Module, Debug)]
struct Network {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Layer,
    layer2: Layer2,
    layer3: Layer2,
    fc: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            conv1: Conv2dConfig::new([1, 16], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            bn1: BatchNormConfig::new(16).init(device),
            layer1: Layer::new(device),
            layer2: Layer2::new(16, 32, device),
            layer3: Layer2::new(32, 64, device),
            fc: LinearConfig::new(64, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.conv1.forward(x);
        let x = self.bn1.forward(x);
        let x = relu(x);
        let x = self.layer1.forward(x);
        let x = self.layer2.forward(x);
        let x = self.layer3.forward(x);
        let x = adaptive_avg_pool2d(x, [1, 1]).flatten(1, 3);
        self.fc.forward(x)
    }
}

/// Images: channels, rows, columns.
const CHANNELS: usize = 1;
const ROWS: usize = 28;
const COLUMNS: usize = 28;
const PIXELS: usize = CHANNELS * ROWS * COLUMNS;

/// Of the training images' pixels, from 0 to 1, channel by channel.
const MEAN: [f32; CHANNELS] = [0.1307];
const DEVIATION: [f32; CHANNELS] = [0.3081];

/// Images, a byte a pixel, and their classes.
struct Examples {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Examples {
    /// IDX files, as MNIST's: 16 bytes before the images, 8 before the labels.
    fn read(folder: &Path, name: &str) -> Result<Self, Box<dyn Error>> {
        let read =
            |file: String| fs::read(folder.join(&file)).map_err(|why| format!("{file}: {why}"));
        Ok(Examples {
            pixels: read(format!("{name}-images-idx3-ubyte"))?.split_off(16),
            labels: read(format!("{name}-labels-idx1-ubyte"))?.split_off(8),
        })
    }

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
        return 0.1 * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
    let factor = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
    0.1 * factor
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

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(words.first().map_or("data/mnist", String::as_str));
    // What is computed on this device leaves a graph to go back through; on the inner one, it does not.
    let plain = Device::flex();
    let device = plain.clone().autodiff();
    device.seed(1);

    let mut network = Network::new(&device);
    if let Some(file) = words.get(1) {
        load(&mut network, file)?;
    }
    let train = Examples::read(folder, "train")?;
    let used: Vec<usize> = (0..64).collect();
    let train = train.pick(&used);
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = SgdConfig::new()
        .with_momentum(Some(
            MomentumConfig::new().with_momentum(0.9).with_dampening(0.0),
        ))
        .with_weight_decay(Some(WeightDecayConfig::new(0.0001)))
        .init()
        // Weight decay pulls what multiplies.
        .with_group(
            ParamGroup::from_regex("(bias|gamma|beta)$").map_err(|why| format!("{why:?}"))?,
            SgdConfig::new()
                .with_momentum(Some(
                    MomentumConfig::new().with_momentum(0.9).with_dampening(0.0),
                ))
                .build(),
            None,
        );

    // An epoch is as many whole batches as there are; what is left over waits for another order.
    let batches = train.labels.len() / 64;
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
        let chosen = &order[step % batches * 64..][..64];
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
    let test = Examples::read(folder, "t10k")?;
    let count = test.labels.len();
    let mut right = 0;
    let all: Vec<usize> = (0..count).collect();
    for chosen in all.chunks(500) {
        let (images, labels) = test.pick(chosen).tensors(&plain);
        let guesses = network.forward(images).argmax(1).reshape([chosen.len()]);
        right += guesses.equal(labels).int().sum().into_scalar::<i64>();
    }
    println!(
        "{right} of {count} test images are right: {:.2} %",
        100.0 * right as f64 / count as f64
    );
    Ok(())
}
