//! Dropout: in training, numbers that are left out at random.
//!
//! G. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: Improving neural networks by preventing
//! co-adaptation of feature detectors, 2012. What stays is scaled up, so that answers need no scaling (as in PyTorch).
//!
//! Which numbers are left out follows from the seed, the example's place in the run and the layer alone. Masks are made on
//! the host, so that they are the same on every engine and for any number of workers.

use burn::tensor::Tensor;

use super::context::{Context, Training};
use crate::ops::floats;
use crate::random::{Purpose, stream};

/// Layers that an example's place has streams for. No network drops anything out in more places.
const LAYERS: u64 = 256;

/// Each number is 0 with that probability, in training.
///
/// # Shapes
/// - `x`, output: `[batch, …]`
pub fn dropout<const D: usize>(x: Tensor<D>, probability: f64, context: &Context) -> Tensor<D> {
    let Context::Training(training) = context else {
        return x;
    };
    // The streams of later layers do not depend on whether this one drops anything.
    let layer = training.next_drop();
    if probability == 0.0 {
        return x;
    }
    let shape = x.dims();
    let (batch, count) = (shape[0], shape[1..].iter().product());
    let numbers = mask(training, layer, [batch, count], probability);
    let mask = floats(numbers, shape, &x.device());
    x * mask
}

/// What each number of a batch is multiplied by.
fn mask(training: &Training, layer: u64, [batch, count]: [usize; 2], probability: f64) -> Vec<f32> {
    // A word is below it with the probability.
    let below = (probability * 4_294_967_296.0) as u64;
    let kept = (1.0 / (1.0 - probability)) as f32;
    let mut mask = Vec::with_capacity(batch * count);
    for place in training.first..training.first + batch as u64 {
        let index = place.wrapping_mul(LAYERS).wrapping_add(layer);
        let mut stream = stream(training.seed, Purpose::Dropout, index);
        mask.extend(
            (0..count).map(|_| match u64::from(stream.next_u32()) < below {
                true => 0.0,
                false => kept,
            }),
        );
    }
    mask
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::zoo::context::Place;

    /// Two layers' masks of `batch` examples from the `first` on.
    fn masks(seed: u64, first: u64, batch: usize) -> [Vec<f32>; 2] {
        let context = Context::training_at(1, Place { seed, first });
        [0, 1].map(|_| {
            let x = Tensor::<2>::ones([batch, 1000], &Device::flex());
            let y = dropout(x, 0.3, &context);
            y.into_data().try_to_vec().unwrap()
        })
    }

    #[test]
    fn as_many_are_dropped_as_is_said_and_the_mean_stays() {
        let [mask, _] = masks(1, 0, 20);
        let dropped = mask.iter().filter(|m| **m == 0.0).count();
        // Six standard deviations are 390.
        assert!(dropped.abs_diff(6_000) < 390, "{dropped}");
        assert!(mask.iter().all(|m| *m == 0.0 || *m == (1.0 / 0.7) as f32));
        let x = Tensor::<2>::ones([4, 8], &Device::flex());
        let same = dropout(x.clone(), 0.0, &Context::training(1));
        assert_eq!(same.into_data(), x.into_data());
    }

    #[test]
    fn an_examples_mask_follows_from_its_place_whatever_is_computed_with_it() {
        let [first, second] = masks(7, 40, 4);
        let [a, b] = masks(7, 40, 2);
        let [c, d] = masks(7, 42, 2);
        assert_eq!(first, [a, c].concat());
        assert_eq!(second, [b, d].concat());
    }

    #[test]
    fn seeds_layers_and_places_differ() {
        let [a, b] = masks(1, 0, 2);
        let [c, _] = masks(2, 0, 2);
        assert_ne!(a, b);
        assert_ne!(a, c);
        assert_ne!(a[..1000], a[1000..]);
    }

    #[test]
    fn answers_are_whole() {
        let device = Device::flex();
        let x = Tensor::<2>::ones([2, 3], &device);
        let context = Context::answering(&Tensor::zeros([1], &device));
        assert_eq!(dropout(x.clone(), 0.9, &context).into_data(), x.into_data());
    }
}
