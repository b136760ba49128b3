//! The operations, for each backend: by default burn's own, on the CPU engine ours.

use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{IntDType, TensorData};

use super::conv::{self, ConvShape};
use super::pool::{self, PoolShape};

/// What burn's backends do with a convolution or a pooling of ours.
#[backend_extension(Autodiff, Flex)]
pub trait Ops: Backend {
    /// A convolution: `[batch, filters, height, width]` of the output.
    fn conv(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d(images, weights, Some(bias), shape.into())
    }

    /// Its gradient by the images.
    fn conv_input_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_x_backward(images, weights, gradient, shape.into())
    }

    /// Its gradient by the weights.
    fn conv_weight_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_weight_backward(images, weights, gradient, shape.into())
    }

    /// Its gradient by the bias.
    fn conv_bias_gradient(
        images: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        #[allow(unused_variables)] shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_bias_backward(images, bias, gradient)
    }

    /// Max pooling: `[batch, channels, height, width]` of the output.
    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        Self::max_pool2d(
            images,
            shape.kernel,
            shape.stride,
            shape.padding,
            [1, 1],
            false,
        )
    }

    /// Its gradient.
    fn max_pool_gradient(
        images: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: PoolShape,
    ) -> FloatTensor<Self> {
        let PoolShape {
            kernel,
            stride,
            padding,
            ..
        } = shape;
        let found = Self::max_pool2d_with_indices(
            images.clone(),
            kernel,
            stride,
            padding,
            [1, 1],
            false,
            IntDType::I32,
        );
        Self::max_pool2d_with_indices_backward(
            images,
            kernel,
            stride,
            padding,
            [1, 1],
            false,
            gradient,
            found.indices,
        )
        .x_grad
    }
}

impl From<ConvShape> for ConvOptions<2> {
    fn from(shape: ConvShape) -> Self {
        ConvOptions::new(shape.stride, shape.padding, [1, 1], shape.groups)
    }
}

type Numbers = FloatTensor<Flex>;

/// The numbers of a tensor, in order.
fn numbers(tensor: &Numbers) -> std::borrow::Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(numbers) => numbers.into(),
        None => tensor.to_contiguous().storage::<f32>().to_vec().into(),
    }
}

fn tensor(numbers: Vec<f32>, shape: impl Into<Vec<usize>>) -> Numbers {
    Numbers::from_data(TensorData::new(numbers, shape.into()))
}

impl Ops for Flex {
    fn conv(images: Numbers, weights: Numbers, bias: Numbers, shape: ConvShape) -> Numbers {
        let [height, width] = shape.output();
        let out = conv::forward(
            &shape,
            &numbers(&images),
            &numbers(&weights),
            &numbers(&bias),
        );
        tensor(out, [shape.batch, shape.filters, height, width])
    }

    fn conv_input_gradient(
        _: Numbers,
        weights: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        let [height, width] = shape.size;
        let out = conv::input_gradient(&shape, &numbers(&weights), &numbers(&gradient));
        tensor(out, [shape.batch, shape.channels, height, width])
    }

    fn conv_weight_gradient(
        images: Numbers,
        _: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        let [height, width] = shape.kernel;
        let out = conv::weight_gradient(&shape, &numbers(&images), &numbers(&gradient));
        tensor(out, [shape.filters, shape.group_channels(), height, width])
    }

    fn conv_bias_gradient(_: Numbers, _: Numbers, gradient: Numbers, shape: ConvShape) -> Numbers {
        tensor(
            conv::bias_gradient(&shape, &numbers(&gradient)),
            [shape.filters],
        )
    }

    fn max_pool(images: Numbers, shape: PoolShape) -> Numbers {
        let [batch, channels, _, _] = images.shape().dims();
        let [height, width] = shape.output();
        tensor(
            pool::max_pool(&shape, &numbers(&images)),
            [batch, channels, height, width],
        )
    }

    fn max_pool_gradient(images: Numbers, gradient: Numbers, shape: PoolShape) -> Numbers {
        let out = pool::max_pool_gradient(&shape, &numbers(&images), &numbers(&gradient));
        tensor(out, images.shape().dims::<4>())
    }
}
