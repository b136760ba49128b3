//! The kernels of sums of products, on integers: there 32-bit sums are exact in any order, so that the device's must be equal to the bit.
//!
//! Each distinct kernel runs once as the program has it: the same source, on buffers as large as the program's. An epilogue that is exact
//! too (sums, ReLU and its derivative) stays; any other is left out. Of what each kernel gives, some hundred numbers are computed here.

use std::collections::HashSet;

use burn::tensor::Transaction;

use super::Tested;
use crate::lab::error::LabError;
use crate::lab::train::compiled::CompiledTraining;
use crate::ops::gpu::epilogue::{Activation, Epilogue};
use crate::ops::gpu::products::Products;
use crate::ops::gpu::program::integers::{Integers, fill_kernel, sample_kernel};
use crate::ops::gpu::program::memory::device_bytes;
use crate::ops::gpu::program::{ALIGNMENT, Binding, Contents, Dispatch, Program, View};

/// Sums of each kernel that are computed here, and the fewest.
const MOST_SAMPLES: usize = 256;
const FEWEST_SAMPLES: usize = 8;

/// Products that are computed here for each kernel, about.
const PRODUCTS: usize = 1 << 19;

/// From here on, 32-bit floats have not all integers.
const EXACT: i64 = 1 << 24;

/// An odd number, of which each operand's seed is a multiple.
const SEED: u32 = 0x9e37_79b9;

/// A kernel that is tested.
struct Case {
    label: String,
    products: Products,
    epilogue: Epilogue,
    /// The sums that are compared.
    sums: Vec<usize>,
    /// Parts of each sum: split-K.
    split_k: usize,
    /// Where the samples of each part of each sum are.
    samples: View,
    operands: Operands,
}

/// What a kernel reads.
#[derive(Clone, Copy)]
struct Operands {
    first: Integers,
    second: Integers,
    bias: Integers,
    /// What is in the output's place before.
    before: Integers,
    residual: Integers,
    activated: Integers,
}

/// The program of all cases.
#[derive(Default)]
struct Cases {
    program: Program,
    cases: Vec<Case>,
    samples: usize,
}

impl Tested<'_> {
    /// Tests the kernels of a program.
    pub(super) async fn integers(&self, compiled: &CompiledTraining) -> Result<(), LabError> {
        let (program, cases, samples) = cases(compiled.program());
        if cases.is_empty() {
            return Ok(());
        }
        let found = compiled.run(&program, samples);
        let fault = |what: String| self.fault(what);
        // A device that is lost meanwhile need not answer.
        let found = self.engine.health.guard(found).await.map_err(fault)?;
        let transaction = Transaction::default().register(found);
        let mut found = self.engine.read(transaction).await.map_err(fault)?;
        let found = found.pop().unwrap_or_default();
        for case in &cases {
            case.compare(&found).map_err(LabError::SelfTest)?;
        }
        Ok(())
    }
}

/// Bytes that the test of a program on integers takes on the device.
pub fn integers_bytes(tested: &Program) -> u64 {
    let (program, ..) = cases(tested);
    device_bytes(&program)
}

/// The distinct kernels of sums of products in a program; the program that runs them, and the buffer of their samples.
fn cases(tested: &Program) -> (Program, Vec<Case>, View) {
    let mut all = Cases::default();
    let samples = all.program.buffer(0, Contents::Persistent);
    let mut known = HashSet::new();
    for dispatch in &tested.dispatches {
        let kernel = &dispatch.kernel;
        if let Some(products) = kernel.products()
            && known.insert((products, kernel.epilogue()))
        {
            all.add(dispatch, products, samples);
        }
    }
    all.program.grow(samples.buffer, all.samples);
    let samples = View {
        len: all.samples,
        ..samples
    };
    (all.program, all.cases, samples)
}

impl Cases {
    fn add(&mut self, dispatch: &Dispatch, products: Products, samples: View) {
        let mut kernel = dispatch.kernel.clone();
        let count = products.sums();
        let is_elsewhere = kernel.epilogue().destinations.is_some();
        if !is_exact(&kernel.epilogue()) {
            kernel = kernel.without_epilogue();
        }
        let epilogue = kernel.epilogue();
        let dense = |seed: u32| Integers::dense(seed.wrapping_mul(SEED));
        let operands = Operands {
            first: dense(1),
            second: Integers::sparse(SEED.wrapping_mul(2), products.terms()),
            bias: dense(3),
            before: dense(4),
            residual: dense(5),
            activated: dense(6),
        };
        let mut filled = vec![operands.first, operands.second];
        let output = dispatch
            .bindings
            .iter()
            .position(|binding| binding.is_written);
        let output = output.unwrap_or(dispatch.bindings.len());
        filled.resize(output, operands.bias);
        filled.push(operands.before);
        filled.extend(epilogue.residual.then_some(operands.residual));
        filled.extend(epilogue.derivative.map(|_| operands.activated));
        let mut bindings: Vec<Binding> = Vec::new();
        for (at, (integers, binding)) in filled.into_iter().zip(&dispatch.bindings).enumerate() {
            // Its numbers stand together where its epilogue does not store them elsewhere.
            let len = match at == output && is_elsewhere {
                true => count,
                false => binding.view.len,
            };
            let view = self.fill(integers, len);
            bindings.push(Binding { view, ..*binding });
        }
        let Some(output) = bindings.get(output).map(|binding| binding.view) else {
            return;
        };
        let split_k = output.len / count.max(1);
        let sums = sampled(count, PRODUCTS / products.terms().max(1));
        let places = sums
            .iter()
            .flat_map(|sum| (0..split_k).map(move |part| part * count + sum));
        let places: Vec<u32> = places.map(|place| place as u32).collect();
        let sample = View {
            start: self.samples,
            len: places.len(),
            ..samples
        };
        self.samples = (self.samples + places.len()).next_multiple_of(ALIGNMENT);
        self.program
            .dispatch(dispatch.label.clone(), kernel, bindings);
        let places = self
            .program
            .buffer(places.len(), Contents::Constant(places));
        let bindings = vec![places.read(), output.read(), sample.written()];
        self.program.dispatch("sample", sample_kernel(), bindings);
        self.cases.push(Case {
            label: dispatch.label.clone(),
            products,
            epilogue,
            sums,
            split_k,
            samples: sample,
            operands,
        });
    }

    /// A buffer of integers.
    fn fill(&mut self, integers: Integers, len: usize) -> View {
        let program = &mut self.program;
        let parameters = integers.parameters().to_vec();
        let parameters = program.buffer(parameters.len(), Contents::Constant(parameters));
        let view = program.temporary(len);
        let bindings = vec![parameters.read(), view.written()];
        program.dispatch("integers", fill_kernel(), bindings);
        view
    }
}

/// Whether an epilogue of integers gives integers.
fn is_exact(epilogue: &Epilogue) -> bool {
    let is_exact =
        |activation: Option<Activation>| matches!(activation, None | Some(Activation::Relu));
    let Epilogue {
        shortcut,
        activation,
        keep,
        derivative,
        destinations,
        ..
    } = *epilogue;
    shortcut.is_none()
        && destinations.is_none()
        && !keep
        && is_exact(activation)
        && is_exact(derivative)
}

/// Some of so many sums, the first and the last among them: as many as may be computed.
fn sampled(count: usize, affordable: usize) -> Vec<usize> {
    let samples = affordable.clamp(FEWEST_SAMPLES, MOST_SAMPLES).min(count);
    let steps = samples.saturating_sub(1).max(1);
    // The steps between them are of different lengths, so that no row, channel or tile is always met in the same place.
    let mut sums: Vec<usize> = (0..samples)
        .map(|sample| {
            (sample * (count - 1) / steps).saturating_sub(sample % 3 * (sample % steps).min(1))
        })
        .collect();
    sums.dedup();
    sums
}

impl Case {
    /// Compares the samples among those of all cases.
    fn compare(&self, found: &[f32]) -> Result<(), String> {
        let View { start, len, .. } = self.samples;
        let found = found.get(start..start + len).unwrap_or_default();
        if found.len() != len {
            return Err(format!("{} gave no numbers for integers.", self.label));
        }
        for (sum, found) in self.sums.iter().zip(found.chunks(self.split_k.max(1))) {
            let Some(expected) = self.expected(*sum) else {
                continue;
            };
            let found: f64 = found.iter().map(|part| f64::from(*part)).sum();
            if found != expected as f64 {
                return Err(format!(
                    "{} gave {found} for integers where {expected} is exact.",
                    self.label
                ));
            }
        }
        Ok(())
    }

    /// A sum; nothing where it may not be exact in every order.
    fn expected(&self, sum: usize) -> Option<i64> {
        let Operands {
            first,
            second,
            bias,
            before,
            residual,
            activated,
        } = self.operands;
        let one_or =
            |integers: Integers, place: Option<usize>| place.map_or(1, |at| integers.at(at));
        let products = self.products.products(sum).into_iter();
        let products = products.map(|[a, b]| match one_or(second, b) {
            0 => 0,
            b => b * one_or(first, a),
        });
        let mut terms: Vec<i64> = products.collect();
        terms.extend(self.products.bias(sum).map(|at| bias.at(at)));
        terms.extend(self.epilogue.accumulate.then(|| before.at(sum)));
        terms.extend(self.epilogue.residual.then(|| residual.at(sum)));
        let size: i64 = terms.iter().map(|term| term.abs()).sum();
        if size >= EXACT {
            return None;
        }
        let mut value: i64 = terms.iter().sum();
        if self.epilogue.activation.is_some() {
            value = value.max(0);
        }
        if self.epilogue.derivative.is_some() && activated.at(sum) <= 0 {
            value = 0;
        }
        Some(value)
    }
}
