//! The layers that only LeNet-5 of 1998 has, on the GPU. Its squashing function is
//! [`Activation::ScaledTanh`](super::epilogue::Activation::ScaledTanh).

use std::fmt::Write;

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::partials::PartialSums;
use super::template::{Constants, to_constants};
use crate::ops::conv::ConvShape;
use crate::ops::pool::PoolShape;

/// Threads of the workgroups that sum gradients of parameters.
const WORKGROUP_SIZE: usize = 64;

/// How many windows such a workgroup sums over, about.
const WINDOWS_PER_SPLIT: usize = 1024;

/// Images times `scale`, padded with zeros, plus `shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleAndPad {
    /// Images times channels.
    pub planes: usize,
    /// Height and width of a plane.
    pub size: [usize; 2],
    /// What pixels are multiplied by.
    pub scale: f32,
    /// Zeros on each side.
    pub padding: usize,
    /// What is added, to the padding too.
    pub shift: f32,
}

impl ScaleAndPad {
    /// The kernel. It binds images and output. There is none of its gradient: what it pads is the image.
    pub fn kernel(&self, epilogue: &Epilogue) -> Kernel {
        let [height, width] = self.size;
        let [out_height, out_width] = self.size.map(|size| size + 2 * self.padding);
        let output = self.planes * out_height * out_width;
        let constants = to_constants([
            ("IMAGES", self.planes * height * width),
            ("OUTPUT", output),
            ("HEIGHT", height),
            ("WIDTH", width),
            ("OUT_HEIGHT", out_height),
            ("OUT_WIDTH", out_width),
            ("PADDING", self.padding),
            ("SCALE", self.scale.to_bits() as usize),
            ("SHIFT", self.shift.to_bits() as usize),
        ]);
        let source = include_str!("scale_and_pad.wgsl");
        Kernel::new(source, output, constants).with_epilogue(epilogue, 2, output)
    }
}

/// Trainable subsampling: the sum of each window times a coefficient, plus a bias, one of each for a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subsampling {
    /// Images.
    pub batch: usize,
    /// Channels.
    pub channels: usize,
    /// Height and width of the images.
    pub size: [usize; 2],
}

impl Subsampling {
    /// The windows, which do not overlap.
    fn windows(&self) -> PoolShape {
        PoolShape {
            planes: self.batch * self.channels,
            size: self.size,
            kernel: [2, 2],
            stride: [2, 2],
            padding: [0, 0],
            reach: [0, 0],
        }
    }

    fn constants(&self) -> Constants {
        let mut constants = super::pool::constants(&self.windows());
        constants.push(("CHANNELS", self.channels as u32));
        constants
    }

    /// The kernel. It binds images, coefficients, biases and output.
    pub fn kernel(&self, epilogue: &Epilogue) -> Kernel {
        let output = self.windows().output_shape().iter().product();
        let source = include_str!("subsampling.wgsl");
        Kernel::new(source, output, self.constants()).with_epilogue(epilogue, 4, output)
    }

    /// The kernel of the gradient with respect to the images. It binds coefficients, the output's gradient and the images'.
    pub fn input_kernel(&self, epilogue: &Epilogue) -> Kernel {
        let input = self.windows().input_shape().iter().product();
        let source = include_str!("subsampling_input.wgsl");
        Kernel::new(source, input, self.constants()).with_epilogue(epilogue, 3, input)
    }

    /// The kernel of the gradients with respect to coefficients and biases, those of the coefficients first. It binds images, the
    /// output's gradient and the sums.
    pub fn parameter_kernel(&self) -> PartialSums {
        let [height, width] = self.windows().output();
        let images_per_split = WINDOWS_PER_SPLIT
            .div_ceil(height * width)
            .clamp(1, self.batch);
        let split_k = self.batch.div_ceil(images_per_split);
        let mut constants = self.constants();
        constants.extend(to_constants([
            ("BATCH", self.batch),
            ("IMAGES_PER_SPLIT", images_per_split),
            ("PARTIAL_SUMS", split_k * 2 * self.channels),
        ]));
        let workgroups = split_k * self.channels;
        let source = include_str!("subsampling_parameters.wgsl");
        PartialSums {
            kernel: Kernel::of_workgroups(source, workgroups, WORKGROUP_SIZE, constants),
            split_k,
            sums: 2 * self.channels,
        }
    }
}

/// A convolution whose output channels see some of the input channels: computed as a full one, whose weight has zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialConv {
    /// The full convolution, of one group.
    pub shape: ConvShape,
    /// For each output channel, the input channels that it sees.
    pub connections: &'static [&'static [usize]],
}

impl PartialConv {
    /// The pairs of channels that are connected, in the order of their kernels: output channel times all input channels plus input
    /// channel.
    fn pairs(&self) -> impl Iterator<Item = usize> {
        let channels = self.shape.channels;
        let outputs = self.connections.iter().enumerate();
        outputs.flat_map(move |(to, inputs)| inputs.iter().map(move |from| to * channels + from))
    }

    fn constants(&self) -> Constants {
        let ConvShape {
            channels,
            filters,
            kernel: [height, width],
            ..
        } = self.shape;
        let taps = height * width;
        to_constants([
            ("TAPS", taps),
            ("CONNECTIONS", self.pairs().count()),
            ("KERNELS", self.pairs().count() * taps),
            ("WEIGHTS", filters * channels * taps),
            ("FILTERS", filters),
        ])
    }

    /// The kernel that makes the weight of the full convolution. It binds the kernels, `[connections, height · width]`, and the weight,
    /// `[filters, channels, height, width]`.
    pub fn weight_kernel(&self) -> Kernel {
        let mut lines = String::new();
        for (connection, pair) in self.pairs().enumerate() {
            // Here and below: writing to a string cannot fail.
            let _ = writeln!(
                lines,
                "    connection = select(connection, {connection}u, pair == {pair}u);"
            );
        }
        let threads = self.shape.weight_shape().iter().product();
        let source = include_str!("partial_conv_weight.wgsl");
        Kernel::new(source, threads, self.constants()).with_lines("//:connections", lines)
    }

    /// The kernel that takes the gradients of kernels and biases from those of the full convolution, which are `split_k` partial sums
    /// each. It binds those and its own.
    pub fn parameter_kernel(&self, split_k: usize) -> PartialSums {
        let mut lines = String::new();
        for (connection, pair) in self.pairs().enumerate() {
            let _ = writeln!(
                lines,
                "    pair = select(pair, {pair}u, connection == {connection}u);"
            );
        }
        let taps = self.shape.kernel.iter().product::<usize>();
        let [full, sums] = [
            self.shape.weight_shape().iter().product::<usize>(),
            self.pairs().count() * taps,
        ]
        .map(|weights| weights + self.shape.filters);
        let mut constants = self.constants();
        constants.extend(to_constants([
            ("FULL_SUMS", split_k * full),
            ("PARTIAL_SUMS", split_k * sums),
        ]));
        let source = include_str!("partial_conv_parameters.wgsl");
        PartialSums {
            kernel: Kernel::new(source, split_k * sums, constants)
                .with_lines("//:connections", lines),
            split_k,
            sums,
        }
    }
}

/// Minus the squared distances of features from fixed centres (radial basis functions), one for each class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rbf {
    /// Examples.
    pub batch: usize,
    /// Features.
    pub features: usize,
    /// Classes.
    pub classes: usize,
}

impl Rbf {
    fn constants(&self) -> Constants {
        to_constants([
            ("X", self.batch * self.features),
            ("CENTRES", self.classes * self.features),
            ("OUTPUT", self.batch * self.classes),
            ("FEATURES", self.features),
            ("CLASSES", self.classes),
        ])
    }

    /// The kernel. It binds features, centres, `[classes, features]`, and output, `[batch, classes]`.
    pub fn kernel(&self, epilogue: &Epilogue) -> Kernel {
        let output = self.batch * self.classes;
        let source = include_str!("rbf.wgsl");
        Kernel::new(source, output, self.constants()).with_epilogue(epilogue, 3, output)
    }

    /// The kernel of its gradient. It binds features, centres, the output's gradient and the features'.
    pub fn gradient_kernel(&self, epilogue: &Epilogue) -> Kernel {
        let input = self.batch * self.features;
        let source = include_str!("rbf_gradient.wgsl");
        Kernel::new(source, input, self.constants()).with_epilogue(epilogue, 4, input)
    }
}
