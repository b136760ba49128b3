//! The check of a run: a chained hash over recipe, data, losses and state.

use sha2::{Digest, Sha256};

use super::state::StateDigest;
use crate::hex::hex;

/// Hashed first, so that a check is no other hash of the same bytes.
const DOMAIN: &str = "bunsen-check-1";

/// The hash over a recipe, its data and the losses so far. Each loss is hashed onto what came before, so every step of a run has
/// a check of its own:
///
/// - h₀ = SHA-256(`"bunsen-check-1\n"`, canonical link, `"\n"`, data digest, `"\n"`)
/// - hₖ = SHA-256(hₖ₋₁, the bits of loss k)
/// - the check after step k: the first 64 bits of SHA-256(hₖ, the digest of the state after step k)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckChain([u8; 32]);

impl CheckChain {
    /// Before the first step.
    pub fn new(link: &str, data_digest: &str) -> Self {
        let mut hash = Sha256::new();
        for text in [DOMAIN, link, data_digest] {
            hash.update(text.as_bytes());
            hash.update(b"\n");
        }
        CheckChain(hash.finalize().into())
    }

    /// After steps with these losses.
    pub fn over(link: &str, data_digest: &str, losses: &[u32]) -> Self {
        let mut chain = CheckChain::new(link, data_digest);
        losses.iter().for_each(|bits| chain.push(*bits));
        chain
    }

    /// Takes the loss of the next step, as bits.
    pub fn push(&mut self, bits: u32) {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(bits.to_le_bytes());
        self.0 = hash.finalize().into();
    }

    /// The check of a run that has this state now: 16 hexadecimal digits.
    pub fn check(&self, state: &StateDigest) -> String {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(state.bytes());
        hex(&hash.finalize()[..8])
    }
}
