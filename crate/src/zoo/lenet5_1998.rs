//! LeNet-5 as the paper has it: 60,000 trainable parameters.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of
//! the IEEE 86(11), 1998, section II.B and figure 2: C1 to F6 with the scaled tanh `1.7159 tanh(2a/3)`, trainable
//! subsampling, the connection table of C3, and an output layer of radial basis functions whose centres are
//! fixed bitmaps of the characters. It is trained with the paper's MAP criterion (equation 9).
//!
//! Where it departs from the paper: the drawings of the ten bitmaps are our own (the paper shows its own in
//! figure 3, for all of ASCII); the optimizer is the recipe's, where the paper used a stochastic diagonal
//! Levenberg-Marquardt method; and the constant j of the criterion, of which the paper says only that it is
//! positive, is 0.1.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig};
use burn::tensor::module::conv2d;
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{Device, Int, Tensor};

use super::apply::{connected, conv, zeros};
use super::lenet5::PAPER;
use super::summary::{LayerSummary, Summary};
use super::{Context, Initializer, Trainable, loss};
use crate::ops::floats;
use crate::recipe::Recipe;

/// Which of the six maps of S2 each of the sixteen maps of C3 sees (the paper's table I).
const C3_SEES: [&[usize]; 16] = [
    &[0, 1, 2],
    &[1, 2, 3],
    &[2, 3, 4],
    &[3, 4, 5],
    &[0, 4, 5],
    &[0, 1, 5],
    &[0, 1, 2, 3],
    &[1, 2, 3, 4],
    &[2, 3, 4, 5],
    &[0, 3, 4, 5],
    &[0, 1, 4, 5],
    &[0, 1, 2, 5],
    &[0, 1, 3, 4],
    &[1, 2, 4, 5],
    &[0, 2, 3, 5],
    &[0, 1, 2, 3, 4, 5],
];

/// How many pairs of maps are connected there.
const CONNECTIONS: usize = 60;

/// The characters that the output units stand for: 7 wide, 12 high.
const BITMAPS: [[&str; 12]; 10] = [
    [
        "..###..", ".#...#.", "#.....#", "#.....#", "#.....#", "#.....#", "#.....#", "#.....#",
        "#.....#", "#.....#", ".#...#.", "..###..",
    ],
    [
        "...#...", "..##...", ".#.#...", "...#...", "...#...", "...#...", "...#...", "...#...",
        "...#...", "...#...", "...#...", ".#####.",
    ],
    [
        ".#####.", "#.....#", "......#", "......#", ".....#.", "....#..", "...#...", "..#....",
        ".#.....", "#......", "#......", "#######",
    ],
    [
        "#######", ".....#.", "....#..", "...#...", "..####.", "......#", "......#", "......#",
        "......#", "......#", "#.....#", ".#####.",
    ],
    [
        "#....#.", "#....#.", "#....#.", "#....#.", "#....#.", "#....#.", "#######", ".....#.",
        ".....#.", ".....#.", ".....#.", ".....#.",
    ],
    [
        "#######", "#......", "#......", "#......", "#.####.", "##....#", "......#", "......#",
        "......#", "......#", "#.....#", ".#####.",
    ],
    [
        "...###.", "..#....", ".#.....", "#......", "#......", "#.###..", "##...#.", "#.....#",
        "#.....#", "#.....#", ".#...#.", "..###..",
    ],
    [
        "#######", "#.....#", "......#", ".....#.", ".....#.", "....#..", "....#..", "...#...",
        "...#...", "..#....", "..#....", "..#....",
    ],
    [
        ".#####.", "#.....#", "#.....#", "#.....#", "#.....#", ".#####.", "#.....#", "#.....#",
        "#.....#", "#.....#", "#.....#", ".#####.",
    ],
    [
        "..###..", ".#...#.", "#.....#", "#.....#", "#.....#", ".#...##", "..###.#", "......#",
        "......#", ".....#.", "....#..", ".###...",
    ],
];

/// The constant j of the MAP criterion.
const RUBBISH: f32 = 0.1;

/// The network.
#[derive(Module, Debug)]
pub struct LeNet5 {
    c1: Conv2d,
    s2: Subsampling,
    c3: Partial,
    s4: Subsampling,
    c5: Conv2d,
    f6: Linear,
    /// The bitmaps as −1 and 1, `[10, 84]`; not trained.
    #[module(skip)]
    centres: Tensor<2>,
}

/// Trainable subsampling: the sum of 2×2 inputs times a coefficient, plus a bias, one of each a map.
#[derive(Module, Debug)]
struct Subsampling {
    coefficient: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
    pool: AvgPool2d,
}

/// C3: a convolution in which each map sees some of the maps before it.
#[derive(Module, Debug)]
struct Partial {
    /// One 5×5 kernel a connection: `[60, 25]`.
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
    /// 1 where a pair of maps has that connection's kernel: `[96, 60]`; not trained.
    #[module(skip)]
    place: Tensor<2>,
}

impl Subsampling {
    fn init(maps: usize, device: &Device) -> Self {
        Subsampling {
            coefficient: zeros([maps], device),
            bias: zeros([maps], device),
            pool: AvgPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, maps, _, _] = x.dims();
        let each = |param: &Param<Tensor<1>>| param.val().reshape([1, maps, 1, 1]);
        // The mean of four is a quarter of their sum.
        self.pool.forward(x) * (each(&self.coefficient) * 4.0) + each(&self.bias)
    }
}

impl Partial {
    fn init(device: &Device) -> Self {
        let mut place = vec![0.0f32; 16 * 6 * CONNECTIONS];
        let pairs = C3_SEES
            .iter()
            .enumerate()
            .flat_map(|(to, seen)| seen.iter().map(move |from| to * 6 + from));
        for (connection, pair) in pairs.enumerate() {
            place[pair * CONNECTIONS + connection] = 1.0;
        }
        Partial {
            weight: zeros([CONNECTIONS, 25], device),
            bias: zeros([16], device),
            place: floats(place, [96, CONNECTIONS], device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        // The kernels are laid into a full convolution's weight, 0 where nothing is connected.
        let weight = self.place.clone().matmul(self.weight.val());
        conv2d(
            x,
            weight.reshape([16, 6, 5, 5]),
            Some(self.bias.val()),
            ConvOptions::new([1, 1], [0, 0], [1, 1], 1),
        )
    }
}

/// The paper's squashing function, through ±1 at ±1 (its appendix A).
#[inline(never)]
fn squash<const D: usize>(a: Tensor<D>) -> Tensor<D> {
    (a * (2.0 / 3.0)).tanh() * 1.7159
}

/// What a layer gives, squashed. Both are shown, under the layer's number and the next.
#[inline(never)]
fn squashed(x: Tensor<4>, context: &Context, number: usize) -> Tensor<4> {
    context.capture(number, &x);
    let x = squash(x);
    context.capture(number + 1, &x);
    x
}

fn centres(device: &Device) -> Tensor<2> {
    let pixels = BITMAPS
        .iter()
        .flat_map(|rows| rows.iter().flat_map(|row| row.bytes()))
        .map(|byte| if byte == b'#' { 1.0 } else { -1.0 })
        .collect();
    floats(pixels, [10, 84], device)
}

impl Trainable for LeNet5 {
    fn init(_: &Recipe, device: &Device) -> Self {
        LeNet5 {
            c1: conv([1, 6], 5, 0, device),
            s2: Subsampling::init(6, device),
            c3: Partial::init(device),
            s4: Subsampling::init(16, device),
            c5: conv([16, 120], 5, 0, device),
            f6: connected([120, 84], device),
            centres: centres(device),
        }
    }

    fn summary(_: &Recipe) -> Summary {
        let subsampling = |name: &str, shape: [usize; 3]| LayerSummary {
            parameters: 2 * shape[0],
            multiply_adds: shape.iter().product::<usize>() as u64,
            ..LayerSummary::without_parameters(name, "subsampling 2×2, trainable", &shape)
        };
        let squash =
            |name, shape: &[usize]| LayerSummary::without_parameters(name, "scaled tanh", shape);
        Summary {
            title: "LeNet-5 (1998)".to_owned(),
            paper: PAPER,
            input: [1, 28, 28],
            layers: vec![
                LayerSummary::without_parameters("input", "padding to 32×32", &[1, 32, 32]),
                LayerSummary::convolution("C1", 5, 6, [6, 28, 28]),
                squash("f(C1)", &[6, 28, 28]),
                subsampling("S2", [6, 14, 14]),
                squash("f(S2)", &[6, 14, 14]),
                LayerSummary::convolution("C3", 5, CONNECTIONS, [16, 10, 10]),
                squash("f(C3)", &[16, 10, 10]),
                subsampling("S4", [16, 5, 5]),
                squash("f(S4)", &[16, 5, 5]),
                LayerSummary::convolution("C5", 5, 16 * 120, [120, 1, 1]),
                squash("f(C5)", &[120, 1, 1]),
                LayerSummary::linear("F6", 120, 84),
                squash("f(F6)", &[84]),
                LayerSummary {
                    multiply_adds: 840,
                    ..LayerSummary::without_parameters(
                        "output",
                        "radial basis functions, fixed centres",
                        &[10],
                    )
                },
            ],
        }
    }

    /// Evenly within 2.4 / fan-in, as the paper has it (appendix A).
    fn initializer(name: &str, _: &[usize], _: usize) -> Initializer {
        let fan_in = match name.split('.').next() {
            Some("c1") => 25,
            Some("s2" | "s4") => 4,
            // Between 75 and 150 from map to map; every map's bound is that of the middle row of the table.
            Some("c3") => 100,
            Some("c5") => 400,
            _ => 120,
        };
        Initializer::Uniform {
            bound: 2.4 / fan_in as f32,
        }
    }

    /// Logits are minus the penalties: the squared distances of F6 from the centres.
    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let [batch, ..] = images.dims();
        // The paper's grey levels: −0.1 for the background, 1.175 for the ink.
        let x = (images * 1.275).pad([(2, 2), (2, 2)], PadMode::Constant(0.0)) - 0.1;
        context.capture(0, &x);
        let x = squashed(self.c1.forward(x), context, 1);
        let x = squashed(self.s2.forward(x), context, 3);
        let x = squashed(self.c3.forward(x), context, 5);
        let x = squashed(self.s4.forward(x), context, 7);
        let x = squashed(self.c5.forward(x), context, 9).reshape([batch, 120]);
        let x = self.f6.forward(x).reshape([batch, 1, 1, 84]);
        let x = squashed(x, context, 11);
        let apart = x.reshape([batch, 1, 84]) - self.centres.clone().reshape([1, 10, 84]);
        let logits = (apart.clone() * apart).sum_dim(2).neg();
        let logits = logits.reshape([batch, 1, 1, 10]);
        context.capture(13, &logits);
        logits.reshape([batch, 10])
    }

    fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        loss::map_criterion(logits, labels, RUBBISH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Model;

    #[test]
    fn parameters_layer_by_layer() {
        let summary = LeNet5::summary(&Recipe::of(Model::LeNet51998));
        let counts: Vec<_> = summary
            .layers
            .iter()
            .filter(|layer| layer.parameters > 0)
            .map(|layer| (layer.name.as_str(), layer.parameters))
            .collect();
        assert_eq!(
            counts,
            [
                ("C1", 156),
                ("S2", 12),
                ("C3", 1_516),
                ("S4", 32),
                ("C5", 48_120),
                ("F6", 10_164)
            ]
        );
        assert_eq!(summary.parameters(), 60_000);
    }

    #[test]
    fn the_table_has_sixty_connections_and_every_map_sees_its_own() {
        let seen: usize = C3_SEES.iter().map(|maps| maps.len()).sum();
        assert_eq!(seen, CONNECTIONS);
        // Each map of S2 goes into ten maps of C3.
        for map in 0..6 {
            assert_eq!(
                C3_SEES.iter().filter(|maps| maps.contains(&map)).count(),
                10
            );
        }
    }

    #[test]
    fn an_unconnected_map_changes_nothing() {
        let device = Device::flex();
        let mut c3 = Partial::init(&device);
        c3.weight = Param::from_tensor(Tensor::ones([CONNECTIONS, 25], &device));
        // Only map 5 of S2 is lit: the maps of C3 that see it answer 25, the others 0.
        let x = Tensor::<4>::zeros([1, 6, 5, 5], &device).slice_assign(
            [0..1, 5..6, 0..5, 0..5],
            Tensor::ones([1, 1, 5, 5], &device),
        );
        let answers: Vec<f32> = c3.forward(x).into_data().try_to_vec().unwrap();
        for (map, answer) in answers.iter().enumerate() {
            let expected = if C3_SEES[map].contains(&5) { 25.0 } else { 0.0 };
            assert_eq!(*answer, expected, "map {map}");
        }
    }

    #[test]
    fn every_bitmap_is_7_by_12_and_unlike_the_others() {
        for (digit, rows) in BITMAPS.iter().enumerate() {
            assert!(rows.iter().all(|row| row.len() == 7), "{digit}");
            for other in &BITMAPS[digit + 1..] {
                assert_ne!(rows, other);
            }
        }
    }

    #[test]
    fn squash_goes_through_one_at_one() {
        let x = Tensor::<1>::from_floats([-1.0, 0.0, 1.0], &Device::flex());
        let y: Vec<f32> = squash(x).into_data().try_to_vec().unwrap();
        for (y, expected) in y.iter().zip([-1.0, 0.0, 1.0]) {
            assert!((y - expected).abs() < 1e-4);
        }
    }
}
