//! Layer normalization, of which a row is normalized as a channel is by batch normalization.

use burn::backend::TensorMetadata;
use burn::backend::tensor::{Device, FloatTensor};
use burn::tensor::{FloatDType, Shape};

use crate::ops::backend::Ops;
use crate::ops::layer_norm::LayerNormShape;
use crate::ops::norm::NormShape;

/// See [`Ops::layer_norm_forward`].
pub fn layer_norm_forward<B: Ops>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    shape: LayerNormShape,
) -> FloatTensor<B> {
    let Normalized { output, .. } = normalized::<B>(x, shape);
    let output = B::float_reshape(output, rows(shape));
    let scaled = B::float_mul(output, by_element::<B>(weight, shape));
    B::float_add(scaled, by_element::<B>(bias, shape))
}

/// See [`Ops::layer_norm_gradient`].
pub fn layer_norm_gradient<B: Ops>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: LayerNormShape,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let normalized = normalized::<B>(x, shape);
    let over_rows = |tensor| {
        let sum = B::float_sum_dim(tensor, 0);
        B::float_reshape(sum, Shape::new([shape.embedding]))
    };
    let output = B::float_reshape(normalized.output, rows(shape));
    let by_weight = over_rows(B::float_mul(gradient.clone(), output));
    let by_bias = over_rows(gradient.clone());
    let by_normalized = B::float_mul(gradient, by_element::<B>(weight, shape));
    let by_normalized = B::float_reshape(by_normalized, channels(shape));
    let Normalized {
        x,
        statistics,
        ones,
        shape: norm,
        ..
    } = normalized;
    let (sums, _, _) = B::normalize_parameter_gradients(
        x.clone(),
        statistics.clone(),
        by_normalized.clone(),
        norm,
    );
    let by_x = B::normalize_input_gradient(x, statistics, sums, ones, by_normalized, norm);
    (B::float_reshape(by_x, rows(shape)), by_weight, by_bias)
}

/// Rows as channels of one image: normalized, and what they are normalized by.
struct Normalized<B: Ops> {
    x: FloatTensor<B>,
    statistics: FloatTensor<B>,
    ones: FloatTensor<B>,
    output: FloatTensor<B>,
    shape: NormShape,
}

fn normalized<B: Ops>(x: FloatTensor<B>, shape: LayerNormShape) -> Normalized<B> {
    let device: Device<B> = x.device();
    let full = |value: fn(Shape, &Device<B>, FloatDType) -> FloatTensor<B>| {
        value(Shape::new([shape.rows]), &device, FloatDType::F32)
    };
    let (ones, zeros) = (full(B::float_ones), full(B::float_zeros));
    let x = B::float_reshape(x, channels(shape));
    let norm = NormShape {
        batch: 1,
        channels: shape.rows,
        pixels: shape.embedding,
        shards: 1,
        epsilon: shape.epsilon,
    };
    let statistics = B::batch_statistics(x.clone(), norm);
    let output = B::normalize(x.clone(), statistics.clone(), ones.clone(), zeros, norm);
    Normalized {
        x,
        statistics,
        ones,
        output,
        shape: norm,
    }
}

fn rows(shape: LayerNormShape) -> Shape {
    Shape::new([shape.rows, shape.embedding])
}

fn channels(shape: LayerNormShape) -> Shape {
    Shape::new([1, shape.rows, 1, shape.embedding])
}

fn by_element<B: Ops>(tensor: FloatTensor<B>, shape: LayerNormShape) -> FloatTensor<B> {
    B::float_reshape(tensor, Shape::new([1, shape.embedding]))
}
