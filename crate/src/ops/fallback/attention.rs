//! Attention of all heads, in products of matrices.

use burn::backend::Scalar;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Shape, Slice};

use crate::ops::attention::AttentionShape;
use crate::ops::backend::Ops;

/// See [`Ops::attention_forward`].
pub fn attention_forward<B: Ops>(
    projected: FloatTensor<B>,
    shape: AttentionShape,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [queries, keys, values] = by_head::<B>(projected, shape);
    let queries = B::float_mul_scalar(queries, Scalar::from(shape.scale()));
    let scores = B::float_matmul(queries, B::float_swap_dims(keys, 2, 3));
    let probabilities = B::softmax_forward(scores);
    let output = B::float_matmul(probabilities.clone(), values);
    let output = B::float_reshape(B::float_swap_dims(output, 1, 2), Shape::new(shape.output()));
    (output, probabilities)
}

/// See [`Ops::attention_gradient`].
pub fn attention_gradient<B: Ops>(
    projected: FloatTensor<B>,
    probabilities: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: AttentionShape,
) -> FloatTensor<B> {
    let AttentionShape {
        batch,
        tokens,
        heads,
        head_dim,
    } = shape;
    let [queries, keys, values] = by_head::<B>(projected, shape);
    let gradient = B::float_reshape(gradient, Shape::new([batch, tokens, heads, head_dim]));
    let gradient = B::float_swap_dims(gradient, 1, 2);
    let transposed = |tensor| B::float_swap_dims(tensor, 2, 3);
    let by_values = B::float_matmul(transposed(probabilities.clone()), gradient.clone());
    let by_probabilities = B::float_matmul(gradient, transposed(values));
    let by_scores = B::softmax_gradient(probabilities, by_probabilities);
    let by_scores = B::float_mul_scalar(by_scores, Scalar::from(shape.scale()));
    let by_queries = B::float_matmul(by_scores.clone(), keys);
    let by_keys = B::float_matmul(transposed(by_scores), queries);
    let all = B::float_cat(vec![by_queries, by_keys, by_values], 1);
    B::float_reshape(B::float_swap_dims(all, 1, 2), Shape::new(shape.projected()))
}

/// Queries, keys and values, `[batch, heads, tokens, head_dim]` each.
fn by_head<B: Ops>(projected: FloatTensor<B>, shape: AttentionShape) -> [FloatTensor<B>; 3] {
    let AttentionShape {
        batch,
        tokens,
        heads,
        head_dim,
    } = shape;
    let projected = B::float_reshape(projected, Shape::new([batch, tokens, 3 * heads, head_dim]));
    let projected = B::float_swap_dims(projected, 1, 2);
    [0, 1, 2].map(|part| {
        let heads = part * heads..(part + 1) * heads;
        let slices = [0..batch, heads, 0..tokens, 0..head_dim].map(Slice::from);
        B::float_slice(projected.clone(), &slices)
    })
}
