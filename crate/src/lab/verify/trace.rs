//! The trace of a run and its check.

use sha2::{Digest, Sha256};

use crate::hex::hex;

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

    /// The trace of the first `steps` steps.
    pub fn prefix(&self, steps: u64) -> Trace {
        let end = self.bits.len().min(steps as usize);
        Trace::from(self.bits[..end].to_vec())
    }

    /// A short hash over the recipe's link, the data's digest and the trace: the first 64 bits of a SHA-256, as
    /// 16 hexadecimal digits.
    pub fn check(&self, link: &str, data_digest: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(link.as_bytes());
        hash.update(b"\n");
        hash.update(data_digest.as_bytes());
        hash.update(b"\n");
        for bits in &self.bits {
            hash.update(bits.to_le_bytes());
        }
        hex(&hash.finalize()[..8])
    }
}

impl From<Vec<u32>> for Trace {
    fn from(bits: Vec<u32>) -> Self {
        Trace { bits }
    }
}
