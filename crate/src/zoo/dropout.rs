//! Dropout: in train mode, elements that are set to 0 at random.
//!
//! G. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: Improving neural networks by preventing
//! co-adaptation of feature detectors, 2012. What stays is scaled up, so that eval mode needs no scaling, as in PyTorch.
//!
//! A mask depends on the seed, the example's position in the run and the layer, and on nothing else. Masks are drawn on the host,
//! so that they are the same on every engine and for any number of workers.

use burn::tensor::Tensor;

use super::context::{Context, Mode, StreamPosition};
use crate::ops::floats;
use crate::random::{Purpose, stream};

/// Random streams of each example, one for each dropout layer: more than any network has.
const STREAMS_PER_EXAMPLE: u64 = 256;

/// Sets each element to 0 with that probability, in train mode. `layer` is the layer's number among the dropout layers.
///
/// # Shapes
/// - `x`, output: `[batch, …]`
pub fn dropout<const D: usize>(
    x: Tensor<D>,
    probability: f64,
    layer: u64,
    context: &Context,
) -> Tensor<D> {
    let Mode::Train(train) = &context.mode else {
        return x;
    };
    if probability == 0.0 {
        return x;
    }
    let shape = x.dims();
    let (batch, len) = (shape[0], shape[1..].iter().product());
    let mask = mask(train.position, layer, [batch, len], probability);
    let mask = floats(mask, shape, &x.device());
    x * mask
}

/// What the elements of a batch are multiplied by: `[batch, len]`.
pub fn mask(
    StreamPosition { seed, first }: StreamPosition,
    layer: u64,
    [batch, len]: [usize; 2],
    probability: f64,
) -> Vec<f32> {
    // A random word is below it with that probability.
    let threshold = (probability * 4_294_967_296.0) as u64;
    let scale = (1.0 / (1.0 - probability)) as f32;
    let mut mask = Vec::with_capacity(batch * len);
    for position in first..first + batch as u64 {
        let index = position
            .wrapping_mul(STREAMS_PER_EXAMPLE)
            .wrapping_add(layer);
        let mut stream = stream(seed, Purpose::Dropout, index);
        mask.extend(
            (0..len).map(|_| match u64::from(stream.next_u32()) < threshold {
                true => 0.0,
                false => scale,
            }),
        );
    }
    mask
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Two layers' masks of `batch` examples from the `first` on.
    fn masks(seed: u64, first: u64, batch: usize) -> [Vec<f32>; 2] {
        let context = Context::train_at(1, StreamPosition { seed, first });
        [0, 1].map(|layer| {
            let x = Tensor::<2>::ones([batch, 1000], &Device::flex());
            let y = dropout(x, 0.3, layer, &context);
            y.into_data().try_to_vec().unwrap()
        })
    }

    #[test]
    fn as_many_elements_are_dropped_as_the_probability_says() {
        let [mask, _] = masks(1, 0, 20);
        let dropped = mask.iter().filter(|m| **m == 0.0).count();
        // Six standard deviations are 390.
        assert!(dropped.abs_diff(6_000) < 390, "{dropped}");
        assert!(mask.iter().all(|m| *m == 0.0 || *m == (1.0 / 0.7) as f32));
        let x = Tensor::<2>::ones([4, 8], &Device::flex());
        let same = dropout(x.clone(), 0.0, 0, &Context::train(1));
        assert_eq!(same.into_data(), x.into_data());
    }

    #[test]
    fn an_examples_mask_depends_on_its_position_and_not_on_the_batch() {
        let [first, second] = masks(7, 40, 4);
        let [a, b] = masks(7, 40, 2);
        let [c, d] = masks(7, 42, 2);
        assert_eq!(first, [a, c].concat());
        assert_eq!(second, [b, d].concat());
    }

    #[test]
    fn masks_of_other_seeds_layers_and_positions_differ() {
        let [a, b] = masks(1, 0, 2);
        let [c, _] = masks(2, 0, 2);
        assert_ne!(a, b);
        assert_ne!(a, c);
        assert_ne!(a[..1000], a[1000..]);
    }

    #[test]
    fn nothing_is_dropped_in_eval_mode() {
        let x = Tensor::<2>::ones([2, 3], &Device::flex());
        let y = dropout(x.clone(), 0.9, 0, &Context::eval(None));
        assert_eq!(y.into_data(), x.into_data());
    }
}
