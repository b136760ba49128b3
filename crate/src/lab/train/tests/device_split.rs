//! Splits in the memory of a device.

use burn::tensor::Device;

use crate::data::Split;
use crate::lab::train::device_split::DeviceSplit;

#[test]
fn gathered_pixels_are_those_of_the_split() {
    for shape in [[1, 4, 4], [3, 3, 3]] {
        let pixels: usize = shape.iter().product();
        let split = Split {
            images: (0..5 * pixels).map(|i| (i * 37 % 256) as u8).collect(),
            labels: vec![4, 3, 2, 1, 0],
        };
        let device = Device::flex();
        let images = DeviceSplit::upload(&split, 5, shape, &device);
        let (batch, labels) = images.gather([3, 0, 3]);
        assert_eq!(batch.dims(), [3, shape[0], shape[1], shape[2]]);
        let batch: Vec<f32> = batch.into_data().try_to_vec().unwrap();
        let expected: Vec<f32> = [3, 0, 3]
            .iter()
            .flat_map(|i| &split.images[i * pixels..(i + 1) * pixels])
            .map(|pixel| f32::from(*pixel) / 255.0)
            .collect();
        assert_eq!(batch, expected);
        let labels: Vec<i32> = labels.into_data().try_to_vec().unwrap();
        assert_eq!(labels, [1, 4, 1]);
    }
}
