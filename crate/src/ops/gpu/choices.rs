//! Which kernel computes each product of a program, where several can: the first by a rule of thumb, or what was measured to be fastest.
//!
//! A choice is a list of numbers: for each distinct layer and pass, in the order in which a program is compiled, the place of its kernel among
//! the candidates. Another kernel adds up in another order, so bits depend on it.

use super::adapter::Adapter;
use super::conv::{self, Pass, Slices};
use super::epilogue::Epilogue;
use super::linear;
use super::program::Program;
use crate::ops::conv::ConvShape;
use crate::ops::linear::LinearShape;

/// A layer's pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// A convolution's.
    Conv(Pass, ConvShape),
    /// A linear layer's.
    Linear(Pass, LinearShape),
}

impl Layer {
    /// How many kernels can compute it on an adapter.
    pub fn candidates(&self, adapter: &Adapter) -> usize {
        match self {
            Layer::Conv(pass, shape) => conv::candidates(*pass, shape, adapter).len(),
            Layer::Linear(pass, shape) => linear::candidates(*pass, shape, adapter).len(),
        }
    }

    /// Its multiply-adds.
    pub fn multiply_adds(&self) -> u64 {
        let factors = match self {
            Layer::Conv(_, shape) => [
                shape.batch * shape.output_pixels(),
                shape.filters,
                shape.reduction_len(),
            ],
            Layer::Linear(_, shape) => [shape.batch, shape.inputs, shape.outputs],
        };
        factors.map(|factor| factor as u64).iter().product()
    }

    /// A program of nothing but its kernel number `candidate`, on zeros. Its biases and its epilogue are left out.
    pub fn program(&self, candidate: usize, adapter: &Adapter) -> Program {
        let epilogue = Epilogue::default();
        let (kernel, reads, written) = match self {
            Layer::Conv(pass, shape) => {
                let slices = Slices::default();
                let choice = conv::candidates(*pass, shape, adapter)[candidate];
                let images = shape.batch * shape.image_len();
                let weights = shape.filters * shape.reduction_len();
                let output = shape.batch * shape.filters * shape.output_pixels();
                match pass {
                    Pass::Forward => {
                        let kernel = conv::forward_kernel(shape, &slices, choice, false, &epilogue);
                        (kernel, [images, weights], output)
                    }
                    Pass::Input => {
                        let kernel = conv::input_kernel(shape, &slices, choice, &epilogue);
                        (kernel, [weights, output], images)
                    }
                    Pass::Weights => {
                        let sums = conv::weight_kernel(shape, &slices, choice, false);
                        (sums.kernel, [images, output], sums.split_k * sums.sums)
                    }
                }
            }
            Layer::Linear(pass, shape) => {
                let choice = linear::candidates(*pass, shape, adapter)[candidate];
                let x = shape.batch * shape.inputs;
                let weights = shape.inputs * shape.outputs;
                let output = shape.batch * shape.outputs;
                match pass {
                    Pass::Forward => {
                        let kernel = linear::forward_kernel(shape, choice, false, &epilogue);
                        (kernel, [x, weights], output)
                    }
                    Pass::Input => {
                        let kernel = linear::input_kernel(shape, choice, &epilogue);
                        (kernel, [output, weights], x)
                    }
                    Pass::Weights => {
                        let sums = linear::weight_kernel(shape, choice, false);
                        (sums.kernel, [x, output], sums.split_k * sums.sums)
                    }
                }
            }
        };
        let mut program = Program::default();
        let reads = reads.map(|len| program.temporary(len).read());
        let written = program.temporary(written).written();
        let bindings = reads.into_iter().chain([written]).collect();
        program.dispatch(format!("{self:?}"), kernel, bindings);
        program
    }
}

/// The choice of a program's kernels, as it is compiled.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The places that were handed in.
    given: Vec<usize>,
    /// Each distinct layer, and how often it is computed.
    layers: Vec<(Layer, u64)>,
}

impl Choices {
    /// Those that were handed in; the first candidates where there are none.
    pub fn new(given: Vec<usize>) -> Self {
        Choices {
            given,
            layers: Vec::new(),
        }
    }

    /// The kernel of a convolution.
    pub fn conv(&mut self, pass: Pass, shape: &ConvShape, adapter: &Adapter) -> conv::Choice {
        let place = self.place(Layer::Conv(pass, *shape));
        let candidates = conv::candidates(pass, shape, adapter);
        candidates.get(place).copied().unwrap_or(candidates[0])
    }

    /// The kernel of a linear layer.
    pub fn linear(&mut self, pass: Pass, shape: &LinearShape, adapter: &Adapter) -> linear::Choice {
        let place = self.place(Layer::Linear(pass, *shape));
        let candidates = linear::candidates(pass, shape, adapter);
        candidates.get(place).copied().unwrap_or(candidates[0])
    }

    fn place(&mut self, layer: Layer) -> usize {
        let known = self.layers.iter().position(|(other, _)| *other == layer);
        let at = known.unwrap_or_else(|| {
            self.layers.push((layer, 0));
            self.layers.len() - 1
        });
        self.layers[at].1 += 1;
        self.given.get(at).copied().unwrap_or(0)
    }

    /// Whether what was handed in is a choice for the program that was compiled.
    pub fn fits(&self, adapter: &Adapter) -> bool {
        let mut places = self.given.iter().zip(&self.layers);
        self.given.len() == self.layers.len()
            && places.all(|(place, (layer, _))| *place < layer.candidates(adapter))
    }

    /// The distinct layers, in order.
    pub fn layers(&self) -> impl ExactSizeIterator<Item = &Layer> {
        self.layers.iter().map(|(layer, _)| layer)
    }

    /// The most expensive layers that several kernels can compute, by their places, at most so many.
    pub fn most_expensive(&self, count: usize, adapter: &Adapter) -> Vec<usize> {
        let places = (0..self.layers.len()).filter(|at| self.layers[*at].0.candidates(adapter) > 1);
        let mut places: Vec<usize> = places.collect();
        let cost = |at: &usize| self.layers[*at].0.multiply_adds() * self.layers[*at].1;
        places.sort_by_key(|at| std::cmp::Reverse(cost(at)));
        places.truncate(count);
        places
    }
}

/// A choice as a line of text, for whoever keeps it: `0,2,1`.
pub fn to_text(choice: &[usize]) -> String {
    let places: Vec<String> = choice.iter().map(usize::to_string).collect();
    places.join(",")
}

/// What [`to_text`] gave; nothing for anything else.
pub fn from_text(text: &str) -> Option<Vec<usize>> {
    let places = text.split(',').map(|place| place.parse().ok());
    let choice: Option<Vec<usize>> = places.collect();
    choice.filter(|choice| to_text(choice) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: LinearShape = LinearShape {
        batch: 64,
        inputs: 128,
        outputs: 96,
    };

    #[test]
    fn a_choice_is_used_where_it_fits() {
        let adapter = Adapter::CARD;
        let candidates = linear::candidates(Pass::Forward, &SHAPE, &adapter);
        assert!(candidates.len() > 1);
        let compiled = |given: &[usize]| {
            let mut choices = Choices::new(given.to_vec());
            let first = choices.linear(Pass::Forward, &SHAPE, &adapter);
            let again = choices.linear(Pass::Forward, &SHAPE, &adapter);
            assert_eq!(first, again, "one layer has one kernel");
            assert_eq!(choices.layers().len(), 1);
            (first, choices.fits(&adapter))
        };
        assert_eq!(compiled(&[1]), (candidates[1], true));
        assert_eq!(compiled(&[]), (candidates[0], false));
        assert_eq!(compiled(&[candidates.len()]), (candidates[0], false));
        assert!(!compiled(&[1, 0]).1);
    }

    #[test]
    fn a_choice_is_a_line_of_text() {
        assert_eq!(to_text(&[0, 12, 3]), "0,12,3");
        assert_eq!(from_text("0,12,3"), Some(vec![0, 12, 3]));
        for wrong in [
            "",
            "a",
            "1,",
            "-1",
            "+1",
            "01",
            "1 2",
            "99999999999999999999999",
        ] {
            assert_eq!(from_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_most_expensive_layers_come_first() {
        let adapter = Adapter::CARD;
        let mut choices = Choices::default();
        let small = LinearShape { batch: 8, ..SHAPE };
        choices.linear(Pass::Forward, &small, &adapter);
        choices.linear(Pass::Forward, &SHAPE, &adapter);
        choices.linear(Pass::Input, &SHAPE, &adapter);
        choices.linear(Pass::Input, &SHAPE, &adapter);
        assert_eq!(choices.most_expensive(2, &adapter), [2, 1]);
    }
}
