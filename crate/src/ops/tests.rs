//! Our operations against burn's, forward and backward; and, with the GPU engine, its kernels against the CPU engine's.

use burn::tensor::{DType, Device, Gradients, Int, Tensor, TensorData};

use crate::references::numbers;

mod activation;
mod attention;
pub mod conv;
#[cfg(feature = "gpu")]
mod gpu;
mod lengths;
mod linear;
mod loss;
mod norm;
mod pool;
mod vectors;

/// Whose operations compute, and on which device.
#[derive(Clone, Debug)]
struct Implementation {
    ours: bool,
    device: Device,
}

fn ours() -> Implementation {
    Implementation {
        ours: true,
        device: Device::flex(),
    }
}

fn burns() -> Implementation {
    Implementation {
        ours: false,
        ..ours()
    }
}

/// An operation's outputs and gradients, by name.
type Results = Vec<(&'static str, Vec<f32>)>;

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().unwrap()
}

/// The gradient of a leaf.
fn gradient<const D: usize>(leaf: &Tensor<D>, gradients: &mut Gradients) -> Vec<f32> {
    read(leaf.grad_remove(gradients).unwrap())
}

impl Implementation {
    fn tensor<const D: usize>(&self, which: usize, shape: [usize; D]) -> Tensor<D> {
        let len = shape.iter().product();
        let values: Vec<f32> = numbers(which, len).collect();
        Tensor::<1>::from_floats(values.as_slice(), &self.device).reshape(shape)
    }

    /// A tensor that requires a gradient.
    fn leaf<const D: usize>(&self, which: usize, shape: [usize; D]) -> Tensor<D> {
        self.tensor(which, shape).autodiff().require_grad()
    }

    fn integers(&self, values: Vec<i32>) -> Tensor<1, Int> {
        let len = values.len();
        Tensor::from_data(TensorData::new(values, [len]), (&self.device, DType::I32))
    }

    /// The gradients of the output's sum, weighted by some numbers.
    fn backward<const D: usize>(&self, output: &Tensor<D>) -> Gradients {
        let factor = self.tensor(4, output.dims()).autodiff();
        (output.clone() * factor).sum().backward()
    }
}

/// The largest difference, relative to the largest number.
const TOLERANCE: f32 = 2e-5;

fn assert_close(what: &str, one: &Results, other: &Results, tolerance: f32) {
    assert_eq!(one.len(), other.len(), "{what}");
    for ((name, ours), (_, theirs)) in one.iter().zip(other) {
        assert_eq!(ours.len(), theirs.len(), "{what}: {name}");
        let largest = theirs
            .iter()
            .fold(1e-3f32, |largest, value| largest.max(value.abs()));
        for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            assert!(
                (ours - theirs).abs() <= tolerance * largest,
                "{what}: {name} at {index}: {ours}, {theirs}"
            );
        }
    }
}

/// Compares our results on the CPU with burn's.
fn is_burns(what: &str, results: impl Fn(&Implementation) -> Results) {
    assert_close(what, &results(&ours()), &results(&burns()), TOLERANCE);
}
