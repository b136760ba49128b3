//! vit, as Bunsen trains it: model=vit&subset=64&opt=sgd&lr=1&momentum=0&warmup=0&clip=0.1&shards=1&steps=10&v=1
//!
//!     cargo run --release -- data/mnist vit.safetensors
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
use burn::module::ModuleVisitor;
use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{LayerNorm, LayerNormConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{GradientsParams, SgdConfig};
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::activation::gelu;
use burn::tensor::activation::relu;
use burn::tensor::activation::softmax;
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

/// Multi-head self-attention (Vaswani and others, 2017). Queries, keys and values are made by one product, as PyTorch has them.
#[derive(Module, Debug)]
struct Attention {
    in_proj_weight: Param<Tensor<2>>,
    in_proj_bias: Param<Tensor<1>>,
    out_proj: Linear,
    #[module(skip)]
    heads: usize,
}

impl Attention {
    fn new(dim: usize, heads: usize, device: &Device) -> Self {
        let bound = (6.0 / (4 * dim) as f64).sqrt();
        let weights = Tensor::random([3 * dim, dim], Distribution::Uniform(-bound, bound), device);
        Attention {
            in_proj_weight: Param::from_tensor(weights),
            in_proj_bias: Param::from_tensor(Tensor::zeros([3 * dim], device)),
            out_proj: LinearConfig::new(dim, dim).init(device),
            heads,
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [count, tokens, dim] = x.dims();
        let each = dim / self.heads;
        let weights = self.in_proj_weight.val().transpose().unsqueeze::<3>();
        let all = x.matmul(weights) + self.in_proj_bias.val().unsqueeze::<3>();
        let part = |at: usize| {
            let part = all.clone().narrow(2, at * dim, dim);
            part.reshape([count, tokens, self.heads, each])
                .swap_dims(1, 2)
        };
        let (queries, keys, values) = (part(0), part(1), part(2));
        let scores = queries.matmul(keys.transpose()) / (each as f64).sqrt();
        let seen = softmax(scores, 3).matmul(values);
        self.out_proj
            .forward(seen.swap_dims(1, 2).reshape([count, tokens, dim]))
    }
}

/// Numbers that are learned, small ones at first.
fn learned(shape: [usize; 3], device: &Device) -> Param<Tensor<3>> {
    Param::from_tensor(Tensor::random(
        shape,
        Distribution::Normal(0.0, 0.02),
        device,
    ))
}

/// The mean of all tokens, each as much as its own score says.
fn sequence_pool(score: &Linear, x: Tensor<3>) -> Tensor<2> {
    let weights = softmax(score.forward(x.clone()), 1);
    (weights * x).sum_dim(1).flatten(1, 2)
}

#[derive(Module, Debug)]
struct Stem {
    conv1: Conv2d,
    conv2: Conv2d,
}

impl Stem {
    fn new(device: &Device) -> Self {
        Stem {
            conv1: Conv2dConfig::new([1, 24], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
            conv2: Conv2dConfig::new([24, 48], [3; 2])
                .with_padding(around(1))
                .with_bias(false)
                .init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.conv1.forward(x);
        let x = relu(x);
        let x = max_pool(x, 3, 2, around(1), false);
        let x = self.conv2.forward(x);
        let x = relu(x);
        max_pool(x, 3, 2, around(1), false)
    }
}

#[derive(Module, Debug)]
struct Mlp {
    layer0: Linear,
    layer3: Linear,
}

impl Mlp {
    fn new(device: &Device) -> Self {
        Mlp {
            layer0: LinearConfig::new(48, 96).init(device),
            layer3: LinearConfig::new(96, 48).init(device),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.layer0.forward(x);
        let x = gelu(x);
        self.layer3.forward(x)
    }
}

#[derive(Module, Debug)]
struct Heads {
    head: Linear,
}

impl Heads {
    fn new(device: &Device) -> Self {
        Heads {
            head: LinearConfig::new(48, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.head.forward(x)
    }
}

#[derive(Module, Debug)]
struct EncoderLayer {
    ln_1: LayerNorm,
    self_attention: Attention,
    ln_2: LayerNorm,
    mlp: Mlp,
}

impl EncoderLayer {
    fn new(device: &Device) -> Self {
        EncoderLayer {
            ln_1: LayerNormConfig::new(48).with_epsilon(1e-6).init(device),
            self_attention: Attention::new(48, 4, device),
            ln_2: LayerNormConfig::new(48).with_epsilon(1e-6).init(device),
            mlp: Mlp::new(device),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let y = self.ln_1.forward(x.clone());
        let y = self.self_attention.forward(y);
        let x = x + y;
        let y = self.ln_2.forward(x.clone());
        let y = self.mlp.forward(y);
        x + y
    }
}

#[derive(Module, Debug)]
struct Layers {
    encoder_layer_0: EncoderLayer,
    encoder_layer_1: EncoderLayer,
    encoder_layer_2: EncoderLayer,
    encoder_layer_3: EncoderLayer,
}

impl Layers {
    fn new(device: &Device) -> Self {
        Layers {
            encoder_layer_0: EncoderLayer::new(device),
            encoder_layer_1: EncoderLayer::new(device),
            encoder_layer_2: EncoderLayer::new(device),
            encoder_layer_3: EncoderLayer::new(device),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.encoder_layer_0.forward(x);
        let x = self.encoder_layer_1.forward(x);
        let x = self.encoder_layer_2.forward(x);
        self.encoder_layer_3.forward(x)
    }
}

#[derive(Module, Debug)]
struct Encoder {
    pos_embedding: Param<Tensor<3>>,
    layers: Layers,
    ln: LayerNorm,
}

impl Encoder {
    fn new(device: &Device) -> Self {
        Encoder {
            pos_embedding: learned([1, 49, 48], device),
            layers: Layers::new(device),
            ln: LayerNormConfig::new(48).with_epsilon(1e-6).init(device),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = x + self.pos_embedding.val();
        let x = self.layers.forward(x);
        self.ln.forward(x)
    }
}

#[derive(Module, Debug)]
struct Network {
    stem: Stem,
    encoder: Encoder,
    attention_pool: Linear,
    heads: Heads,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            stem: Stem::new(device),
            encoder: Encoder::new(device),
            attention_pool: LinearConfig::new(48, 1).init(device),
            heads: Heads::new(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.stem.forward(x);
        let x = x.flatten::<3>(2, 3).swap_dims(1, 2);
        let x = self.encoder.forward(x);
        let x = sequence_pool(&self.attention_pool, x);
        self.heads.forward(x)
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

/// cosine. Steps count from 0.
fn learning_rate(step: usize, steps: usize) -> f64 {
    let done = step as f64 / steps.max(1) as f64;
    let factor = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
    1.0 * factor
}

/// The gradients, made smaller together where they are longer than `most` as one vector.
fn clipped(mut gradients: GradientsParams, network: &Network, most: f64) -> GradientsParams {
    let mut length = Length {
        gradients: &gradients,
        squares: 0.0,
    };
    network.visit(&mut length);
    let factor = (most / (length.squares.sqrt() + 1e-6)).min(1.0);
    network.visit(&mut Shortened {
        gradients: &mut gradients,
        factor,
    });
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
    let mut optimizer = SgdConfig::new().init();

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
        let gradients = clipped(gradients, &network, 0.1);
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
