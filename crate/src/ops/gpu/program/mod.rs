//! Programs: lists of dispatches that are compiled once and replayed.
//!
//! burn launches an operation as it comes: for each launch it searches its pipeline, makes buffers and a bind group. A network's step
//! is the same list of dispatches every time, on the same shapes. So the list is made once, with buffers whose places in memory are
//! planned, and pipelines and bind groups that are kept; a step only writes what changes (indices, the optimizer's scalars) and encodes
//! the list again.
//!
//! - `mod`: a [`Program`], as plain data
//! - [`memory`]: which buffers share memory
//! - [`pipelines`]: a device's compiled kernels; in a browser `web_pipelines` compiles them
//! - [`executable`]: a program on a device
//! - [`layout`]: parameters in a buffer, each where a binding may start
//! - [`tensors`]: burn's tensors as its buffers
//! - [`integers`]: small integers, on which kernels are tested
//! - [`tables`]: kernels that go over all parameters at once: the sum of gradients, the optimizer's update

pub mod executable;
pub mod integers;
pub mod layout;
pub mod memory;
pub mod pipelines;
pub mod tables;
pub mod tensors;
#[cfg(target_family = "wasm")]
mod web_pipelines;

use super::kernel::Kernel;

/// Numbers that a binding's start is a multiple of: WebGPU's guaranteed alignment is 256 bytes.
pub const ALIGNMENT: usize = 64;

/// A buffer of a program, of numbers with 4 bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BufferId(usize);

/// What a buffer holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// What one step computes and reads: its memory is shared with others.
    Temporary,
    /// What stays from step to step: zeros at first.
    Persistent,
    /// Numbers that never change.
    Constant(Vec<u32>),
    /// A buffer that somebody else owns.
    External,
}

/// A buffer's description.
#[derive(Clone, Debug, PartialEq)]
pub struct BufferSpec {
    /// How many numbers it has.
    pub len: usize,
    /// What it holds.
    pub contents: Contents,
}

/// A part of a buffer: what a kernel binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// The buffer.
    pub buffer: BufferId,
    /// Its first number: a multiple of [`ALIGNMENT`].
    pub start: usize,
    /// How many numbers it has.
    pub len: usize,
}

impl View {
    /// Of nothing.
    pub const EMPTY: View = View {
        buffer: BufferId(0),
        start: 0,
        len: 0,
    };

    /// Bound to be read.
    pub fn read(self) -> Binding {
        Binding {
            view: self,
            is_written: false,
        }
    }

    /// Bound to be written.
    pub fn written(self) -> Binding {
        Binding {
            view: self,
            is_written: true,
        }
    }

    /// A part of it, from `start` on.
    pub fn part(self, start: usize, len: usize) -> View {
        debug_assert!(start.is_multiple_of(ALIGNMENT) && start + len <= self.len);
        View {
            buffer: self.buffer,
            start: self.start + start,
            len,
        }
    }
}

/// A kernel on some views.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// What it computes, for whoever measures or searches a fault.
    pub label: String,
    /// The kernel.
    pub kernel: Kernel,
    /// In the order of the kernel's bindings.
    pub bindings: Vec<Binding>,
}

/// A binding of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What is bound.
    pub view: View,
    /// Whether the kernel writes it.
    pub is_written: bool,
}

/// A list of dispatches, and the buffers that they use.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Its buffers.
    pub buffers: Vec<BufferSpec>,
    /// Its dispatches, in their order.
    pub dispatches: Vec<Dispatch>,
}

impl Program {
    /// Adds a buffer.
    pub fn buffer(&mut self, len: usize, contents: Contents) -> View {
        self.buffers.push(BufferSpec { len, contents });
        View {
            buffer: BufferId(self.buffers.len() - 1),
            start: 0,
            len,
        }
    }

    /// Adds a buffer for what one step computes.
    pub fn temporary(&mut self, len: usize) -> View {
        self.buffer(len, Contents::Temporary)
    }

    /// Adds a dispatch, with its bindings in the order of the kernel's.
    pub fn dispatch(&mut self, label: impl Into<String>, kernel: Kernel, bindings: Vec<Binding>) {
        self.dispatches.push(Dispatch {
            label: label.into(),
            kernel,
            bindings,
        });
    }

    /// Keeps what is computed into a buffer for others to read after the program.
    pub fn keep(&mut self, buffer: BufferId) {
        self.buffers[buffer.0].contents = Contents::Persistent;
    }

    /// Makes a buffer longer that no kernel was built for yet.
    pub fn grow(&mut self, buffer: BufferId, len: usize) {
        let spec = &mut self.buffers[buffer.0];
        spec.len = spec.len.max(len);
    }

    /// The numbers of a buffer.
    pub fn spec(&self, buffer: BufferId) -> &BufferSpec {
        &self.buffers[buffer.0]
    }
}
