//! Numbers of the host as tensors of a device.
//!
//! burn's own way (`Tensor::from_data`) can turn numbers of any type into numbers of any other: a twentieth of the module, for
//! conversions that nobody asks for.

use burn::backend::Dispatch;
use burn::backend::ops::{FloatTensorOps as _, IntTensorOps as _};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Numbers in that shape, row by row.
pub fn floats<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let data = TensorData::new(values, shape);
    Tensor::from_dispatch(Dispatch::float_from_data(data, device.as_dispatch()))
}

/// Whole numbers in that shape, as 32-bit integers on every engine.
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
