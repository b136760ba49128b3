//! The operations' gradients in burn's autodiff graph.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops as Step, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, AutodiffBackend, Backend, TensorMetadata};

use super::attention::AttentionShape;
use super::backend::Ops;
use super::conv::ConvShape;
use super::layer_norm::LayerNormShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

/// The backward function of an operation of `N` inputs: from what the forward pass saved, the output's gradient, and which inputs
/// need a gradient, those inputs' gradients.
type BackwardFn<B, S, const N: usize> =
    fn(S, FloatTensor<B>, [bool; N]) -> [Option<FloatTensor<B>>; N];

/// An operation in the graph that saved an `S` in its forward pass.
#[derive(Debug)]
struct Operation<S>(PhantomData<fn() -> S>);

#[derive(Clone, Debug)]
struct State<B: Backend, S, const N: usize> {
    saved: S,
    backward: BackwardFn<B, S, N>,
}

impl<B: Backend, S: Clone + Send + Debug + 'static, const N: usize> Backward<B, N>
    for Operation<S>
{
    type State = State<B, S, N>;

    fn backward(self, step: Step<Self::State, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<B>(&step.node);
        let State { saved, backward } = step.state;
        let needed = step.parents.each_ref().map(Option::is_some);
        let by_input = backward(saved, gradient, needed);
        for (parent, gradient) in step.parents.into_iter().zip(by_input) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// Puts an operation into the graph: its inputs' nodes, its output, what its backward pass needs, and that pass.
fn record<B: Backend, C: CheckpointStrategy, S: Clone + Send + Debug + 'static, const N: usize>(
    nodes: [NodeGuard; N],
    output: FloatTensor<B>,
    saved: S,
    backward: BackwardFn<B, S, N>,
) -> FloatTensor<Autodiff<B, C>> {
    let operation = Operation(PhantomData);
    let prepared = Backward::<B, N>::prepare::<C>(operation, nodes);
    match prepared.compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(State { saved, backward }, output),
        OpsKind::UnTracked(step) => step.finish(output),
    }
}

/// Applies an operation whose gradient is computed from its output, and puts it into the graph.
fn from_output<B: Backend, C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<B, C>>,
    forward: fn(FloatTensor<B>) -> FloatTensor<B>,
    backward: fn(FloatTensor<B>, FloatTensor<B>) -> FloatTensor<B>,
) -> FloatTensor<Autodiff<B, C>> {
    let (x, node) = x.into_parts();
    let output = forward(x);
    record::<B, C, _, 1>(
        [node],
        output.clone(),
        (output, backward),
        |(output, backward), gradient, _| [Some(backward(output, gradient))],
    )
}

impl<B: Ops, C: CheckpointStrategy> Ops for Autodiff<B, C> {
    fn conv(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        let [(x, x_node), (w, w_node), (b, b_node)] =
            [images, weights, bias].map(|tensor| tensor.into_parts());
        let output = B::conv(x.clone(), w.clone(), b.clone(), shape);
        record::<B, C, _, 3>(
            [x_node, w_node, b_node],
            output,
            (x, w, b, shape),
            |(x, w, b, shape), gradient, [images, weights, bias]| {
                let [x, w, gradient] = [&x, &w, &gradient].map(|tensor| move || tensor.clone());
                let (by_weights, by_bias) = if weights && bias {
                    let (w, b) = B::conv_parameter_gradients(x(), w(), b, gradient(), shape);
                    (Some(w), Some(b))
                } else {
                    (
                        weights.then(|| B::conv_weight_gradient(x(), w(), gradient(), shape)),
                        bias.then(|| B::conv_bias_gradient(x(), b, gradient(), shape)),
                    )
                };
                let by_images = images.then(|| B::conv_input_gradient(x(), w(), gradient(), shape));
                [by_images, by_weights, by_bias]
            },
        )
    }

    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        let (x, node) = images.into_parts();
        let output = B::max_pool(x.clone(), shape);
        record::<B, C, _, 1>([node], output, (x, shape), |(x, shape), gradient, _| {
            [Some(B::max_pool_gradient(x, gradient, shape))]
        })
    }

    fn linear_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let [(x, x_node), (w, w_node), (b, b_node)] =
            [x, weights, bias].map(|tensor| tensor.into_parts());
        let output = B::linear_layer(x.clone(), w.clone(), b, shape);
        record::<B, C, _, 3>(
            [x_node, w_node, b_node],
            output,
            (x, w, shape),
            |(x, w, shape), gradient, [inputs, weights, bias]| {
                let g = || gradient.clone();
                let (by_weights, by_bias) = if weights && bias {
                    let (w, b) = B::linear_parameter_gradients(x, g(), shape);
                    (Some(w), Some(b))
                } else {
                    (
                        weights.then(|| B::linear_weight_gradient(x, g(), shape)),
                        bias.then(|| B::linear_bias_gradient(g(), shape)),
                    )
                };
                let by_inputs = inputs.then(|| B::linear_input_gradient(w, g(), shape));
                [by_inputs, by_weights, by_bias]
            },
        )
    }

    fn relu_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        from_output::<B, C>(x, B::relu_forward, B::relu_gradient)
    }

    fn tanh_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        from_output::<B, C>(x, B::tanh_forward, B::tanh_gradient)
    }

    fn sigmoid_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        from_output::<B, C>(x, B::sigmoid_forward, B::sigmoid_gradient)
    }

    fn gelu_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, node) = x.into_parts();
        let output = B::gelu_forward(x.clone());
        record::<B, C, _, 1>([node], output, x, |x, gradient, _| {
            [Some(B::gelu_gradient(x, gradient))]
        })
    }

    fn softmax_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        from_output::<B, C>(x, B::softmax_forward, B::softmax_gradient)
    }

    fn log_softmax_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        from_output::<B, C>(x, B::log_softmax_forward, B::log_softmax_gradient)
    }

    fn layer_norm_forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LayerNormShape,
    ) -> FloatTensor<Self> {
        let [(x, x_node), (w, w_node), (b, b_node)] =
            [x, weight, bias].map(|tensor| tensor.into_parts());
        let output = B::layer_norm_forward(x.clone(), w.clone(), b, shape);
        record::<B, C, _, 3>(
            [x_node, w_node, b_node],
            output,
            (x, w, shape),
            |(x, w, shape), gradient, _| {
                let (x, weight, bias) = B::layer_norm_gradient(x, w, gradient, shape);
                [Some(x), Some(weight), Some(bias)]
            },
        )
    }

    fn attention_forward(
        projected: FloatTensor<Self>,
        shape: AttentionShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (projected, node) = projected.into_parts();
        let (output, probabilities) = B::attention_forward(projected.clone(), shape);
        let output = record::<B, C, _, 1>(
            [node],
            output,
            (projected, probabilities.clone(), shape),
            |(projected, probabilities, shape), gradient, _| {
                let by_projected = B::attention_gradient(projected, probabilities, gradient, shape);
                [Some(by_projected)]
            },
        );
        // Nothing is made of the probabilities that would need their gradient.
        (output, Self::from_inner(probabilities))
    }

    fn cross_entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        let (x, node) = logits.into_parts();
        let output = B::cross_entropy(x.clone(), labels.clone());
        record::<B, C, _, 1>([node], output, (x, labels), |(x, labels), gradient, _| {
            [Some(B::cross_entropy_gradient(x, gradient, labels))]
        })
    }

    fn mean(values: FloatTensor<Self>, count: usize) -> FloatTensor<Self> {
        let (values, node) = values.into_parts();
        let len = values.shape().num_elements();
        let output = B::mean(values, count);
        record::<B, C, _, 1>([node], output, [count, len], |[count, len], gradient, _| {
            [Some(B::mean_gradient(gradient, count, len))]
        })
    }

    fn normalize(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        // The statistics are those of the images: their part in the gradient is in `normalize_input_gradient`.
        let (statistics, _) = statistics.into_parts();
        let [(x, x_node), (w, w_node), (b, b_node)] =
            [images, weight, bias].map(|tensor| tensor.into_parts());
        let output = B::normalize(x.clone(), statistics.clone(), w.clone(), b, shape);
        record::<B, C, _, 3>(
            [x_node, w_node, b_node],
            output,
            (x, statistics, w, shape),
            |(x, statistics, w, shape), gradient, [images, _, _]| {
                let (sums, by_weight, by_bias) = B::normalize_parameter_gradients(
                    x.clone(),
                    statistics.clone(),
                    gradient.clone(),
                    shape,
                );
                let by_images = images
                    .then(|| B::normalize_input_gradient(x, statistics, sums, w, gradient, shape));
                [by_images, Some(by_weight), Some(by_bias)]
            },
        )
    }
}
