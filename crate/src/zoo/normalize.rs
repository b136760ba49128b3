//! The normalization of images, before the first layer.

use burn::tensor::{Device, Tensor};

use crate::ops::floats;
use crate::recipe::Scale;

/// Subtracts each channel's mean and divides by its standard deviation, as torchvision's `Normalize` does.
#[derive(Clone, Debug)]
pub struct Normalize {
    scale: Scale,
    /// Mean and standard deviation, `[1, channels, 1, 1]`, where there are several channels.
    per_channel: Option<[Tensor<4>; 2]>,
}

impl Normalize {
    /// With the mean and standard deviation of that data.
    pub fn new(scale: Scale, device: &Device) -> Self {
        let tensor = |values: &[f32]| floats(values.to_vec(), [1, values.len(), 1, 1], device);
        let has_several = scale.mean.len() > 1;
        Normalize {
            per_channel: has_several.then(|| [tensor(&scale.mean), tensor(&scale.deviation)]),
            scale,
        }
    }

    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: the same
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        match (
            &self.per_channel,
            &self.scale.mean[..],
            &self.scale.deviation[..],
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
    use crate::recipe::{Choice, Data};

    /// A pixel of the mean becomes 0, and one a standard deviation above it 1.
    #[test]
    fn each_channel_is_normalized_by_its_own_statistics() {
        let device = Device::flex();
        for (data, name, ..) in Data::ALL {
            let input = data.input();
            let [channels, ..] = input.shape;
            assert_eq!(input.mean.len(), channels, "{name}");
            assert_eq!(input.deviation.len(), channels, "{name}");
            let pairs = input.mean.iter().zip(input.deviation);
            let pixels: Vec<f32> = pairs.flat_map(|(mean, d)| [*mean, mean + d]).collect();
            let images = Tensor::<1>::from_floats(pixels.as_slice(), &device);
            let images = images.reshape([1, channels, 1, 2]);
            let normalized = Normalize::new(input.scale(), &device).forward(images);
            let normalized: Vec<f32> = normalized.into_data().try_to_vec().unwrap();
            for pair in normalized.chunks(2) {
                assert_eq!(pair[0], 0.0, "{name}");
                assert!((pair[1] - 1.0).abs() < 1e-6, "{name}: {}", pair[1]);
            }
        }
    }
}
