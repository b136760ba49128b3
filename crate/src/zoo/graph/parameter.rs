//! A parameter of one to four dimensions.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Device, Tensor};

/// A parameter, by its number of dimensions.
#[derive(Module, Debug)]
pub enum Parameter {
    /// A bias, or the scale of a normalization: `[channels]`.
    Rank1(Param<Tensor<1>>),
    /// The weight of a linear layer: `[in, out]`.
    Rank2(Param<Tensor<2>>),
    /// Token and position embeddings: `[1, tokens, embedding]`.
    Rank3(Param<Tensor<3>>),
    /// The weight of a convolution: `[out, in, height, width]`.
    Rank4(Param<Tensor<4>>),
}

impl Parameter {
    /// Zeros, which take no memory until they are read.
    pub fn zeros(shape: &[usize], device: &Device) -> Self {
        match *shape {
            [a, b, c, d] => Parameter::Rank4(zeros([a, b, c, d], device)),
            [a, b, c] => Parameter::Rank3(zeros([a, b, c], device)),
            [a, b] => Parameter::Rank2(zeros([a, b], device)),
            _ => Parameter::Rank1(zeros([shape.iter().product::<usize>()], device)),
        }
    }

    /// Its dimensions.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            Parameter::Rank1(param) => param.lazy_shape().to_vec(),
            Parameter::Rank2(param) => param.lazy_shape().to_vec(),
            Parameter::Rank3(param) => param.lazy_shape().to_vec(),
            Parameter::Rank4(param) => param.lazy_shape().to_vec(),
        }
    }

    /// Flattened to one dimension.
    pub fn rank1(&self) -> Tensor<1> {
        let len = self.shape().iter().product::<usize>();
        match self {
            Parameter::Rank1(param) => param.val(),
            Parameter::Rank2(param) => param.val().reshape([len]),
            Parameter::Rank3(param) => param.val().reshape([len]),
            Parameter::Rank4(param) => param.val().reshape([len]),
        }
    }

    /// As a matrix: of more dimensions, the last stays and the others become one.
    pub fn rank2(&self) -> Tensor<2> {
        match self {
            Parameter::Rank2(param) => param.val(),
            _ => {
                let shape = self.shape();
                let columns = shape.last().copied().unwrap_or(1);
                let rows = shape.iter().product::<usize>() / columns.max(1);
                self.rank1().reshape([rows, columns])
            }
        }
    }

    /// With four dimensions: of fewer, ones come before them.
    pub fn rank4(&self) -> Tensor<4> {
        match self {
            Parameter::Rank4(param) => param.val(),
            _ => {
                let shape = self.shape();
                let mut padded = [1; 4];
                padded[4 - shape.len()..].copy_from_slice(&shape);
                self.rank1().reshape(padded)
            }
        }
    }

    pub(super) fn visit_param(&self, visitor: &mut impl ModuleVisitor) {
        match self {
            Parameter::Rank1(param) => param.visit(visitor),
            Parameter::Rank2(param) => param.visit(visitor),
            Parameter::Rank3(param) => param.visit(visitor),
            Parameter::Rank4(param) => param.visit(visitor),
        }
    }

    pub(super) fn map_param(self, mapper: &mut impl ModuleMapper) -> Self {
        match self {
            Parameter::Rank1(param) => Parameter::Rank1(Module::map(param, mapper)),
            Parameter::Rank2(param) => Parameter::Rank2(Module::map(param, mapper)),
            Parameter::Rank3(param) => Parameter::Rank3(Module::map(param, mapper)),
            Parameter::Rank4(param) => Parameter::Rank4(Module::map(param, mapper)),
        }
    }
}

/// Zeros, which take no memory until they are read.
///
/// burn's own layer configurations are not used, because they bring every initializer of burn's into the module, and none is
/// needed: [`crate::zoo::initializer`] draws initial values.
fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    let make = move |device: &Device, _| Tensor::zeros(shape, device);
    Param::uninitialized(ParamId::new(), make, device.clone(), true, shape.into())
}
