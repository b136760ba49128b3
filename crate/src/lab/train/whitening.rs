//! The initial state of a run: drawn from the seed, and where the network asks for it computed from the training images.
//!
//! Whitening filters (K. Jordan: 94% on CIFAR-10 in 3.29 seconds on a single GPU, 2024, section 3.2): the eigenvectors of the covariance of small
//! patches, each divided by the root of its eigenvalue, and the negative of each. Their outputs over the training images are uncorrelated and of
//! variance 1. All sums are of integers or in one order, so that every machine computes the same filters.

use burn::tensor::Device;

use super::eigen::eigenvectors;
use super::plan::TrainingPlan;
use super::trainer::Trainer;
use super::validation_split::TrainValidationSplit;
use crate::data::Dataset;
use crate::ops::{concat, split, vector};
use crate::recipe::{Normalization, Recipe};
use crate::zoo::Initializer;
use crate::zoo::airbench::PATCH;
use crate::zoo::parameters::Slot;

/// Training images that patches are taken from, at most.
const IMAGES: usize = 5_000;
/// Added to each eigenvalue, so that directions in which patches hardly differ are not blown up.
const EPSILON: f64 = 5e-4;

/// A run's trainer before its first step.
pub fn initial_trainer(
    recipe: &Recipe,
    data: &Dataset,
    plan: &TrainingPlan,
    device: &Device,
) -> Trainer {
    let normalization = data.normalization(recipe);
    let mut trainer = Trainer::with_normalization(recipe, normalization.clone(), device);
    let whitened = trainer.initializers();
    let Some(index) = whitened.iter().position(|of| *of == Initializer::Whitening) else {
        return trainer;
    };
    let held_out = plan.validation;
    let split_of_run = TrainValidationSplit::new(recipe.seed, plan.examples + held_out, held_out);
    let count = plan.examples.min(IMAGES) as u32;
    let indices = split_of_run.training_indices((0..count).collect());
    let images = indices
        .iter()
        .map(|index| data.train.image(*index as usize));
    let filters = whitening_filters(images, data.info.shape(), &normalization);
    let mut parts = split(
        trainer.weights.clone(),
        trainer.slots.iter().map(Slot::len).collect(),
    );
    parts[index] = vector(filters, device);
    trainer.weights = concat(parts);
    trainer
}

/// The filters `[2 · channels · PATCH², channels, PATCH, PATCH]`, those of the largest eigenvalue first.
fn whitening_filters<'a>(
    images: impl Iterator<Item = &'a [u8]>,
    shape: [usize; 3],
    normalization: &Normalization,
) -> Vec<f32> {
    let size = shape[0] * PATCH * PATCH;
    let covariance = covariance(images, shape, normalization);
    let pairs = eigenvectors(covariance, size);
    let filters = pairs.into_iter().flat_map(|(value, direction)| {
        let scale = 1.0 / (value.max(0.0) + EPSILON).sqrt();
        direction
            .into_iter()
            .map(move |number| (number * scale) as f32)
    });
    let filters: Vec<f32> = filters.collect();
    let negative = filters.iter().map(|number| -number);
    filters.iter().copied().chain(negative).collect()
}

/// The second moments of normalized patches about 0: `[size, size]`, with `size` numbers in a patch.
fn covariance<'a>(
    images: impl Iterator<Item = &'a [u8]>,
    [channels, height, width]: [usize; 3],
    normalization: &Normalization,
) -> Vec<f64> {
    let size = channels * PATCH * PATCH;
    // Of the pixels as bytes, exactly.
    let (mut sums, mut products) = (vec![0_u64; size], vec![0_u64; size * size]);
    let mut patches = 0_u64;
    let mut patch = vec![0_u32; size];
    for image in images {
        for top in 0..=height - PATCH {
            for left in 0..=width - PATCH {
                for (index, pixel) in patch.iter_mut().enumerate() {
                    let (channel, rest) = (index / (PATCH * PATCH), index % (PATCH * PATCH));
                    let row = channel * height + top + rest / PATCH;
                    *pixel = u32::from(image[row * width + left + rest % PATCH]);
                }
                for (row, a) in patch.iter().enumerate() {
                    sums[row] += u64::from(*a);
                    let products = &mut products[row * size..][..=row];
                    for (product, b) in products.iter_mut().zip(&patch) {
                        *product += u64::from(a * b);
                    }
                }
                patches += 1;
            }
        }
    }
    let of_channel = |values: &[f32], index: usize| f64::from(values[index / (PATCH * PATCH)]);
    let count = patches.max(1) as f64;
    let mean_of = |index: usize| sums[index] as f64 / count / 255.0;
    let mut covariance = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let [mean_a, mean_b] = [row, column].map(|at| of_channel(&normalization.mean, at));
            let [std_a, std_b] = [row, column].map(|at| of_channel(&normalization.std, at));
            let product = products[row * size + column] as f64 / count / (255.0 * 255.0);
            let centred =
                product - mean_a * mean_of(column) - mean_b * mean_of(row) + mean_a * mean_b;
            let value = centred / (std_a * std_b);
            covariance[row * size + column] = value;
            covariance[column * size + row] = value;
        }
    }
    covariance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::parse;

    /// The filters' outputs over the patches they were made of have variance 1 where patches differ, and no correlation.
    #[test]
    fn outputs_are_white() {
        let data = crate::data::digits::dataset(3, 300, 10);
        let recipe = parse("model=airbench&data=digits&subset=300&batch=50")
            .unwrap()
            .recipe;
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        let normalization = data.normalization(&recipe);
        let images = || (0..300).map(|index| data.train.image(index));
        let filters = whitening_filters(images(), data.info.shape(), &normalization);
        let covariance = covariance(images(), data.info.shape(), &normalization);
        assert_eq!(filters.len(), 8 * 4);
        for row in 0..4 {
            for column in 0..4 {
                let mut product = 0.0;
                for a in 0..4 {
                    for b in 0..4 {
                        product += f64::from(filters[row * 4 + a])
                            * covariance[a * 4 + b]
                            * f64::from(filters[column * 4 + b]);
                    }
                }
                let expected = if row == column { 1.0 } else { 0.0 };
                assert!(
                    (product - expected).abs() < 0.02,
                    "{row} {column}: {product}"
                );
            }
        }
        // They are in the run's first weights, and their negatives behind them.
        let trainer = initial_trainer(&recipe, &data, &plan, &Device::flex());
        let weights: Vec<f32> = trainer.weights.into_data().try_to_vec().unwrap();
        assert_eq!(weights[..32], filters);
        assert_eq!(weights[16], -weights[0]);
    }
}
