//! Operations that go number by number: what an epilogue does alone, and products.

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::template::to_constants;

/// How many numbers a thread takes, where there are enough of them.
const PER_THREAD: usize = 4;

/// The fewest numbers of which a thread takes several.
const MANY: usize = 1 << 16;

/// The kernel that stores each number through the epilogue: with it an activation alone, the derivative of one, a sum, or a part of a
/// gradient. It binds what it reads and the output, `[len]` both.
pub fn elementwise_kernel(len: usize, epilogue: &Epilogue) -> Kernel {
    kernel(len, false, epilogue)
}

/// The kernel of products, number by number: dropout with its mask, and its gradient. It binds two factors and the output, `[len]` all.
pub fn multiply_kernel(len: usize, epilogue: &Epilogue) -> Kernel {
    kernel(len, true, epilogue)
}

fn kernel(len: usize, factors: bool, epilogue: &Epilogue) -> Kernel {
    let per_thread = if len < MANY { 1 } else { PER_THREAD };
    let constants = to_constants([
        ("COUNT", len),
        ("PER_THREAD", per_thread),
        ("FACTORS", usize::from(factors)),
    ]);
    let threads = len.div_ceil(per_thread);
    Kernel::new(include_str!("elementwise.wgsl"), threads, constants).with_epilogue(
        epilogue,
        2 + usize::from(factors),
        len,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::activation;
    use crate::ops::gpu::epilogue::Activation;
    use crate::ops::gpu::testing::Binding::{Output, Read, Write};
    use crate::ops::gpu::testing::{assert_close, run};
    use crate::references::numbers;

    /// One with a thread for each number, and one whose last threads have less to do.
    const LENGTHS: [usize; 2] = [77, MANY + 3];

    #[test]
    fn an_activation_alone() {
        type Function = fn(&[f32]) -> Vec<f32>;
        let activations: [(Activation, Function); 4] = [
            (Activation::Relu, activation::relu),
            (Activation::Tanh, activation::tanh),
            (Activation::Sigmoid, activation::sigmoid),
            (Activation::Gelu, activation::gelu),
        ];
        for len in LENGTHS {
            let x: Vec<f32> = numbers(1, len).map(|x| 6.0 * x).collect();
            for (activation, expected) in activations {
                let epilogue = Epilogue {
                    activation: Some(activation),
                    ..Epilogue::default()
                };
                let kernel = elementwise_kernel(len, &epilogue);
                let output = run(&kernel, &[Read(&x), Output(len)]);
                assert_close(
                    &format!("{activation:?} of {len}"),
                    &output[0],
                    &expected(&x),
                    1e-5,
                );
            }
        }
    }

    #[test]
    fn a_part_of_a_gradient_before_an_activation() {
        for len in LENGTHS {
            let [first, second, y] = [1, 2, 3].map(|which| numbers(which, len).collect::<Vec<_>>());
            let sum: Vec<f32> = first.iter().zip(&second).map(|(a, b)| a + b).collect();
            let epilogue = Epilogue {
                accumulate: true,
                derivative: Some(Activation::Tanh),
                ..Epilogue::default()
            };
            let kernel = elementwise_kernel(len, &epilogue);
            let output = run(&kernel, &[Read(&second), Write(&first), Read(&y)]);
            let expected = activation::tanh_gradient(&y, &sum);
            assert_close(&format!("{len}"), &output[0], &expected, 1e-6);
        }
    }

    #[test]
    fn products() {
        for len in LENGTHS {
            let [x, mask, residual] =
                [1, 2, 3].map(|which| numbers(which, len).collect::<Vec<_>>());
            let epilogue = Epilogue {
                residual: true,
                ..Epilogue::default()
            };
            let kernel = multiply_kernel(len, &epilogue);
            let bindings = [Read(&x), Read(&mask), Output(len), Read(&residual)];
            let output = run(&kernel, &bindings);
            let factors = x.iter().zip(&mask).zip(&residual);
            let expected: Vec<f32> = factors.map(|((x, m), r)| x * m + r).collect();
            assert_close(&format!("{len}"), &output[0], &expected, 1e-6);
        }
    }
}
