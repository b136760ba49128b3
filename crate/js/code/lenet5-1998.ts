// The LeNet-5 of the 1998 paper, whose layers no other network has: its code is written by hand, in each language.

import type { ExportedGraph } from "../cpu/bunsen.js";
import type { Recipe } from "./recipe.js";
import type { PythonNetwork } from "./pytorch-network.js";
import type { RustNetwork } from "./rust-network.js";

export const isLeNet5Of1998 = ({ model }: Recipe): boolean => model === "lenet5-1998";

/** What programs need of a graph beside its layers. The network scales its input by itself. */
export const LENET5_OF_1998 = {
  input: [1, 28, 28],
  mean: [0],
  std: [1],
  layers: [],
  logits: 0,
} as unknown as ExportedGraph;

/** The ten characters that the output units stand for, 7 wide and 12 high. */
const CHARACTERS = `..###.. ...#... .#####. ####### #....#. ####### ...###. ####### .#####. ..###..
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
..###.. .#####. ####### .#####. .....#. .#####. ..###.. ..#.... .#####. .###...`;

/** Which maps of S2 each map of C3 sees: the paper's table I. */
const SEES = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345";

export function python(): PythonNetwork {
  return { classes: [PYTHON], auxiliary: false, imports: [], criterion: "map_criterion" };
}

export function rust(): RustNetwork {
  const uses = [
    "burn::module::Param",
    "burn::nn::conv::{Conv2d, Conv2dConfig}",
    "burn::nn::{Linear, LinearConfig}",
    "burn::tensor::module::{avg_pool2d, conv2d}",
    "burn::tensor::ops::{AvgPoolOptions, ConvOptions, PadMode}",
  ];
  return { structs: [RUST], uses: new Set(uses), auxiliary: false, scores: "with_rubbish" };
}

/** Its parameters, as a program for several processes has them: uniform within 2.4 / fan-in (the paper's appendix A). */
export const PARAMETERS_OF_1998: string[] = [
  '("c1.weight", (6, 1, 5, 5), "uniform", 2.4 / 25, False)',
  '("c1.bias", (6,), "uniform", 2.4 / 25, False)',
  '("s2.coefficient", (6,), "uniform", 2.4 / 4, False)',
  '("s2.bias", (6,), "uniform", 2.4 / 4, False)',
  '("c3.weight", (60, 25), "uniform", 2.4 / 100, False)',
  '("c3.bias", (16,), "uniform", 2.4 / 100, False)',
  '("s4.coefficient", (16,), "uniform", 2.4 / 4, False)',
  '("s4.bias", (16,), "uniform", 2.4 / 4, False)',
  '("c5.weight", (120, 16, 5, 5), "uniform", 2.4 / 400, False)',
  '("c5.bias", (120,), "uniform", 2.4 / 400, False)',
  '("f6.weight", (120, 84), "uniform", 2.4 / 120, True)',
  '("f6.bias", (84,), "uniform", 2.4 / 120, False)',
];

const PYTHON = `# The characters that the output units stand for.
CHARACTERS = """
${CHARACTERS}
"""
# Which maps of S2 each map of C3 sees (the paper's table I).
SEES = "${SEES}"


def squash(a):
    """The paper's squashing function, through 1 at 1 and -1 at -1."""
    return 1.7159 * torch.tanh(a * (2 / 3))


class Subsampling(nn.Module):
    """The sum of 2x2 inputs times a coefficient, plus a bias, one of each a map."""

    def __init__(self, maps):
        super().__init__()
        self.coefficient = nn.Parameter(0.6 * (2 * torch.rand(maps) - 1))
        self.bias = nn.Parameter(0.6 * (2 * torch.rand(maps) - 1))

    def forward(self, x):
        return F.avg_pool2d(x, 2) * (4 * self.coefficient).view(-1, 1, 1) + self.bias.view(-1, 1, 1)


class Partial(nn.Module):
    """A convolution in which each map sees some of the maps before it: one 5x5 kernel a connection."""

    def __init__(self):
        super().__init__()
        pairs = [(to, int(at)) for to, seen in enumerate(SEES.split()) for at in seen]
        self.weight = nn.Parameter(0.024 * (2 * torch.rand(len(pairs), 25) - 1))
        self.bias = nn.Parameter(0.024 * (2 * torch.rand(16) - 1))
        self.pairs = tuple(torch.tensor(pairs).T)

    def forward(self, x):
        weight = self.weight.new_zeros(16, 6, 25).index_put(self.pairs, self.weight)
        return F.conv2d(x, weight.view(16, 6, 5, 5), self.bias)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Subsampling(6)
        self.c3 = Partial()
        self.s4 = Subsampling(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        rows = [line.split() for line in CHARACTERS.split("\\n") if line]
        drawn = ["".join(row[digit] for row in rows) for digit in range(10)]
        centres = torch.tensor([[1.0 if pixel == "#" else -1.0 for pixel in each] for each in drawn])
        self.register_buffer("centres", centres, persistent=False)

    def forward(self, x):
        # The paper's grey levels: -0.1 for the background, 1.175 for the ink.
        x = F.pad(1.275 * x, (2, 2, 2, 2)) - 0.1
        for layer in [self.c1, self.s2, self.c3, self.s4, self.c5]:
            x = squash(layer(x))
        x = squash(self.f6(x.flatten(1)))
        # Minus the squared distances from the characters.
        return -((x[:, None] - self.centres) ** 2).sum(2)


def map_criterion(scores, labels):
    """The paper's equation 9: a cross-entropy with one more class, "rubbish", of a constant score."""
    return F.cross_entropy(F.pad(scores, (0, 1), value=-0.1), labels)
`;

const RUST = `/// The characters that the output units stand for.
const CHARACTERS: &str = "
${CHARACTERS}
";

/// Which maps of S2 each map of C3 sees (the paper's table I).
const SEES: &str = "${SEES}";

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
    Param::from_tensor(Tensor::random(shape, Distribution::Uniform(-bound, bound), device))
}

/// The sum of 2x2 inputs times a coefficient, plus a bias, one of each a map.
#[derive(Module, Debug)]
struct Subsampling {
    coefficient: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
}

impl Subsampling {
    fn new(maps: usize, device: &Device) -> Self {
        Subsampling { coefficient: learned([maps], 0.6, device), bias: learned([maps], 0.6, device) }
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
        Partial { weight: learned([60, 25], 0.024, device), bias: learned([16], 0.024, device) }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let device = x.device();
        let mut place = vec![0f32; 16 * 6 * 60];
        let pairs = SEES.split(' ').enumerate();
        let pairs = pairs.flat_map(|(to, seen)| seen.bytes().map(move |from| to * 6 + usize::from(from - b'0')));
        for (connection, pair) in pairs.enumerate() {
            place[pair * 60 + connection] = 1.0;
        }
        let place = Tensor::<2>::from_data(TensorData::new(place, [96, 60]), &device);
        let weight = place.matmul(self.weight.val()).reshape([16, 6, 5, 5]);
        conv2d(x, weight, Some(self.bias.val()), ConvOptions::new([1, 1], [0, 0], [1, 1], 1))
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
            let rows = CHARACTERS.trim().lines().filter_map(|line| line.split(' ').nth(digit));
            centres.extend(rows.flat_map(str::bytes).map(|pixel| if pixel == b'#' { 1f32 } else { -1.0 }));
        }
        let centres = Tensor::<3>::from_data(TensorData::new(centres, [1, 10, 84]), &device);
        // Minus the squared distances from the characters.
        let [count, _] = x.dims();
        (x.reshape([count, 1, 84]) - centres).square().sum_dim(2).neg().flatten(1, 2)
    }
}
`;
