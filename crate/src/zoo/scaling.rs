//! What happens to an image before the first layer.

use burn::tensor::{Device, Tensor};

use crate::ops::floats;
use crate::recipe::Scale;

/// Centres each channel on 0 and divides it by its deviation, as the data set says.
#[derive(Clone, Debug)]
pub struct Scaling {
    scale: Scale,
    /// Mean and deviation, `[1, channels, 1, 1]`, where there are several channels.
    several: Option<[Tensor<4>; 2]>,
}

impl Scaling {
    /// For images of that data.
    pub fn of(scale: Scale, device: &Device) -> Self {
        let each = |values: &[f32]| floats(values.to_vec(), [1, values.len(), 1, 1], device);
        let several = scale.mean.len() > 1;
        Scaling {
            several: several.then(|| [each(&scale.mean), each(&scale.deviation)]),
            scale,
        }
    }

    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: the same
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        match (
            &self.several,
            &self.scale.mean[..],
            &self.scale.deviation[..],
        ) {
            (Some([mean, deviation]), ..) => (images - mean.clone()) / deviation.clone(),
            // One number for all is no tensor to keep, nor to hand to a GPU.
            (None, [mean, ..], [deviation, ..]) => (images - *mean) / *deviation,
            _ => images,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Choice, Data};

    /// What has the training images' mean becomes 0, and what is a deviation above it 1.
    #[test]
    fn each_channel_is_scaled_by_its_own_numbers() {
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
            let scaled = Scaling::of(input.scale(), &device).forward(images);
            let scaled: Vec<f32> = scaled.into_data().try_to_vec().unwrap();
            for pair in scaled.chunks(2) {
                assert_eq!(pair[0], 0.0, "{name}");
                assert!((pair[1] - 1.0).abs() < 1e-6, "{name}: {}", pair[1]);
            }
        }
    }
}
