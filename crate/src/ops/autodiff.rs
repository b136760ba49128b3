//! How the operations' gradients go into burn's graph.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops as Step, OpsKind, unary};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, TensorMetadata};

use super::backend::Ops;
use super::conv::ConvShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

impl<B: Ops, C: CheckpointStrategy> Ops for Autodiff<B, C> {
    fn conv(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Conv;

        impl<B: Ops> Backward<B, 3> for Conv {
            type State = ([FloatTensor<B>; 3], ConvShape);

            fn backward(
                self,
                step: Step<Self::State, 3>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let gradient = gradients.consume::<B>(&step.node);
                let ([images, weights, bias], shape) = step.state;
                let [to_images, to_weights, to_bias] = step.parents;
                let inner = (images.clone(), weights.clone(), gradient.clone());
                match (to_weights, to_bias) {
                    (Some(to_weights), Some(to_bias)) => {
                        let (x, w, g) = inner;
                        let (by_weights, by_bias) =
                            B::conv_parameter_gradients(x, w, bias, g, shape);
                        gradients.register::<B>(to_weights.id, by_weights);
                        gradients.register::<B>(to_bias.id, by_bias);
                    }
                    (Some(node), None) => {
                        let (x, w, g) = inner;
                        let by_weights = B::conv_weight_gradient(x, w, g, shape);
                        gradients.register::<B>(node.id, by_weights);
                    }
                    (None, Some(node)) => {
                        let (x, _, g) = inner;
                        let by_bias = B::conv_bias_gradient(x, bias, g, shape);
                        gradients.register::<B>(node.id, by_bias);
                    }
                    (None, None) => {}
                }
                if let Some(node) = to_images {
                    let by_images = B::conv_input_gradient(images, weights, gradient, shape);
                    gradients.register::<B>(node.id, by_images);
                }
            }
        }

        let [(x, to_x), (w, to_w), (b, to_b)] = [images, weights, bias].map(|t| t.into_parts());
        let inner = [x.clone(), w.clone(), b.clone()];
        let out = B::conv(x, w, b, shape);
        match Conv
            .prepare::<C>([to_x, to_w, to_b])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(step) => step.finish((inner, shape), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct MaxPool;

        impl<B: Ops> Backward<B, 1> for MaxPool {
            type State = (FloatTensor<B>, PoolShape);

            fn backward(
                self,
                step: Step<Self::State, 1>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let (images, shape) = step.state;
                unary::<B, _>(step.parents, step.node, gradients, |gradient| {
                    B::max_pool_gradient(images, gradient, shape)
                });
            }
        }

        let (inner, node) = images.into_parts();
        let out = B::max_pool(inner.clone(), shape);
        match MaxPool.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish((inner, shape), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn relu_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Relu;

        impl<B: Ops> Backward<B, 1> for Relu {
            type State = FloatTensor<B>;

            fn backward(
                self,
                step: Step<Self::State, 1>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let output = step.state;
                unary::<B, _>(step.parents, step.node, gradients, |gradient| {
                    B::relu_gradient(output, gradient)
                });
            }
        }

        let (inner, node) = x.into_parts();
        let out = B::relu_forward(inner);
        match Relu.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish(out.clone(), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn cross_entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct CrossEntropy;

        impl<B: Ops> Backward<B, 1> for CrossEntropy {
            type State = (FloatTensor<B>, IntTensor<B>);

            fn backward(
                self,
                step: Step<Self::State, 1>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let (logits, labels) = step.state;
                unary::<B, _>(step.parents, step.node, gradients, |gradient| {
                    B::cross_entropy_gradient(logits, labels, gradient)
                });
            }
        }

        let (inner, node) = logits.into_parts();
        let out = B::cross_entropy(inner.clone(), labels.clone());
        match CrossEntropy.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish((inner, labels), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn mean(values: FloatTensor<Self>, by: usize) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Mean;

        impl<B: Ops> Backward<B, 1> for Mean {
            type State = [usize; 2];

            fn backward(
                self,
                step: Step<Self::State, 1>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let [by, count] = step.state;
                unary::<B, _>(step.parents, step.node, gradients, |gradient| {
                    B::mean_gradient(gradient, by, count)
                });
            }
        }

        let (inner, node) = values.into_parts();
        let count = inner.shape().num_elements();
        let out = B::mean(inner, by);
        match Mean.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish([by, count], out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn linear_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Linear;

        impl<B: Ops> Backward<B, 3> for Linear {
            type State = ([FloatTensor<B>; 2], LinearShape);

            fn backward(
                self,
                step: Step<Self::State, 3>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let gradient = gradients.consume::<B>(&step.node);
                let ([x, weights], shape) = step.state;
                let [to_x, to_weights, to_bias] = step.parents;
                match (to_weights, to_bias) {
                    (Some(to_weights), Some(to_bias)) => {
                        let (by_weights, by_bias) =
                            B::linear_parameter_gradients(x, gradient.clone(), shape);
                        gradients.register::<B>(to_weights.id, by_weights);
                        gradients.register::<B>(to_bias.id, by_bias);
                    }
                    (Some(node), None) => {
                        let by_weights = B::linear_weight_gradient(x, gradient.clone(), shape);
                        gradients.register::<B>(node.id, by_weights);
                    }
                    (None, Some(node)) => {
                        let by_bias = B::linear_bias_gradient(gradient.clone(), shape);
                        gradients.register::<B>(node.id, by_bias);
                    }
                    (None, None) => {}
                }
                if let Some(node) = to_x {
                    let by_x = B::linear_input_gradient(weights, gradient, shape);
                    gradients.register::<B>(node.id, by_x);
                }
            }
        }

        let [(x, to_x), (w, to_w), (b, to_b)] = [x, weights, bias].map(|t| t.into_parts());
        let inner = [x.clone(), w.clone()];
        let out = B::linear_layer(x, w, b, shape);
        match Linear
            .prepare::<C>([to_x, to_w, to_b])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(step) => step.finish((inner, shape), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn normalize(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Normalize;

        impl<B: Ops> Backward<B, 3> for Normalize {
            type State = ([FloatTensor<B>; 3], NormShape);

            fn backward(
                self,
                step: Step<Self::State, 3>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let gradient = gradients.consume::<B>(&step.node);
                let ([images, statistics, weight], shape) = step.state;
                let [to_images, to_weight, to_bias] = step.parents;
                let inner = (images.clone(), statistics.clone(), gradient.clone());
                let (sums, by_weight, by_bias) =
                    B::normalize_parameter_gradients(inner.0, inner.1, inner.2, shape);
                if let Some(node) = to_bias {
                    gradients.register::<B>(node.id, by_bias);
                }
                if let Some(node) = to_weight {
                    gradients.register::<B>(node.id, by_weight);
                }
                if let Some(node) = to_images {
                    let by_images =
                        B::normalize_gradient(images, statistics, sums, weight, gradient, shape);
                    gradients.register::<B>(node.id, by_images);
                }
            }
        }

        // The statistics are the images' own: what a change of the images does to them is in the gradient above.
        let (statistics, _) = statistics.into_parts();
        let [(x, to_x), (w, to_w), (b, to_b)] = [images, weight, bias].map(|t| t.into_parts());
        let inner = [x.clone(), statistics.clone(), w.clone()];
        let out = B::normalize(x, statistics, w, b, shape);
        match Normalize
            .prepare::<C>([to_x, to_w, to_b])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(step) => step.finish((inner, shape), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }
}
