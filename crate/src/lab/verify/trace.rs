//! The trace of a run.

/// The loss of every step, as bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    bits: Vec<u32>,
}

/// The largest number of steps that memory is allocated for ahead: 400 KB.
const MAX_PREALLOCATED: u64 = 100_000;

impl Trace {
    /// An empty trace with capacity for a run of that length, so that it is not reallocated while the run trains.
    pub fn for_steps(steps: u64) -> Self {
        Trace {
            bits: Vec::with_capacity(steps.min(MAX_PREALLOCATED) as usize),
        }
    }

    /// Adds a step's loss.
    pub fn push(&mut self, loss: f32) {
        self.bits.push(loss.to_bits());
    }

    /// Every step's loss, as bits.
    pub fn bits(&self) -> &[u32] {
        &self.bits
    }

    /// Every step's loss.
    pub fn losses(&self) -> Vec<f32> {
        self.bits.iter().copied().map(f32::from_bits).collect()
    }
}

impl From<Vec<u32>> for Trace {
    fn from(bits: Vec<u32>) -> Self {
        Trace { bits }
    }
}
