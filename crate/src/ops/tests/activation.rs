//! Activations.

use super::*;
use crate::ops::relu;

pub(super) fn relu_keeps_nan_on(by: &Implementation) {
    let values = [-1.0, 0.0, 2.0, f32::NAN, -3.0];
    let x = Tensor::<1>::from_floats(values, &by.device)
        .autodiff()
        .require_grad();
    let output = relu(x.clone());
    let factor: Vec<f32> = numbers(4, 5).collect();
    let mut gradients = by.backward(&output);
    let bits = |tensor: Tensor<1>| -> Vec<u32> {
        let values = read(tensor);
        values.iter().map(|value| value.to_bits()).collect()
    };
    let expected = [0.0f32, 0.0, 2.0, f32::NAN, 0.0].map(f32::to_bits);
    assert_eq!(bits(output.without_autodiff()), expected);
    let expected = [0.0, 0.0, factor[2], factor[3], 0.0].map(f32::to_bits);
    assert_eq!(bits(x.grad_remove(&mut gradients).unwrap()), expected);
}

#[test]
fn relu_and_its_gradient_keep_nan() {
    relu_keeps_nan_on(&ours());
}
