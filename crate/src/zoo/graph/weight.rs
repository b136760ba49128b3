//! A parameter of any number of dimensions.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use crate::zoo::apply::zeros;

/// A parameter.
#[derive(Module, Debug)]
pub enum Weight {
    /// A bias, a scale.
    One(Param<Tensor<1>>),
    /// Of a linear layer: `[in, out]`.
    Two(Param<Tensor<2>>),
    /// Tokens: `[1, tokens, numbers]`.
    Three(Param<Tensor<3>>),
    /// Of a convolution.
    Four(Param<Tensor<4>>),
}

impl Weight {
    /// Zeros, which take no memory until they are asked for.
    pub fn zeros(shape: &[usize], device: &Device) -> Self {
        match *shape {
            [a, b, c, d] => Weight::Four(zeros([a, b, c, d], device)),
            [a, b, c] => Weight::Three(zeros([a, b, c], device)),
            [a, b] => Weight::Two(zeros([a, b], device)),
            _ => Weight::One(zeros([shape.iter().product::<usize>()], device)),
        }
    }

    /// Its dimensions.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            Weight::One(param) => param.lazy_shape().to_vec(),
            Weight::Two(param) => param.lazy_shape().to_vec(),
            Weight::Three(param) => param.lazy_shape().to_vec(),
            Weight::Four(param) => param.lazy_shape().to_vec(),
        }
    }

    /// All numbers in one row.
    pub fn vector(&self) -> Tensor<1> {
        let count = self.shape().iter().product::<usize>();
        match self {
            Weight::One(param) => param.val(),
            Weight::Two(param) => param.val().reshape([count]),
            Weight::Three(param) => param.val().reshape([count]),
            Weight::Four(param) => param.val().reshape([count]),
        }
    }

    /// As a matrix. One of more dimensions keeps its last.
    pub fn two(&self) -> Tensor<2> {
        match self {
            Weight::Two(param) => param.val(),
            _ => {
                let shape = self.shape();
                let last = shape.last().copied().unwrap_or(1);
                let rest = shape.iter().product::<usize>() / last.max(1);
                self.vector().reshape([rest, last])
            }
        }
    }

    /// As a convolution's kernels; one of fewer dimensions has ones before its own.
    pub fn four(&self) -> Tensor<4> {
        match self {
            Weight::Four(param) => param.val(),
            _ => {
                let mut shape = [1; 4];
                let own = self.shape();
                shape[4 - own.len()..].copy_from_slice(&own);
                self.vector().reshape(shape)
            }
        }
    }

    pub(super) fn visited(&self, visitor: &mut impl ModuleVisitor) {
        match self {
            Weight::One(param) => param.visit(visitor),
            Weight::Two(param) => param.visit(visitor),
            Weight::Three(param) => param.visit(visitor),
            Weight::Four(param) => param.visit(visitor),
        }
    }

    pub(super) fn mapped(self, mapper: &mut impl ModuleMapper) -> Self {
        match self {
            Weight::One(param) => Weight::One(Module::map(param, mapper)),
            Weight::Two(param) => Weight::Two(Module::map(param, mapper)),
            Weight::Three(param) => Weight::Three(Module::map(param, mapper)),
            Weight::Four(param) => Weight::Four(Module::map(param, mapper)),
        }
    }
}
