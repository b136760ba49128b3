//! The values between nodes, and their gradients, as parts of buffers.

use std::collections::HashMap;

use crate::ops::gpu::epilogue::{Activation, Epilogue};
use crate::ops::gpu::program::{Program, View};
use crate::ops::gpu::slice::{ChannelSlice, Destination, Destinations};

/// A value.
#[derive(Clone, Debug, Default)]
pub(super) struct ValueState {
    /// Its numbers, `[batch, …]`.
    pub view: Option<View>,
    /// The activation that it was given by.
    pub activation: Option<Activation>,
    /// What the activation was given, where its derivative follows from that.
    pub before_activation: Option<View>,
    /// Whether the loss depends on parameters through it.
    pub needs_gradient: bool,
    /// How many parts of its gradient are still to come.
    pub parts_left: usize,
    /// Its gradient: with all parts, that of what the activation was given.
    pub gradient: Option<View>,
    /// Which channels of that view its gradient is, if not all.
    pub gradient_slice: Option<ChannelSlice>,
    /// Whether its gradient is another value's, too.
    pub is_shared: bool,
}

/// A value that is channels of another one: so is its gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ValueSlice {
    /// The other one.
    pub of: usize,
    /// Which channels.
    pub slice: ChannelSlice,
    /// How many.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
}

/// All values of a graph.
#[derive(Clone, Debug)]
pub(super) struct Values {
    /// For each value, the one that it is another name of.
    names: Vec<usize>,
    states: Vec<ValueState>,
    /// Those that are channels of another.
    slices: HashMap<usize, ValueSlice>,
}

/// How a part of a gradient is stored.
#[derive(Clone, Debug)]
pub(super) struct GradientPart {
    /// Added to the other parts, and with the last one multiplied by the activation's derivative.
    pub epilogue: Epilogue,
    /// Where.
    pub output: View,
    /// What the epilogue reads.
    pub reads: Vec<View>,
    /// What it writes besides: the second destination.
    pub second: Option<View>,
}

impl GradientPart {
    /// All of a gradient that belongs to no value.
    pub fn unread(output: View) -> Self {
        GradientPart {
            epilogue: Epilogue::default(),
            output,
            reads: Vec::new(),
            second: None,
        }
    }
}

impl Values {
    pub fn new(names: Vec<usize>, slices: HashMap<usize, ValueSlice>) -> Self {
        Values {
            slices,
            states: vec![ValueState::default(); names.len()],
            names,
        }
    }

    /// The value that one is another name of.
    pub fn name(&self, value: usize) -> usize {
        self.names[value]
    }

    pub fn state(&self, value: usize) -> &ValueState {
        &self.states[self.names[value]]
    }

    pub fn state_mut(&mut self, value: usize) -> &mut ValueState {
        let name = self.names[value];
        &mut self.states[name]
    }

    /// The numbers of a value that was computed.
    pub fn view(&self, value: usize) -> View {
        let view = self.state(value).view;
        // Nodes are compiled in the order of the graph.
        debug_assert!(
            view.is_some(),
            "value {value} is read before it is computed"
        );
        view.unwrap_or(View::EMPTY)
    }

    /// The gradient of a value of which all parts are there; nothing where no loss depends on it.
    pub fn gradient(&self, value: usize) -> Option<View> {
        let state = self.state(value);
        debug_assert!(state.gradient.is_none() || state.parts_left == 0);
        state.gradient
    }

    /// The channels of its view that a value is, if not all.
    pub fn slice(&self, value: usize) -> Option<ChannelSlice> {
        let part = self.slices.get(&self.names[value]);
        part.map(|part| part.slice)
    }

    /// A value was computed: so were those that are channels of it.
    pub fn slice_as(&mut self, value: usize) {
        let whole = self.state(value).clone();
        for (part, slice) in &self.slices {
            if slice.of == value {
                let parts_left = self.states[*part].parts_left;
                self.states[*part] = ValueState {
                    parts_left,
                    ..whole.clone()
                };
            }
        }
    }

    /// The view of a value to which several operations write.
    pub fn shared_view(&mut self, program: &mut Program, value: usize, len: usize) -> View {
        let state = self.state_mut(value);
        *state.view.get_or_insert_with(|| program.temporary(len))
    }

    /// An operation gives one more part of a value's gradient than it reads the value.
    pub fn add_part(&mut self, value: usize) {
        self.state_mut(value).parts_left += 1;
    }

    /// Where the next part of a value's gradient goes; nothing where none is needed.
    pub fn gradient_part(&mut self, program: &mut Program, value: usize) -> Option<GradientPart> {
        let slice = self.slices.get(&self.names[value]).copied();
        let whole = slice.and_then(|slice| self.state(slice.of).gradient);
        let state = self.state_mut(value);
        if !state.needs_gradient {
            return None;
        }
        state.parts_left = state.parts_left.saturating_sub(1);
        let derivative = state.activation.filter(|_| state.parts_left == 0);
        let epilogue = Epilogue {
            accumulate: state.gradient.is_some(),
            derivative,
            destinations: slice.map(|part| Destinations {
                first: Destination::new(part.channels, part.slice, part.pixels),
                second: None,
            }),
            ..Epilogue::default()
        };
        let activated = state.before_activation.or(state.view);
        let len = state.view.map_or(0, |view| view.len);
        let new = || whole.unwrap_or_else(|| program.temporary(len));
        let output = *state.gradient.get_or_insert_with(new);
        let reads = activated.filter(|_| derivative.is_some());
        if let Some(slice) = slice {
            self.state_mut(slice.of).gradient = Some(output);
        }
        Some(GradientPart {
            epilogue,
            output,
            reads: reads.into_iter().collect(),
            second: None,
        })
    }

    /// Takes a gradient that is there already as the first part of a value's, where that needs no dispatch: where no other part came
    /// yet, and no activation's derivative is to be multiplied with.
    pub fn share_gradient(&mut self, from: usize, value: usize) -> bool {
        let Some(gradient) = self.gradient(from) else {
            return false;
        };
        let can_share = {
            let (from, to) = (self.state(from), self.state(value));
            let is_last = to.parts_left == 1;
            !from.is_shared && to.gradient.is_none() && !(is_last && to.activation.is_some())
        };
        if can_share {
            self.state_mut(from).is_shared = true;
            let state = self.state_mut(value);
            state.gradient = Some(gradient);
            state.parts_left -= 1;
        }
        can_share
    }
}
