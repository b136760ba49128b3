//! What an adapter has proven: the programs that passed the full self-test on it.
//!
//! A record is a line of text, which whoever has a storage keeps and hands in the next time: the digest of a run's programs, and the choice of
//! their kernels where one was measured. Whoever keeps it sees to it that it is this adapter's, this driver's and this build's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::ops::gpu::program::pipelines::source_of;
use crate::ops::gpu::program::{Contents, Program};

/// Records that are held: a visitor may try many networks.
const MAX_PROOFS: usize = 200;

/// The most characters of a choice.
const MAX_CHOICE: usize = 4000;

/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

/// The programs that passed the full self-test, each with the choice of its kernels; shared by an engine's runs.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    by_digest: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Proofs {
    /// Takes records that were handed out, one a line. A line that is no record is left out.
    pub fn take(&self, lines: &str) {
        for line in lines.lines() {
            let (digest, choice) = line.split_once(' ').unwrap_or((line, ""));
            let is_digest = digest.len() == DIGITS
                && digest
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if is_digest && choice.len() <= MAX_CHOICE {
                self.add(digest, choice);
            }
        }
    }

    /// Keeps that programs passed, with the choice of their kernels (one line; empty where none was measured).
    pub fn add(&self, digest: &str, choice: &str) {
        self.with(|by_digest| {
            if by_digest.len() < MAX_PROOFS {
                by_digest.insert(digest.to_owned(), choice.to_owned());
            }
        });
    }

    /// Forgets programs.
    pub fn remove(&self, digest: &str) {
        self.with(|by_digest| by_digest.remove(digest));
    }

    /// The choice of kernels with which programs passed; nothing where they did not yet.
    pub fn choice(&self, digest: &str) -> Option<String> {
        self.with(|by_digest| by_digest.get(digest).cloned())
    }

    /// The record of programs.
    pub fn record(&self, digest: &str) -> Option<String> {
        let choice = self.choice(digest)?;
        Some(format!("{digest} {choice}").trim_end().to_owned())
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
        let by_digest = self.by_digest.lock();
        work(&mut by_digest.unwrap_or_else(PoisonError::into_inner))
    }
}

/// The digest of programs: of their kernels' whole sources, grids and bindings, of their buffers and constants, and of what the host does for
/// them, which `host` tells.
pub fn digest_of(programs: &[&Program], host: &str) -> String {
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    text(host);
    for program in programs {
        for buffer in &program.buffers {
            let kind = match &buffer.contents {
                Contents::Constant(values) => format!("{values:?}"),
                Contents::Temporary => "temporary".to_owned(),
                Contents::Persistent => "persistent".to_owned(),
                Contents::External => "external".to_owned(),
            };
            text(&format!("{} {kind}", buffer.len));
        }
        for dispatch in &program.dispatches {
            text(&source_of(dispatch));
            text(&format!(
                "{:?} {:?}",
                dispatch.kernel.grid(),
                dispatch.bindings
            ));
        }
        text("end");
    }
    hex(&hash.finalize())
}
