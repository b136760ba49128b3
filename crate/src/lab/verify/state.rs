//! The digest of all that a run has learned: what a check covers beside the losses.

use sha2::{Digest, Sha256};

use crate::hex::hex;

/// SHA-256 of a run's state: the weights, the running statistics, both moments of the optimizer and its number of updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateDigest([u8; 32]);

impl StateDigest {
    /// 64 hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// The digest of 64 lower-case hexadecimal digits; `None` for any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        let bytes: Option<Vec<u8>> = pairs
            .iter()
            .map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
            .collect();
        Some(StateDigest(bytes?.try_into().ok()?))
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Takes the vectors of a state one after the other, so that only one of them need be in memory.
#[derive(Debug, Default)]
pub struct StateHasher {
    hash: Sha256,
}

impl StateHasher {
    /// Takes the next vector; `None` for one that the run has not. Its presence and its length are hashed with it, so that no two
    /// states give the same bytes.
    pub fn push(&mut self, vector: Option<&[f32]>) {
        let Some(values) = vector else {
            self.hash.update([0]);
            return;
        };
        self.hash.update([1]);
        self.hash.update((values.len() as u64).to_le_bytes());
        let mut bytes = [0; 4096];
        for values in values.chunks(bytes.len() / 4) {
            for (bytes, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(values) {
                *bytes = value.to_bits().to_le_bytes();
            }
            self.hash.update(&bytes[..4 * values.len()]);
        }
    }

    /// The digest, with the optimizer's number of updates.
    pub fn finish(mut self, updates: u64) -> StateDigest {
        self.hash.update(updates.to_le_bytes());
        StateDigest(self.hash.finalize().into())
    }
}
