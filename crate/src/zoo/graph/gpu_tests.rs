//! The GPU's kernels of the graph's operations, against what the CPU engine computes.

mod channels;
mod lenet;
mod pool;

use burn::module::Param;
use burn::tensor::{Device, Tensor};

use super::op::Op;
use super::parameter::Parameter;
use crate::ops::gpu::epilogue::{Activation, Epilogue};
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::testing::Binding::{Output, Read, Write};
use crate::ops::gpu::testing::{Binding, assert_close, run};
use crate::references::numbers;
use crate::zoo::context::Context;

/// Adapters compute exponentials, roots and divisions with errors of their own.
const TOLERANCE: f32 = 2e-5;

/// An operation as the CPU engine computes it: what it reads and gives, and the gradients of its output's sum, weighted by `gradient`.
struct Reference {
    inputs: Vec<Vec<f32>>,
    parameters: Vec<Vec<f32>>,
    output: Vec<f32>,
    gradient: Vec<f32>,
    by_inputs: Vec<Vec<f32>>,
    by_parameters: Vec<Vec<f32>>,
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

fn leaf<const D: usize>(values: &[f32], shape: [usize; D]) -> Tensor<D> {
    let tensor = Tensor::<1>::from_floats(values, &Device::flex().autodiff());
    tensor.reshape(shape).require_grad()
}

impl Reference {
    /// Of numbers made by formula.
    fn of(op: &Op, shapes: &[[usize; 4]], parameters: &[&[usize]]) -> Self {
        let inputs = (1..).zip(shapes);
        let inputs = inputs.map(|(which, shape)| {
            let len = shape.iter().product();
            numbers(which, len).map(|x| 4.0 * x).collect()
        });
        Reference::of_inputs(op, shapes, inputs.collect(), parameters)
    }

    /// Of these inputs, and parameters of these shapes.
    fn of_inputs(
        op: &Op,
        shapes: &[[usize; 4]],
        inputs: Vec<Vec<f32>>,
        parameters: &[&[usize]],
    ) -> Self {
        let leaves: Vec<Tensor<4>> = inputs
            .iter()
            .zip(shapes)
            .map(|(values, shape)| leaf(values, *shape))
            .collect();
        let parameters = (11..).zip(parameters).map(|(which, shape)| {
            let values: Vec<f32> = numbers(which, shape.iter().product()).collect();
            let parameter = match **shape {
                [rows, columns] => {
                    Parameter::Rank2(Param::from_tensor(leaf(&values, [rows, columns])))
                }
                _ => Parameter::Rank1(Param::from_tensor(leaf(&values, [values.len()]))),
            };
            (values, parameter)
        });
        let (parameters, wrapped): (Vec<Vec<f32>>, Vec<Parameter>) = parameters.unzip();
        let [x, others @ ..] = &leaves[..] else {
            panic!("an operation reads something")
        };
        let context = Context::eval(None);
        let output = op.apply(x.clone(), others.to_vec(), &wrapped, &context, 0);
        let gradient: Vec<f32> = numbers(21, output.shape().num_elements()).collect();
        let weighted = output.clone() * leaf(&gradient, output.dims());
        let mut gradients = weighted.sum().backward();
        Reference {
            output: values(output),
            by_inputs: leaves
                .iter()
                .map(|leaf| values(leaf.grad_remove(&mut gradients).unwrap()))
                .collect(),
            by_parameters: wrapped
                .iter()
                .map(|parameter| match parameter {
                    Parameter::Rank2(param) => {
                        values(param.val().grad_remove(&mut gradients).unwrap())
                    }
                    other => values(other.rank1().grad_remove(&mut gradients).unwrap()),
                })
                .collect(),
            inputs,
            parameters,
            gradient,
        }
    }

    /// Asserts that a kernel that binds `reads` gives the output; with a residual and an activation too.
    fn assert_output(&self, what: &str, reads: &[Binding], kernel: impl Fn(&Epilogue) -> Kernel) {
        let ours = launch(&kernel(&Epilogue::default()), reads, self.output.len(), &[]);
        assert_close(what, &ours, &self.output, TOLERANCE);
        let residual: Vec<f32> = numbers(31, self.output.len()).collect();
        let epilogue = Epilogue {
            residual: true,
            activation: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let ours = launch(
            &kernel(&epilogue),
            reads,
            self.output.len(),
            &[Read(&residual)],
        );
        let sums = self.output.iter().zip(&residual);
        let expected: Vec<f32> = sums.map(|(a, b)| (a + b).max(0.0)).collect();
        assert_close(
            &format!("{what}, with an epilogue"),
            &ours,
            &expected,
            TOLERANCE,
        );
    }

    /// Asserts that a kernel that binds `reads` gives the gradient with respect to that input; as a part of one, too.
    fn assert_gradient(
        &self,
        what: &str,
        input: usize,
        reads: &[Binding],
        kernel: impl Fn(&Epilogue) -> Kernel,
    ) {
        let what = format!("gradient of {what}");
        let expected = &self.by_inputs[input];
        let ours = launch(&kernel(&Epilogue::default()), reads, expected.len(), &[]);
        assert_close(&what, &ours, expected, TOLERANCE);
        let [before, activated] = [32, 33].map(|which| numbers(which, expected.len()));
        let (before, activated): (Vec<f32>, Vec<f32>) = (before.collect(), activated.collect());
        let epilogue = Epilogue {
            accumulate: true,
            derivative: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let bindings = [reads, &[Write(&before), Read(&activated)]].concat();
        let ours = &run(&kernel(&epilogue), &bindings)[0];
        let parts = expected.iter().zip(&before).zip(&activated);
        let expected: Vec<f32> = parts
            .map(|((a, b), y)| if *y > 0.0 { a + b } else { 0.0 })
            .collect();
        assert_close(&format!("{what}, as a part"), ours, &expected, TOLERANCE);
    }
}

/// What a kernel writes that binds these, its output, and what its epilogue reads.
fn launch(kernel: &Kernel, reads: &[Binding], len: usize, epilogue: &[Binding]) -> Vec<f32> {
    let bindings = [reads, &[Output(len)], epilogue].concat();
    run(kernel, &bindings).remove(0)
}
