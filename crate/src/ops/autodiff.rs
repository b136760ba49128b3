//! How the operations' gradients go into burn's graph.

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops as Step, OpsKind};
use burn::backend::tensor::FloatTensor;

use super::backend::Ops;
use super::conv::ConvShape;
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
                if let Some(node) = to_bias {
                    let by_bias =
                        B::conv_bias_gradient(images.clone(), bias, gradient.clone(), shape);
                    gradients.register::<B>(node.id, by_bias);
                }
                if let Some(node) = to_weights {
                    let (weights, gradient) = (weights.clone(), gradient.clone());
                    let by_weights =
                        B::conv_weight_gradient(images.clone(), weights, gradient, shape);
                    gradients.register::<B>(node.id, by_weights);
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
                let gradient = gradients.consume::<B>(&step.node);
                let (images, shape) = step.state;
                let [to_images] = step.parents;
                if let Some(node) = to_images {
                    let by_images = B::max_pool_gradient(images, gradient, shape);
                    gradients.register::<B>(node.id, by_images);
                }
            }
        }

        let (inner, node) = images.into_parts();
        let out = B::max_pool(inner.clone(), shape);
        match MaxPool.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish((inner, shape), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }
}
