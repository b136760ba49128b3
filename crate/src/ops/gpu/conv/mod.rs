//! Convolutions on the GPU: forward, by the images and by the weights, each by one of several algorithms.
//!
//! - `direct`: a thread computes a register tile and reads what it needs from the buffers; `tile`: how large that is
//! - `gemm`: implicit GEMM in workgroups' memory
//!
//! [`candidates`] lists what can compute a pass, best first by a rule of thumb, and the builders take one of these.

mod direct;
mod gemm;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::thread::LocalKey;

use burn_cubecl::tensor::CubeTensor;

use super::adapter::Adapter;
use super::epilogue::Epilogue;
use super::kernel::{Kernel, floats};
use super::partials::{PartialSums, sum_partials};
use super::products::Products;
use super::slice::ChannelSlice;
use super::template::{Constants, to_constants};
use crate::ops::conv::ConvShape;
use gemm::GemmTile;

/// The most partial sums of a weight gradient (split-K), unless a thread's loop would be too long: adding up more costs more
/// than it saves.
const MAX_SPLIT_K: usize = 256;

/// The most numbers of all partial sums of a layer: 4 MiB.
const MAX_PARTIALS: usize = 1 << 20;

/// How many tiles of implicit GEMM are candidates.
const TILES_TRIED: usize = 3;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// The output.
    Forward,
    /// The gradient with respect to the images.
    Input,
    /// The gradients with respect to weights and bias.
    Weights,
}

/// How it is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// A thread computes a register tile, and reads what it needs from the buffers.
    Direct,
    /// A workgroup computes a tile of a matrix product in its memory.
    ImplicitGemm(GemmTile),
}

/// How a pass of a layer is computed, and for how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The fewest threads that keep the adapter busy.
    pub wanted_threads: usize,
}

/// Which channels of wider buffers a convolution reads: all, unless it says so. What it writes is its epilogue's affair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slices {
    /// Those that its images are.
    pub images: Option<ChannelSlice>,
    /// Those that its output's gradient is.
    pub gradient: Option<ChannelSlice>,
}

impl Slices {
    fn images_of(&self, shape: &ConvShape) -> ChannelSlice {
        self.images.unwrap_or(ChannelSlice::all(shape.channels))
    }

    fn gradient_of(&self, shape: &ConvShape) -> ChannelSlice {
        self.gradient.unwrap_or(ChannelSlice::all(shape.filters))
    }
}

/// What can compute a pass on an adapter, best first by a rule of thumb. There is always one.
///
/// On a card implicit GEMM comes first where it fills its tiles (`gemm::is_worthwhile`), and direct convolution else. On a software
/// adapter direct convolution comes first: a workgroup's memory is no faster there than a buffer, and waiting for all its threads is
/// dear.
pub fn candidates(pass: Pass, shape: &ConvShape, adapter: &Adapter) -> Vec<Choice> {
    let mut algorithms = Vec::new();
    if gemm::is_possible(shape) {
        let tiles = gemm::tiles(pass, shape, adapter);
        algorithms.extend(
            tiles
                .into_iter()
                .take(TILES_TRIED)
                .map(Algorithm::ImplicitGemm),
        );
    }
    let is_gemm = !adapter.is_software() && gemm::is_worthwhile(pass, shape);
    let at = if is_gemm { algorithms.len() } else { 0 };
    algorithms.insert(at, Algorithm::Direct);
    let choice = |algorithm| Choice {
        algorithm,
        wanted_threads: adapter.wanted_threads,
    };
    algorithms.into_iter().map(choice).collect()
}

/// The first of the [`candidates`].
pub fn choose(pass: Pass, shape: &ConvShape, adapter: &Adapter) -> Choice {
    candidates(pass, shape, adapter)[0]
}

/// The kernel of a convolution. It binds images, weights, the bias where there is one, and the output.
pub fn forward_kernel(
    shape: &ConvShape,
    slices: &Slices,
    choice: Choice,
    has_bias: bool,
    epilogue: &Epilogue,
) -> Kernel {
    let slices = &Slices {
        gradient: None,
        ..*slices
    };
    let kernel = match choice.algorithm {
        Algorithm::Direct => {
            direct::forward_kernel(shape, slices, choice.wanted_threads, has_bias, epilogue)
        }
        Algorithm::ImplicitGemm(tile) => {
            gemm::forward_kernel(shape, slices, tile, has_bias, epilogue)
        }
    };
    kernel.computes(products(Pass::Forward, shape, slices, has_bias))
}

/// The kernel of a convolution's gradient with respect to its images. It binds weights, the output's gradient and the images'.
pub fn input_kernel(
    shape: &ConvShape,
    slices: &Slices,
    choice: Choice,
    epilogue: &Epilogue,
) -> Kernel {
    let slices = &Slices {
        images: None,
        ..*slices
    };
    let kernel = match choice.algorithm {
        Algorithm::Direct => direct::input_kernel(shape, slices, choice.wanted_threads, epilogue),
        Algorithm::ImplicitGemm(tile) => gemm::input_kernel(shape, slices, tile, epilogue),
    };
    kernel.computes(products(Pass::Input, shape, slices, false))
}

/// The kernel of a convolution's gradient with respect to weights and bias: partial sums, `[split_k, sums]`, those of the weights
/// before those of the bias. It binds images, the output's gradient and the sums.
pub fn weight_kernel(
    shape: &ConvShape,
    slices: &Slices,
    choice: Choice,
    with_bias: bool,
) -> PartialSums {
    let wanted_threads = choice.wanted_threads;
    let sums = match choice.algorithm {
        Algorithm::Direct => direct::weight_kernel(shape, slices, wanted_threads, with_bias),
        Algorithm::ImplicitGemm(tile) => {
            gemm::weight_kernel(shape, slices, tile, wanted_threads, with_bias)
        }
    };
    let products = products(Pass::Weights, shape, slices, with_bias);
    PartialSums {
        kernel: sums.kernel.computes(products),
        ..sums
    }
}

fn products(pass: Pass, shape: &ConvShape, slices: &Slices, has_bias: bool) -> Products {
    Products::Conv {
        pass,
        shape: *shape,
        slices: *slices,
        has_bias,
    }
}

/// The most partial sums of so many numbers each.
fn max_split_k(sums: usize) -> usize {
    (MAX_PARTIALS / sums).clamp(1, MAX_SPLIT_K)
}

fn constants(shape: &ConvShape, slices: &Slices) -> Constants {
    let [out_height, out_width] = shape.output();
    let [images, gradient] = [slices.images_of(shape), slices.gradient_of(shape)];
    to_constants([
        ("BATCH", shape.batch),
        ("CHANNELS", shape.channels),
        ("HEIGHT", shape.size[0]),
        ("WIDTH", shape.size[1]),
        ("FILTERS", shape.filters),
        ("KERNEL_HEIGHT", shape.kernel[0]),
        ("KERNEL_WIDTH", shape.kernel[1]),
        ("KERNEL", shape.kernel[0] * shape.kernel[1]),
        ("STRIDE_Y", shape.stride[0]),
        ("STRIDE_X", shape.stride[1]),
        ("PADDING_Y", shape.padding[0]),
        ("PADDING_X", shape.padding[1]),
        ("GROUP_CHANNELS", shape.group_channels()),
        ("GROUP_FILTERS", shape.group_filters()),
        ("OUT_HEIGHT", out_height),
        ("OUT_WIDTH", out_width),
        ("IMAGE_CHANNELS", images.channels),
        ("FIRST_CHANNEL", images.first),
        ("OUTPUT_CHANNELS", gradient.channels),
        ("FIRST_FILTER", gradient.first),
        (
            "IMAGES",
            shape.batch * images.channels * shape.size[0] * shape.size[1],
        ),
        ("WEIGHTS", shape.filters * shape.reduction_len()),
        (
            "OUTPUT",
            shape.batch * gradient.channels * shape.output_pixels(),
        ),
    ])
}

/// A kernel that is launched again and again is built once.
type Built<T> = LocalKey<RefCell<HashMap<(ConvShape, bool), T>>>;

thread_local! {
    static FORWARD: RefCell<HashMap<(ConvShape, bool), Kernel>> = RefCell::default();
    static INPUT: RefCell<HashMap<(ConvShape, bool), Kernel>> = RefCell::default();
    static WEIGHTS: RefCell<HashMap<(ConvShape, bool), PartialSums>> = RefCell::default();
}

/// The kernel of a shape, which is built at the first call. burn's path knows no adapter and takes what suits all.
fn built<T: Clone>(
    kernels: &'static Built<T>,
    pass: Pass,
    shape: &ConvShape,
    with_bias: bool,
    build: impl FnOnce(Choice) -> T,
) -> T {
    kernels.with_borrow_mut(|kernels| {
        let kernel = kernels.entry((*shape, with_bias));
        let build = || build(choose(pass, shape, &Adapter::default()));
        kernel.or_insert_with(build).clone()
    })
}

/// The output, `[batch, filters, height, width]`.
pub fn forward(
    images: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let kernel = built(&FORWARD, Pass::Forward, shape, true, |choice| {
        forward_kernel(
            shape,
            &Slices::default(),
            choice,
            true,
            &Epilogue::default(),
        )
    });
    let output = floats(shape.output_shape());
    let [output] = kernel.launch(&[images, weights, bias], [output]);
    output
}

/// The gradient with respect to the images.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let kernel = built(&INPUT, Pass::Input, shape, false, |choice| {
        input_kernel(shape, &Slices::default(), choice, &Epilogue::default())
    });
    let [input] = kernel.launch(&[weights, gradient], [floats(shape.image_shape())]);
    input
}

/// The gradient with respect to the weights.
pub fn weight_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let (partials, split_k) = partial_sums(images, gradient, shape, false);
    let [weight_gradient] = sum_partials(&partials, split_k, [floats(shape.weight_shape())]);
    weight_gradient
}

/// The gradients with respect to weights and bias.
pub fn parameter_gradients(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> (CubeTensor, CubeTensor) {
    let (partials, split_k) = partial_sums(images, gradient, shape, true);
    let outputs = [floats(shape.weight_shape()), floats([shape.filters])];
    let [weight_gradient, bias_gradient] = sum_partials(&partials, split_k, outputs);
    (weight_gradient, bias_gradient)
}

/// The first stage of a split-K reduction: the partial sums, and how many each number has.
fn partial_sums(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
    with_bias: bool,
) -> (CubeTensor, usize) {
    let PartialSums {
        kernel,
        split_k,
        sums,
    } = built(&WEIGHTS, Pass::Weights, shape, with_bias, |choice| {
        weight_kernel(shape, &Slices::default(), choice, with_bias)
    });
    let [sums] = kernel.launch(&[images, gradient], [floats([split_k, sums])]);
    (sums, split_k)
}
