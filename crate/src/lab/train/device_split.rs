//! A split in the device's memory: uploaded once, batches gathered there.
//!
//! Pixels are packed four to a 32-bit integer, because WGSL has no bytes: 47 MB for MNIST instead of 188 MB, below the
//! 128 MiB that every WebGPU adapter can bind.

use burn::tensor::{Device, Int, Tensor};

use crate::data::Split;
use crate::ops::{gather_examples, integers};

/// A split's images and labels in a device's memory.
#[derive(Clone, Debug)]
pub struct DeviceSplit {
    /// `[examples, pixels / 4]`, the first pixel in the lowest byte.
    packed: Tensor<2, Int>,
    /// `[examples]`
    labels: Tensor<1, Int>,
    /// Channels, height, width.
    shape: [usize; 3],
    len: usize,
}

impl DeviceSplit {
    /// Uploads the first `examples` of a split, in two transfers.
    pub fn upload(split: &Split, examples: usize, shape: [usize; 3], device: &Device) -> Self {
        let pixels: usize = shape.iter().product();
        let words = pixels.div_ceil(4);
        let packed = pack_images(&split.images[..examples * pixels], pixels);
        let packed = packed.into_iter().map(u32::cast_signed).collect();
        let labels: Vec<i32> = split
            .labels
            .iter()
            .take(examples)
            .map(|label| i32::from(*label))
            .collect();
        DeviceSplit {
            packed: integers(packed, [examples, words], device),
            labels: upload_integers(labels, device),
            shape,
            len: examples,
        }
    }

    /// `[examples, pixels / 4]`, four pixels in an integer.
    pub fn packed(&self) -> &Tensor<2, Int> {
        &self.packed
    }

    /// `[examples]`
    pub fn labels(&self) -> &Tensor<1, Int> {
        &self.labels
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no examples.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The examples at these indices. The indices are uploaded with each batch: a slice of an epoch's indices on the device
    /// would take one more kernel, and burn would keep the slice's offset in a buffer for each batch of an epoch.
    ///
    /// # Shapes
    /// Output: images `[batch, channels, height, width]` from 0 to 1, and labels `[batch]`
    pub fn gather(&self, indices: impl IntoIterator<Item = u32>) -> (Tensor<4>, Tensor<1, Int>) {
        let indices = indices.into_iter().map(|index| index as i32).collect();
        let indices = upload_integers(indices, &self.packed.device());
        gather_examples(
            self.packed.clone(),
            self.labels.clone(),
            indices,
            self.shape,
        )
    }
}

/// Images of so many pixels each, four pixels in an integer: the first one in its lowest byte. An image begins with a new integer.
pub fn pack_images(images: &[u8], pixels: usize) -> Vec<u32> {
    let mut packed = Vec::with_capacity(images.len() / pixels * pixels.div_ceil(4));
    for image in images.chunks_exact(pixels) {
        packed.extend(image.chunks(4).map(|word| {
            let mut bytes = [0; 4];
            bytes[..word.len()].copy_from_slice(word);
            u32::from_le_bytes(bytes)
        }));
    }
    packed
}

/// Uploads indices or labels, as 32-bit integers on every engine.
pub fn upload_integers(values: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let len = values.len();
    integers(values, [len], device)
}
