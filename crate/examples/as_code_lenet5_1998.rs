//! lenet5-1998, as Bunsen trains it: model=lenet5-1998&subset=64&shards=1&steps=10&v=1
//!
//!     cargo run --release -- data/mnist lenet5-1998.safetensors
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
use burn::module::Param;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::{ModuleStore, PyTorchToBurnAdapter, SafetensorsStore};
use burn::tensor::module::{avg_pool2d, conv2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, PadMode};
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

/// The characters that the output units stand for.
const CHARACTERS: &str = "
..###.. ...#... .#####. ####### #....#. ####### ...###. ####### .#####. ..###..
.#...#. ..##... #.....# .....#. #....#. #...... ..#.... #.....# #.....# .#...#.
#.....# .#.#... ......# ....#.. #....#. #...... .#..... ......# #.....# #.....#
#.....# ...#... ......# ...#... #....#. #...... #...... .....#. #.....# #.....#
#.....# ...#... .....#. ..####. #....#. #.####. #...... .....#. #.....# #.....#
#.....# ...#... ....#.. ......# #....#. ##....# #.###.. ....#.. .#####. .#...##
#.....# ...#... ...#... ......# ####### ......# ##...#. ....#.. #.....# ..###.#
#.....# ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# ......#
#.....# ...#... .#..... ......# .....#. ......# #.....# ...#... #.....# ......#
#.....# ...#... #...... ......# .....#. ......# #.....# ..#.... #.....# .....#.
.#...#. ...#... #...... #.....# .....#. #.....# .#...#. ..#.... #.....# ....#..
..###.. .#####. ####### .#####. .....#. .#####. ..###.. ..#.... .#####. .###...
";

/// Which maps of S2 each map of C3 sees (the paper's table I).
const SEES: &str = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345";

/// The paper's squashing function, through 1 at 1 and -1 at -1.
fn squash<const D: usize>(a: Tensor<D>) -> Tensor<D> {
    (a * (2.0 / 3.0)).tanh() * 1.7159
}

/// One more class, "rubbish", of a constant score: the cross-entropy is then the paper's equation 9.
fn with_rubbish(scores: Tensor<2>) -> Tensor<2> {
    scores.pad([(0, 1)], PadMode::Constant(-0.1))
}

/// Numbers that are learned, at first evenly within a bound.
fn learned<const D: usize>(shape: [usize; D], bound: f64, device: &Device) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::random(
        shape,
        Distribution::Uniform(-bound, bound),
        device,
    ))
}

/// The sum of 2x2 inputs times a coefficient, plus a bias, one of each a map.
#[derive(Module, Debug)]
struct Subsampling {
    coefficient: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
}

impl Subsampling {
    fn new(maps: usize, device: &Device) -> Self {
        Subsampling {
            coefficient: learned([maps], 0.6, device),
            bias: learned([maps], 0.6, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, maps, _, _] = x.dims();
        let each = |values: &Param<Tensor<1>>| values.val().reshape([1, maps, 1, 1]);
        let means = avg_pool2d(x, AvgPoolOptions::new([2, 2]).with_stride([2, 2]));
        means * (each(&self.coefficient) * 4.0) + each(&self.bias)
    }
}

/// A convolution in which each map sees some of the maps before it: one 5x5 kernel a connection.
#[derive(Module, Debug)]
struct Partial {
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
}

impl Partial {
    fn new(device: &Device) -> Self {
        Partial {
            weight: learned([60, 25], 0.024, device),
            bias: learned([16], 0.024, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let device = x.device();
        let mut place = vec![0f32; 16 * 6 * 60];
        let pairs = SEES.split(' ').enumerate();
        let pairs = pairs.flat_map(|(to, seen)| {
            seen.bytes()
                .map(move |from| to * 6 + usize::from(from - b'0'))
        });
        for (connection, pair) in pairs.enumerate() {
            place[pair * 60 + connection] = 1.0;
        }
        let place = Tensor::<2>::from_data(TensorData::new(place, [96, 60]), &device);
        let weight = place.matmul(self.weight.val()).reshape([16, 6, 5, 5]);
        conv2d(
            x,
            weight,
            Some(self.bias.val()),
            ConvOptions::new([1, 1], [0, 0], [1, 1], 1),
        )
    }
}

#[derive(Module, Debug)]
struct Network {
    c1: Conv2d,
    s2: Subsampling,
    c3: Partial,
    s4: Subsampling,
    c5: Conv2d,
    f6: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Network {
            c1: Conv2dConfig::new([1, 6], [5; 2]).init(device),
            s2: Subsampling::new(6, device),
            c3: Partial::new(device),
            s4: Subsampling::new(16, device),
            c5: Conv2dConfig::new([16, 120], [5; 2]).init(device),
            f6: LinearConfig::new(120, 84).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let device = x.device();
        // The paper's grey levels: -0.1 for the background, 1.175 for the ink.
        let x = (x * 1.275).pad([(2, 2), (2, 2)], PadMode::Constant(0.0)) - 0.1;
        let x = squash(self.s2.forward(squash(self.c1.forward(x))));
        let x = squash(self.s4.forward(squash(self.c3.forward(x))));
        let x = squash(self.c5.forward(x)).flatten::<2>(1, 3);
        let x = squash(self.f6.forward(x));
        let mut centres = Vec::new();
        for digit in 0..10 {
            let rows = CHARACTERS
                .trim()
                .lines()
                .filter_map(|line| line.split(' ').nth(digit));
            centres.extend(
                rows.flat_map(str::bytes)
                    .map(|pixel| if pixel == b'#' { 1f32 } else { -1.0 }),
            );
        }
        let centres = Tensor::<3>::from_data(TensorData::new(centres, [1, 10, 84]), &device);
        // Minus the squared distances from the characters.
        let [count, _] = x.dims();
        (x.reshape([count, 1, 84]) - centres)
            .square()
            .sum_dim(2)
            .neg()
            .flatten(1, 2)
    }
}

/// Images: channels, rows, columns.
const CHANNELS: usize = 1;
const ROWS: usize = 28;
const COLUMNS: usize = 28;
const PIXELS: usize = CHANNELS * ROWS * COLUMNS;

/// Of the training images' pixels, from 0 to 1, channel by channel.
const MEAN: [f32; CHANNELS] = [0.0];
const DEVIATION: [f32; CHANNELS] = [1.0];

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
        return 0.005 * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
    let factor = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
    0.005 * factor
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
        let loss = criterion.forward(with_rubbish(network.forward(images)), labels);
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
