//! Batch normalization: each channel by the mean and variance of its shard of the batch.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::shape::assert_shape;
use super::tile::{LANES, load, store};
use super::uninit::filled;

/// The shape of a batch normalization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormShape {
    /// Images.
    pub batch: usize,
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Shards: consecutive parts of the batch, each with statistics of its own.
    pub shards: usize,
    /// ε, which is added to a variance before its root is taken.
    pub epsilon: f32,
}

impl NormShape {
    /// Panics unless the shards have equally many images.
    fn assert_shards(&self) {
        assert!(
            self.batch.is_multiple_of(self.shards),
            "{} shards of {} images",
            self.shards,
            self.batch
        );
    }

    /// `[batch, channels, pixels]`.
    fn image_shape(&self) -> [usize; 3] {
        [self.batch, self.channels, self.pixels]
    }

    /// `[shards, 2, channels]`.
    fn statistics_shape(&self) -> [usize; 3] {
        [self.shards, 2, self.channels]
    }

    /// The number of elements that a mean is of.
    fn count(&self) -> usize {
        self.batch / self.shards * self.pixels
    }

    /// The planes of a shard's channel.
    fn planes<'a>(
        &self,
        values: &'a [f32],
        shard: usize,
        channel: usize,
    ) -> impl Iterator<Item = &'a [f32]> + use<'a> {
        let (pixels, channels) = (self.pixels, self.channels);
        let images = self.batch / self.shards;
        let first = shard * images;
        (first..first + images).map(move |image| {
            let at = (image * channels + channel) * pixels;
            &values[at..at + pixels]
        })
    }

    /// The mean and 1/√(variance + ε) of a shard's channel, from `[shards, 2, channels]`.
    fn mean_and_scale(&self, statistics: &[f32], shard: usize, channel: usize) -> (f32, f32) {
        let at = shard * 2 * self.channels + channel;
        let variance = statistics[at + self.channels];
        (statistics[at], 1.0 / (variance + self.epsilon).sqrt())
    }
}

/// The sum of `term` over the elements of two equally long slices.
#[inline(always)]
pub(super) fn sum_of(a: &[f32], b: &[f32], term: impl Fn(f32x4, f32x4) -> f32x4) -> f32 {
    let mut lanes = [f32x4::ZERO; 4];
    let chunks = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    for (a, b) in chunks {
        let fours = a
            .as_chunks::<LANES>()
            .0
            .iter()
            .zip(b.as_chunks::<LANES>().0);
        for (lane, (a, b)) in lanes.iter_mut().zip(fours) {
            *lane += term(f32x4::new(*a), f32x4::new(*b));
        }
    }
    let rest = a.len() / 16 * 16;
    for (a, b) in a[rest..].iter().zip(&b[rest..]) {
        // Added to the first lane alone: the term of two zeros need not be zero.
        let value = term(f32x4::splat(*a), f32x4::splat(*b)).to_array()[0];
        lanes[0] += f32x4::new([value, 0.0, 0.0, 0.0]);
    }
    let sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])).to_array();
    (sum[0] + sum[1]) + (sum[2] + sum[3])
}

/// Mean and (biased) variance of each channel of each shard: `[shards, 2, channels]`.
///
/// # Shapes
/// - `input`: `[batch, channels, pixels]`
///
/// # Panics
/// Where `input` is not as long as its shape says.
pub fn statistics(shape: &NormShape, input: &[f32]) -> Vec<f32> {
    shape.assert_shards();
    assert_shape("input", input, shape.image_shape());
    let mut out = vec![0.0; shape.shards * 2 * shape.channels];
    let count = shape.count() as f32;
    for shard in 0..shape.shards {
        for channel in 0..shape.channels {
            let planes = || shape.planes(input, shard, channel);
            let mean = planes()
                .map(|plane| sum_of(plane, plane, |x, _| x))
                .sum::<f32>()
                / count;
            let centre = f32x4::splat(mean);
            let square = |x: f32x4, _| (x - centre) * (x - centre);
            let squares = planes()
                .map(|plane| sum_of(plane, plane, square))
                .sum::<f32>();
            let at = shard * 2 * shape.channels + channel;
            out[at] = mean;
            out[at + shape.channels] = squares / count;
        }
    }
    out
}

/// Normalized, scaled by `weight` and shifted by `bias`: `[batch, channels, pixels]`.
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn normalize(
    shape: &NormShape,
    input: &[f32],
    statistics: &[f32],
    weight: &[f32],
    bias: &[f32],
) -> Vec<f32> {
    assert_shape("statistics", statistics, shape.statistics_shape());
    assert_shape("weight", weight, [shape.channels]);
    assert_shape("bias", bias, [shape.channels]);
    affine_by_channel(shape, |shard, channel| {
        let (mean, scale) = shape.mean_and_scale(statistics, shard, channel);
        let factor = scale * weight[channel];
        (factor, 0.0, bias[channel] - mean * factor)
    })(input, input)
}

/// For each shard and channel, the sums of the output's gradient and of its product with the normalized input:
/// `[shards, 2, channels]`. Summed over the shards they are the gradients with respect to bias and weight.
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn gradient_sums(
    shape: &NormShape,
    input: &[f32],
    statistics: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    shape.assert_shards();
    assert_shape("input", input, shape.image_shape());
    assert_shape("statistics", statistics, shape.statistics_shape());
    assert_shape("gradient", gradient, shape.image_shape());
    let mut out = vec![0.0; shape.shards * 2 * shape.channels];
    for shard in 0..shape.shards {
        for channel in 0..shape.channels {
            let (mean, scale) = shape.mean_and_scale(statistics, shard, channel);
            let (centre, scale) = (f32x4::splat(mean), f32x4::splat(scale));
            let at = shard * 2 * shape.channels + channel;
            let inputs = shape.planes(input, shard, channel);
            for (x, g) in inputs.zip(shape.planes(gradient, shard, channel)) {
                out[at] += sum_of(g, g, |g, _| g);
                out[at + shape.channels] += sum_of(x, g, |x, g| (x - centre) * scale * g);
            }
        }
    }
    out
}

/// The gradient with respect to the input, `[batch, channels, pixels]`: that of the scaling, less the parts through the mean and the
/// variance.
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn input_gradient(
    shape: &NormShape,
    input: &[f32],
    statistics: &[f32],
    sums: &[f32],
    weight: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    assert_shape("statistics", statistics, shape.statistics_shape());
    assert_shape("sums", sums, shape.statistics_shape());
    assert_shape("weight", weight, [shape.channels]);
    let count = shape.count() as f32;
    affine_by_channel(shape, |shard, channel| {
        let (mean, scale) = shape.mean_and_scale(statistics, shard, channel);
        let at = shard * 2 * shape.channels + channel;
        let (sum, product) = (sums[at] / count, sums[at + shape.channels] / count);
        let factor = weight[channel] * scale;
        let slope = -factor * product * scale;
        (factor, slope, -factor * sum - slope * mean)
    })(gradient, input)
}

/// `a · first + b · second + c`, with factors for each shard and channel.
fn affine_by_channel(
    shape: &NormShape,
    factors: impl Fn(usize, usize) -> (f32, f32, f32),
) -> impl Fn(&[f32], &[f32]) -> Vec<f32> {
    move |first, second| {
        shape.assert_shards();
        assert_shape("input", first, shape.image_shape());
        assert_shape("input", second, shape.image_shape());
        let images = shape.batch / shape.shards;
        let planes = first
            .chunks_exact(shape.pixels)
            .zip(second.chunks_exact(shape.pixels));
        let write = |output: &mut [MaybeUninit<f32>]| {
            let planes = planes.zip(output.chunks_exact_mut(shape.pixels));
            for (plane, ((first, second), output)) in planes.enumerate() {
                let (image, channel) = (plane / shape.channels, plane % shape.channels);
                let (a, b, c) = factors(image / images, channel);
                let vectorized = shape.pixels / LANES * LANES;
                let [lanes_a, lanes_b, lanes_c] = [a, b, c].map(f32x4::splat);
                for at in (0..vectorized).step_by(LANES) {
                    // SAFETY: each is sliced to hold a vector.
                    unsafe {
                        let x = load(first[at..at + LANES].as_ptr());
                        let y = load(second[at..at + LANES].as_ptr());
                        let to = output[at..at + LANES].as_mut_ptr().cast();
                        store(x * lanes_a + y * lanes_b + lanes_c, to);
                    }
                }
                for at in vectorized..shape.pixels {
                    output[at].write(first[at] * a + second[at] * b + c);
                }
            }
        };
        // SAFETY: by the lengths asserted above there are as many planes of each input as of the output, and vectors and
        // what is left of a row write all of a plane.
        unsafe { filled(first.len(), write) }
    }
}
