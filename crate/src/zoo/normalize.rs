//! The normalization of images, before the first layer.

use burn::tensor::{Device, Tensor};

use crate::ops::floats;
use crate::recipe::Normalization;

/// Subtracts each channel's mean and divides by its standard deviation, as torchvision's `Normalize` does.
#[derive(Clone, Debug)]
pub struct Normalize {
    normalization: Normalization,
    /// Mean and standard deviation, `[1, channels, 1, 1]`, where there are several channels.
    per_channel: Option<[Tensor<4>; 2]>,
}

impl Normalize {
    /// With the mean and standard deviation of that data.
    pub fn new(normalization: Normalization, device: &Device) -> Self {
        let tensor = |values: &[f32]| floats(values.to_vec(), [1, values.len(), 1, 1], device);
        let Normalization { mean, std } = &normalization;
        let has_several = mean.len() > 1;
        Normalize {
            per_channel: has_several.then(|| [tensor(mean), tensor(std)]),
            normalization,
        }
    }

    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: the same
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        match (
            &self.per_channel,
            &self.normalization.mean[..],
            &self.normalization.std[..],
        ) {
            (Some([mean, std]), ..) => (images - mean.clone()) / std.clone(),
            // For one channel they are scalars: no tensors to keep, nor to upload to a GPU.
            (None, [mean, ..], [std, ..]) => (images - *mean) / *std,
            _ => images,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{REGISTRY, default_recipe};

    /// A pixel of the mean becomes 0, and one a standard deviation above it 1.
    #[test]
    fn each_channel_is_normalized_by_its_own_statistics() {
        let device = Device::flex();
        let mut recipe = default_recipe("lenet5").unwrap();
        for data in REGISTRY.datasets.iter().copied() {
            recipe.data = data;
            let (input, name) = (recipe.input(), data.name());
            let [channels, ..] = input.shape;
            let pairs = input.mean.iter().zip(input.std);
            let pixels: Vec<f32> = pairs.flat_map(|(mean, std)| [*mean, mean + std]).collect();
            let images = Tensor::<1>::from_floats(pixels.as_slice(), &device);
            let images = images.reshape([1, channels, 1, 2]);
            let normalized = Normalize::new(input.normalization(), &device).forward(images);
            let normalized: Vec<f32> = normalized.into_data().try_to_vec().unwrap();
            for pair in normalized.chunks(2) {
                assert_eq!(pair[0], 0.0, "{name}");
                assert!((pair[1] - 1.0).abs() < 1e-6, "{name}: {}", pair[1]);
            }
        }
    }
}
