//! mlp, as Bunsen trains it: model=mlp&subset=64&aug=shift,rotate,elastic,crop,flip,cutout&pad=reflect&beta1=0.8&beta2=0.99&eps=0.00001&clip=1&shards=1&steps=10&tta=flip&v=1
//!
//!     cargo run --release -- data/mnist mlp.safetensors
//!
//! The first word is a folder with the data set's files, unpacked; the second, which may be left out, a file that Bunsen's
//! "Save weights" made. Without it, training starts from burn's own initial weights. A third one is how many steps are done.
//!
//! Bunsen draws its digits itself. This program reads MNIST's files or others of that kind instead, so it learns other
//! images unless it is given the same ones.
//!
//! What differs from Bunsen: every random number (the order of the images, their changes), the last digits of sums, and that
//! batch normalization, where there is any, measures the whole batch, where Bunsen cuts it into parts.

use std::error::Error;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::module::ModuleVisitor;
use burn::module::Param;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

#[derive(Module, Debug)]
struct Network {
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            fc1: LinearConfig::new(784, 300).init(device),
            fc2: LinearConfig::new(300, 100).init(device),
            fc3: LinearConfig::new(100, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = x.flatten(1, 3);
        let x = self.fc1.forward(x);
        let x = relu(x);
        let x = self.fc2.forward(x);
        let x = relu(x);
        self.fc3.forward(x)
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

    /// The same, each image changed at random: shifted by up to 2 pixels, turned by up to 10 degrees, distorted (Simard and others, 2003), cropped to its size after padding by 4 with its reflection, half of them mirrored, a square of half the side blank (DeVries and Taylor, 2017).
    fn changed(mut self, device: &Device) -> Self {
        let count = self.labels.len();
        let draws = Tensor::<1>::random([8 * count], Distribution::Default, device).into_data();
        let mut draws = draws.iter::<f32>().collect::<Vec<_>>().into_iter();
        let mut random = || draws.next().unwrap_or_default();
        let nodes = Tensor::<1>::random(
            [count * 2 * NODES * NODES],
            Distribution::Normal(0.0, 0.09),
            device,
        )
        .into_data();
        let nodes: Vec<f32> = nodes.iter::<f32>().collect();
        for (which, image) in self.pixels.chunks_exact_mut(PIXELS).enumerate() {
            let (sin, cos) = ((2.0 * random() - 1.0) * 10f32.to_radians()).sin_cos();
            let [down, right] = [4.0 * random() - 2.0, 4.0 * random() - 2.0];
            let middle = [(ROWS as f32 - 1.0) / 2.0, (COLUMNS as f32 - 1.0) / 2.0];
            let before = image.to_vec();
            for (at, pixel) in image.iter_mut().enumerate() {
                let (row, column) = (at / COLUMNS % ROWS, at % COLUMNS);
                let (y, x) = (
                    row as f32 - middle[0] - down,
                    column as f32 - middle[1] - right,
                );
                let mut from = [middle[0] + cos * y - sin * x, middle[1] + sin * y + cos * x];
                bend(
                    &nodes[which * 2 * NODES * NODES..][..2 * NODES * NODES],
                    [row, column],
                    &mut from,
                );
                *pixel = between(&before[at / (ROWS * COLUMNS) * ROWS * COLUMNS..], from);
            }
            let (top, left) = ((9.0 * random()) as usize, (9.0 * random()) as usize);
            let before = image.to_vec();
            let seen = |at: usize, side: usize| {
                at.abs_diff(4)
                    .min((2 * side - 2).saturating_sub(at.abs_diff(4)))
            };
            for (at, pixel) in image.iter_mut().enumerate() {
                let plane = at / (ROWS * COLUMNS) * ROWS * COLUMNS;
                let (y, x) = (
                    seen(at / COLUMNS % ROWS + top, ROWS),
                    seen(at % COLUMNS + left, COLUMNS),
                );
                *pixel = before[plane + y * COLUMNS + x];
            }
            if random() < 0.5 {
                image.chunks_exact_mut(COLUMNS).for_each(<[u8]>::reverse);
            }
            let span = |side: usize, at: usize| {
                at.saturating_sub(side / 4)..(at + side / 2 - side / 4).min(side)
            };
            let rows = span(ROWS, (random() * ROWS as f32) as usize);
            let columns = span(COLUMNS, (random() * COLUMNS as f32) as usize);
            for (at, row) in image.chunks_exact_mut(COLUMNS).enumerate() {
                if rows.contains(&(at % ROWS)) {
                    row[columns.clone()].fill(0);
                }
            }
        }
        self
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

/// The value at a place between pixels, from the four around it; 0 outside.
fn between(plane: &[u8], [y, x]: [f32; 2]) -> u8 {
    let (top, left) = (y.floor(), x.floor());
    let pixel = |row: f32, column: f32| {
        let inside = row >= 0.0 && column >= 0.0 && row < ROWS as f32 && column < COLUMNS as f32;
        if inside {
            f32::from(plane[row as usize * COLUMNS + column as usize])
        } else {
            0.0
        }
    };
    let (v, u) = (y - top, x - left);
    let upper = pixel(top, left) * (1.0 - u) + pixel(top, left + 1.0) * u;
    let lower = pixel(top + 1.0, left) * (1.0 - u) + pixel(top + 1.0, left + 1.0) * u;
    (upper * (1.0 - v) + lower * v + 0.5) as u8
}

/// Nodes of a distortion in each direction.
const NODES: usize = 7;

/// Moves a place by what the nodes around it say: `[2, NODES, NODES]`, downwards and to the right, in parts of the side.
fn bend(nodes: &[f32], [row, column]: [usize; 2], place: &mut [f32; 2]) {
    let (rows, columns) = (spline(row, ROWS), spline(column, COLUMNS));
    for (which, (place, side)) in place.iter_mut().zip([ROWS, COLUMNS]).enumerate() {
        for (i, down) in rows.1.iter().enumerate() {
            for (j, right) in columns.1.iter().enumerate() {
                let node = nodes[(which * NODES + rows.0 + i) * NODES + columns.0 + j];
                *place += node * down * right * side as f32;
            }
        }
    }
}

/// The first of the four nodes that a place sees, and how much of each: the uniform cubic B-spline.
fn spline(place: usize, side: usize) -> (usize, [f32; 4]) {
    let at = (place as f32 + 0.5) / side as f32 * (NODES - 3) as f32;
    let first = (at as usize).min(NODES - 4);
    let t = at - first as f32;
    let weights = [
        (1.0 - t).powi(3),
        3.0 * t.powi(3) - 6.0 * t.powi(2) + 4.0,
        -3.0 * t.powi(3) + 3.0 * t.powi(2) + 3.0 * t + 1.0,
        t.powi(3),
    ];
    (first, weights.map(|weight| weight / 6.0))
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
    let mut optimizer = AdamConfig::new()
        .with_beta_1(0.8)
        .with_beta_2(0.99)
        .with_epsilon(0.00001)
        .init();

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
        let (images, labels) = train.pick(chosen).changed(&plain).tensors(&device);
        let loss = criterion.forward(network.forward(images), labels);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        let gradients = clipped(gradients, &network, 1.0);
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
        // Test-time augmentation: the mean of the logits of each image and of its mirror image.
        let logits = (network.forward(images.clone()) + network.forward(images.flip([3]))) / 2.0;
        let guesses = logits.argmax(1).reshape([chosen.len()]);
        right += guesses.equal(labels).int().sum().into_scalar::<i64>();
    }
    println!(
        "{right} of {count} test images are right, each with its mirror image: {:.2} %",
        100.0 * right as f64 / count as f64
    );
    Ok(())
}
