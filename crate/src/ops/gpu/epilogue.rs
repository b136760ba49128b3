//! What a kernel does to each number before it stores it, so that no other kernel has to go over its output.

use std::fmt::Write;

use super::shortcut::PadShortcut;
use super::slice::Destinations;

/// An elementwise activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// ReLU.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// The logistic sigmoid.
    Sigmoid,
    /// GELU.
    Gelu,
    /// 1.7159 · tanh(2x/3).
    ScaledTanh,
}

/// What is done to each number, in this order. The default does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Epilogue {
    /// Adds what stands in the output's place: a gradient with several parts.
    pub accumulate: bool,
    /// Adds the number in the same place of another buffer: a skip connection.
    pub residual: bool,
    /// That buffer holds the images of a shortcut, whose output is added instead.
    pub shortcut: Option<PadShortcut>,
    /// Applies an activation.
    pub activation: Option<Activation>,
    /// Stores in a further buffer what the activation is given: the derivative of GELU follows from that.
    pub keep: bool,
    /// Multiplies by the derivative of an activation, which follows from the number in the same place of another buffer: what the
    /// activation gave, or for GELU what it was given. That turns the gradient of an activation's output into that of its input.
    pub derivative: Option<Activation>,
    /// Stores the numbers elsewhere than in an output of their own. What stands in the output's place, and what a derivative follows
    /// from, is there, too. What goes to a second buffer is stored as it is.
    pub destinations: Option<Destinations>,
}

impl Activation {
    /// Its value of `value`, in WGSL.
    fn wgsl(self) -> &'static str {
        match self {
            Activation::Relu => "select(max(value, 0.0), value, is_nan(value))",
            // Large arguments give NaN on some adapters.
            Activation::Tanh => "tanh(clamp(value, -15.0, 15.0))",
            Activation::Sigmoid => "1.0 / (1.0 + exp(-value))",
            Activation::Gelu => "gelu(value)",
            Activation::ScaledTanh => "1.7159 * tanh(clamp(value * (2.0 / 3.0), -15.0, 15.0))",
        }
    }

    /// Its derivative from `known`, in WGSL.
    pub(super) fn derivative(self) -> &'static str {
        match self {
            Activation::Relu => "select(0.0, 1.0, known > 0.0)",
            Activation::Tanh => "1.0 - known * known",
            Activation::Sigmoid => "known * (1.0 - known)",
            Activation::Gelu => "gelu_derivative(known)",
            // With y = 1.7159 t, 1.7159 · ⅔ (1 − t²).
            Activation::ScaledTanh => "(1.7159 - known * known / 1.7159) * (2.0 / 3.0)",
        }
    }
}

impl Epilogue {
    /// How many buffers it reads.
    pub fn buffers(&self) -> usize {
        usize::from(self.residual) + usize::from(self.derivative.is_some())
    }

    /// The function `store`, for an array `output` of `len` numbers. Its buffers are bound from `binding` on: the residual, then what
    /// the derivative follows from, then what is kept and the second destination, which it writes.
    pub(super) fn wgsl(&self, binding: usize, len: usize) -> String {
        let mut text = String::new();
        let mut binding = binding;
        let mut buffer = |text: &mut String, kind: &str, name: &str, len: usize| {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "@group(0) @binding({binding}) var<{kind}> {name}: array<f32, {len}>;"
            );
            binding += 1;
        };
        let shortcut = self.shortcut.filter(|_| self.residual);
        if self.residual {
            let images = shortcut.map_or(len, |shortcut| shortcut.input_len());
            buffer(&mut text, "storage", "residual", images);
        }
        let [own_len, second_len] = self
            .destinations
            .map_or([len, 0], |destinations| destinations.lengths(len));
        if self.derivative.is_some() {
            buffer(&mut text, "storage", "activated", own_len);
        }
        if self.keep {
            buffer(&mut text, "storage, read_write", "kept", len);
        }
        if second_len > 0 {
            buffer(&mut text, "storage, read_write", "second", second_len);
        }
        let activations = [self.activation, self.derivative];
        if activations.contains(&Some(Activation::Gelu)) {
            text.push_str(include_str!("gelu.wgsl"));
        }
        if let Some(shortcut) = shortcut {
            text.push_str(&shortcut.wgsl("residual"));
        }
        text.push_str("fn store(at: u32, number: f32) {\n    var value = number;\n");
        match self.destinations {
            Some(destinations) => text.push_str(&destinations.wgsl()),
            None => text.push_str("    let to = at;\n"),
        }
        if self.accumulate {
            text.push_str("    value += output[to];\n");
        }
        match shortcut {
            Some(_) => text.push_str("    value += shortcut_of(at);\n"),
            None if self.residual => text.push_str("    value += residual[at];\n"),
            None => {}
        }
        if self.keep {
            text.push_str("    kept[at] = value;\n");
        }
        if let Some(activation) = self.activation {
            let _ = writeln!(text, "    value = {};", activation.wgsl());
        }
        if let Some(activation) = self.derivative {
            let _ = writeln!(text, "    let known = activated[to];");
            let _ = writeln!(text, "    value *= {};", activation.derivative());
        }
        text.push_str("    output[to] = value;\n}\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gpu::adapter::Adapter;
    use crate::ops::gpu::conv::Pass;
    use crate::ops::gpu::linear;
    use crate::ops::gpu::testing::Binding::{Output, Read, Write};
    use crate::ops::gpu::testing::{assert_close, run};
    use crate::ops::linear::LinearShape;

    /// x and weight of a product of 1 by 1, whose output goes through the epilogue.
    const SHAPE: LinearShape = LinearShape {
        batch: 3,
        inputs: 1,
        outputs: 1,
    };

    #[test]
    fn what_the_activation_is_given_is_kept() {
        let epilogue = Epilogue {
            accumulate: true,
            residual: true,
            activation: Some(Activation::Relu),
            keep: true,
            derivative: Some(Activation::Tanh),
            ..Epilogue::default()
        };
        let choice = linear::choose(Pass::Forward, &SHAPE, &Adapter::default());
        let kernel = linear::forward_kernel(&SHAPE, choice, false, &epilogue);
        let bindings = [
            Read(&[1.0, 2.0, 3.0]),
            Read(&[-2.0]),
            Write(&[1.0, 1.0, 1.0]),
            Read(&[4.0, 5.0, 0.5]),
            Read(&[0.5, 0.0, 0.5]),
            Output(3),
        ];
        let [output, kept] = run(&kernel, &bindings).try_into().unwrap();
        assert_close("kept", &kept, &[3.0, 2.0, -4.5], 1e-6);
        assert_close("output", &output, &[2.25, 2.0, 0.0], 1e-6);
    }
}
