//! Uploading the host's numbers to a device.
//!
//! burn's `Tensor::from_data` can convert between all types of numbers, which takes a twentieth of the module, and is not needed.

use burn::backend::Dispatch;
use burn::backend::ops::{FloatTensorOps as _, IntTensorOps as _};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// A tensor of that shape, from numbers in row-major order.
pub fn floats<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let data = TensorData::new(values, shape);
    Tensor::from_dispatch(Dispatch::float_from_data(data, device.as_dispatch()))
}

/// An integer tensor of that shape, of 32 bits on every engine.
pub fn integers<const D: usize>(
    values: Vec<i32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D, Int> {
    let data = TensorData::new(values, shape);
    Tensor::from_dispatch(Dispatch::int_from_data(data, device.as_dispatch()))
}

/// A vector.
pub fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let len = values.len();
    floats(values, [len], device)
}
