//! googlenet, as Bunsen trains it: model=googlenet&aux=on&dropout=0&subset=64&freeze=6&shards=1&steps=10&v=1
//!
//!     cargo run --release -- data/mnist googlenet.safetensors
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
use burn::nn::pool::AvgPool2dConfig;
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::activation::relu;
use burn::tensor::module::adaptive_avg_pool2d;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

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

fn avg_pool(
    x: Tensor<4>,
    kernel: usize,
    stride: usize,
    padding: PaddingConfig2d,
    over: bool,
) -> Tensor<4> {
    let pool = AvgPool2dConfig::new([kernel; 2])
        .with_strides([stride; 2])
        .with_padding(padding);
    pool.with_ceil_mode(over).init().forward(x)
}

#[derive(Module, Debug)]
struct ConvNormRelu {
    conv: Conv2d,
    bn: BatchNorm,
}

impl ConvNormRelu {
    fn new(from: usize, to: usize, kernel: usize, padding: usize, device: &Device) -> Self {
        ConvNormRelu {
            conv: Conv2dConfig::new([from, to], [kernel; 2])
                .with_padding(around(padding))
                .with_bias(false)
                .init(device),
            bn: BatchNormConfig::new(to).with_epsilon(0.001).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.conv.forward(x);
        let x = self.bn.forward(x);
        relu(x)
    }
}

#[derive(Module, Debug)]
struct Branch {
    layer0: ConvNormRelu,
    layer1: ConvNormRelu,
}

impl Branch {
    fn new(
        from: usize,
        to: usize,
        layer1_to: usize,
        kernel: usize,
        padding: usize,
        device: &Device,
    ) -> Self {
        Branch {
            layer0: ConvNormRelu::new(from, to, 1, 0, device),
            layer1: ConvNormRelu::new(to, layer1_to, kernel, padding, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.layer0.forward(x);
        self.layer1.forward(x)
    }
}

#[derive(Module, Debug)]
struct Branch2 {
    layer1: ConvNormRelu,
}

impl Branch2 {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        Branch2 {
            layer1: ConvNormRelu::new(from, to, 1, 0, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = max_pool(x, 3, 1, around(1), false);
        self.layer1.forward(x)
    }
}

#[derive(Module, Debug)]
struct Aux {
    conv: ConvNormRelu,
    fc1: Linear,
    fc2: Linear,
}

impl Aux {
    fn new(from: usize, device: &Device) -> Self {
        Aux {
            conv: ConvNormRelu::new(from, 16, 1, 0, device),
            fc1: LinearConfig::new(64, 128).init(device),
            fc2: LinearConfig::new(128, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = avg_pool(x, 4, 3, PaddingConfig2d::Valid, false);
        let x = self.conv.forward(x);
        let x = x.flatten(1, 3);
        let x = self.fc1.forward(x);
        let x = relu(x);
        self.fc2.forward(x)
    }
}

#[derive(Module, Debug)]
struct Inception {
    branch1: ConvNormRelu,
    branch2: Branch,
    branch3: Branch,
    branch4: Branch2,
}

impl Inception {
    fn new(
        from: usize,
        to: usize,
        branch2_to: usize,
        branch2_to_: usize,
        branch3_to: usize,
        branch3_to_: usize,
        branch4_to: usize,
        device: &Device,
    ) -> Self {
        Inception {
            branch1: ConvNormRelu::new(from, to, 1, 0, device),
            branch2: Branch::new(from, branch2_to, branch2_to_, 3, 1, device),
            branch3: Branch::new(from, branch3_to, branch3_to_, 5, 2, device),
            branch4: Branch2::new(from, branch4_to, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let branch1 = self.branch1.forward(x.clone());
        let branch2 = self.branch2.forward(x.clone());
        let branch3 = self.branch3.forward(x.clone());
        let branch4 = self.branch4.forward(x);
        Tensor::cat(vec![branch1, branch2, branch3, branch4], 1)
    }
}

#[derive(Module, Debug)]
struct Network {
    conv1: ConvNormRelu,
    conv2: ConvNormRelu,
    conv3: ConvNormRelu,
    inception3a: Inception,
    inception3b: Inception,
    inception4a: Inception,
    inception4b: Inception,
    inception4c: Inception,
    inception4d: Inception,
    inception4e: Inception,
    inception5a: Inception,
    inception5b: Inception,
    aux1: Aux,
    aux2: Aux,
    fc: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            conv1: ConvNormRelu::new(1, 8, 3, 1, device),
            conv2: ConvNormRelu::new(8, 8, 1, 0, device),
            conv3: ConvNormRelu::new(8, 24, 3, 1, device),
            inception3a: Inception::new(24, 8, 12, 16, 2, 4, 4, device),
            inception3b: Inception::new(32, 16, 16, 24, 4, 12, 8, device),
            inception4a: Inception::new(60, 24, 12, 26, 2, 6, 8, device),
            inception4b: Inception::new(64, 20, 14, 28, 3, 8, 8, device),
            inception4c: Inception::new(64, 16, 16, 32, 3, 8, 8, device),
            inception4d: Inception::new(64, 14, 18, 36, 4, 8, 8, device),
            inception4e: Inception::new(66, 32, 20, 40, 4, 16, 16, device),
            inception5a: Inception::new(104, 32, 20, 40, 4, 16, 16, device),
            inception5b: Inception::new(104, 48, 24, 48, 6, 16, 16, device),
            aux1: Aux::new(64, device),
            aux2: Aux::new(66, device),
            fc: LinearConfig::new(128, 10).init(device),
        }
    }

    /// Class scores, and those of the auxiliary classifiers with their part of the loss.
    fn forward(&self, x: Tensor<4>) -> (Tensor<2>, Vec<(Tensor<2>, f64)>) {
        let x = self.conv1.forward(x);
        let x = max_pool(x, 3, 2, PaddingConfig2d::Valid, true);
        let x = self.conv2.forward(x);
        let x = self.conv3.forward(x);
        let x = self.inception3a.forward(x);
        let x = self.inception3b.forward(x);
        let x = max_pool(x, 3, 2, PaddingConfig2d::Valid, true);
        let x = self.inception4a.forward(x);
        let y = self.inception4b.forward(x.clone());
        let y = self.inception4c.forward(y);
        let y = self.inception4d.forward(y);
        let z = self.inception4e.forward(y.clone());
        let z = max_pool(z, 2, 2, PaddingConfig2d::Valid, true);
        let z = self.inception5a.forward(z);
        let z = self.inception5b.forward(z);
        let x = self.aux1.forward(x);
        let other1 = x;
        let x = self.aux2.forward(y);
        let other2 = x;
        let x = adaptive_avg_pool2d(z, [1, 1]).flatten(1, 3);
        (self.fc.forward(x), vec![(other1, 0.3), (other2, 0.3)])
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
        return 0.002 * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
    let factor = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
    0.002 * factor
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
    // Training leaves these as they are; of batch normalization the running statistics, too, by which it normalizes then.
    let frozen = ParamGroup::from_regex(
        r"^(conv1\.conv|conv1\.bn|conv2\.conv|conv2\.bn|conv3\.conv|conv3\.bn)\.\w+$",
    )
    .map_err(|why| format!("{why:?}"))?;
    network = network.freeze_group(frozen);
    let train = Examples::read(folder, "train")?;
    let used: Vec<usize> = (0..64).collect();
    let train = train.pick(&used);
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();

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
        let (scores, others) = network.forward(images);
        let loss = criterion.forward(scores, labels.clone());
        // The auxiliary heads add to the gradient. The loss that is printed is without theirs, as Bunsen's is.
        let mut objective = loss.clone();
        for (scores, part) in others {
            objective = objective + criterion.forward(scores, labels.clone()) * part;
        }
        let gradients = GradientsParams::from_grads(objective.backward(), &network);
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
        let guesses = network.forward(images).0.argmax(1).reshape([chosen.len()]);
        right += guesses.equal(labels).int().sum().into_scalar::<i64>();
    }
    println!(
        "{right} of {count} test images are right: {:.2} %",
        100.0 * right as f64 / count as f64
    );
    Ok(())
}
