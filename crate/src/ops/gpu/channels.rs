//! Concatenation along channels on the GPU, and its gradient.

use std::fmt::Write;
use std::ops::Range;

use super::epilogue::{Activation, Epilogue};
use super::kernel::Kernel;
use super::template::to_constants;

/// The most parts that one dispatch takes: with the output and what its epilogue reads, WebGPU's eight buffers.
pub const MAX_PARTS: usize = 6;

/// Parts of an output, `[batch, channels, pixels]`, one after the other along its channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcatShape {
    /// Images.
    pub batch: usize,
    /// The channels of each part.
    pub channels: Vec<usize>,
    /// Pixels of a channel.
    pub pixels: usize,
}

/// What is done to a part of the gradient before it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartGradient {
    /// Adds what stands in its place.
    pub accumulate: bool,
    /// Multiplies by the derivative of the activation that gave the part. It is no [`Activation::Gelu`], whose derivative does not follow
    /// from what it gave.
    pub derivative: Option<Activation>,
}

/// Where a part lies among those of a dispatch, in one image.
#[derive(Clone, Copy, Debug)]
struct PartPlace {
    start: usize,
    end: usize,
    len: usize,
}

impl ConcatShape {
    /// The numbers of the whole output.
    pub fn output_len(&self) -> usize {
        self.batch * self.image_len(0..self.channels.len())
    }

    /// The numbers of some parts of one image.
    fn image_len(&self, parts: Range<usize>) -> usize {
        self.channels[parts].iter().sum::<usize>() * self.pixels
    }

    /// The kernel that copies some parts, at most [`MAX_PARTS`], to their places. It binds these parts and the whole output.
    pub fn concat_kernel(&self, parts: Range<usize>, epilogue: &Epilogue) -> Kernel {
        let mut bindings = String::new();
        let mut function = "fn number_of(image: u32, within: u32) -> f32 {\n".to_owned();
        for (binding, part) in self.parts(parts.clone()).enumerate() {
            let PartPlace { start, end, len } = part;
            let all = self.batch * len;
            // Here and below: writing to a string cannot fail.
            let _ = writeln!(
                bindings,
                "@group(0) @binding({binding}) var<storage> part_{binding}: array<f32, {all}>;"
            );
            let _ = writeln!(
                function,
                "    if (within >= {start}u && within < {end}u) {{
        return part_{binding}[image * {len}u + within - {start}u];
    }}"
            );
        }
        let count = parts.len();
        let len = self.output_len();
        let _ = writeln!(
            bindings,
            "@group(0) @binding({count}) var<storage, read_write> output: array<f32, {len}>;"
        );
        function.push_str("    return 0.0;\n}\n");
        let source = include_str!("concat_channels.wgsl");
        self.kernel(source, parts, bindings + &function)
            .with_epilogue(epilogue, count + 1, len)
    }

    /// The kernel of the gradients of some parts, at most [`MAX_PARTS`]. It binds the output's gradient, the gradients of these parts,
    /// and where one has a derivative the concatenation's output.
    pub fn split_kernel(&self, parts: Range<usize>, stores: &[PartGradient]) -> Kernel {
        let mut bindings = String::new();
        let mut function = "fn store_part(image: u32, within: u32, at: u32) {\n".to_owned();
        for ((part, place), store) in self.parts(parts.clone()).enumerate().zip(stores) {
            let PartPlace { start, end, len } = place;
            let all = self.batch * len;
            let binding = part + 1;
            let _ = writeln!(
                bindings,
                "@group(0) @binding({binding}) var<storage, read_write> part_{part}: array<f32, {all}>;"
            );
            let _ = writeln!(
                function,
                "    if (within >= {start}u && within < {end}u) {{
        let to = image * {len}u + within - {start}u;
        var value = gradient[at];"
            );
            if store.accumulate {
                let _ = writeln!(function, "        value += part_{part}[to];");
            }
            if let Some(activation) = store.derivative {
                let derivative = activation.derivative();
                let _ = writeln!(
                    function,
                    "        let known = activated[at];
        value *= {derivative};"
                );
            }
            let _ = writeln!(function, "        part_{part}[to] = value;\n    }}");
        }
        if stores.iter().any(|store| store.derivative.is_some()) {
            let binding = parts.len() + 1;
            let len = self.output_len();
            let _ = writeln!(
                bindings,
                "@group(0) @binding({binding}) var<storage> activated: array<f32, {len}>;"
            );
        }
        function.push_str("}\n");
        let source = include_str!("split_channels.wgsl");
        self.kernel(source, parts, bindings + &function)
    }

    /// The kernel of the gradient of one part. It binds the output's gradient and the part's.
    pub fn slice_kernel(&self, part: usize, epilogue: &Epilogue) -> Kernel {
        let part_len = self.image_len(part..part + 1);
        let constants = to_constants([
            ("LEN", self.output_len()),
            ("IMAGE", self.image_len(0..self.channels.len())),
            ("START", self.image_len(0..part)),
            ("PART", part_len),
            ("OUTPUT", self.batch * part_len),
        ]);
        let threads = self.batch * part_len;
        Kernel::new(include_str!("slice_channels.wgsl"), threads, constants)
            .with_epilogue(epilogue, 2, threads)
    }

    /// A kernel with a thread for each number of these parts, with generated bindings and a function.
    fn kernel(&self, source: &'static str, parts: Range<usize>, lines: String) -> Kernel {
        debug_assert!(parts.len() <= MAX_PARTS, "{parts:?}");
        let selected = self.image_len(parts.clone());
        let constants = to_constants([
            ("LEN", self.output_len()),
            ("IMAGE", self.image_len(0..self.channels.len())),
            ("START", self.image_len(0..parts.start)),
            ("SELECTED", selected),
        ]);
        Kernel::new(source, self.batch * selected, constants).with_lines("//:parts", lines)
    }

    /// Where some parts lie among them, in one image.
    fn parts(&self, parts: Range<usize>) -> impl Iterator<Item = PartPlace> {
        let first = self.image_len(0..parts.start);
        parts.map(move |part| {
            let start = self.image_len(0..part) - first;
            let len = self.image_len(part..part + 1);
            PartPlace {
                start,
                end: start + len,
                len,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gpu::testing::Binding::{Output, Read, Write};
    use crate::ops::gpu::testing::run;

    /// Two images of parts of 1, 3 and 2 channels, of 2 pixels.
    fn shape() -> ConcatShape {
        ConcatShape {
            batch: 2,
            channels: vec![1, 3, 2],
            pixels: 2,
        }
    }

    fn numbers(range: Range<usize>) -> Vec<f32> {
        range.map(|number| number as f32 + 1.0).collect()
    }

    /// The numbers of the second and third part of 24.
    fn later_parts() -> [Vec<f32>; 2] {
        [(2..8), (8..12)].map(|range| {
            let second = range.start + 12..range.end + 12;
            [numbers(range), numbers(second)].concat()
        })
    }

    #[test]
    fn some_parts_are_copied_and_the_others_stay() {
        let kernel = shape().concat_kernel(1..3, &Epilogue::default());
        let [second, third] = later_parts();
        let before = vec![-1.0; 24];
        let bindings = [Read(&second), Read(&third), Write(&before)];
        let mut expected = numbers(0..24);
        for at in [0, 1, 12, 13] {
            expected[at] = -1.0;
        }
        assert_eq!(run(&kernel, &bindings)[0], expected);
    }

    #[test]
    fn a_gradient_is_split_into_parts_each_stored_in_its_way() {
        let stores = [
            PartGradient {
                accumulate: true,
                derivative: None,
            },
            PartGradient {
                accumulate: false,
                derivative: Some(Activation::Tanh),
            },
        ];
        let kernel = shape().split_kernel(1..3, &stores);
        let gradient = numbers(0..24);
        let before = vec![100.0; 12];
        let activated: Vec<f32> = (0..24).map(|at| if at < 12 { 0.5 } else { 0.0 }).collect();
        let bindings = [Read(&gradient), Write(&before), Output(8), Read(&activated)];
        let [second, third] = later_parts();
        let second: Vec<f32> = second.iter().map(|number| number + 100.0).collect();
        let factors = [[0.75; 4], [1.0; 4]].concat();
        let third: Vec<f32> = third.iter().zip(factors).map(|(a, b)| a * b).collect();
        assert_eq!(run(&kernel, &bindings), [second, third]);
    }
}
