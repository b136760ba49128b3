//! Verification: a run is compared with a promised one while it trains.
//!
//! Pure data, no tensors. A [`Reference`] is what a checked link or a run file promises; a [`Verifier`] gets the loss of each
//! step, and the check after the last that was promised; a [`Verdict`] is the result so far, as a sentence. [`trace`] holds the
//! losses as bits; [`check`] is the hash over them and the [`state`] that they led to; [`band`] is the tolerance for engines that
//! round otherwise.

pub mod band;
pub mod check;
pub mod state;
pub mod trace;
mod verdict;

pub use verdict::{Departure, Outcome, Scope, Verdict};

use crate::recipe::{mark_steps, versions};

/// How a run is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Bit for bit: both runs are computed by the CPU engine in WebAssembly, from the first step to the last.
    Bits,
    /// Within a band: one of the engines may round otherwise.
    Band,
}

/// What a checked link or a run file promises.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    check: String,
    /// Steps, from 1, and their losses as bits.
    marks: Vec<(u64, u32)>,
    /// The last step that is promised.
    steps: u64,
    /// Steps of the whole run.
    run_steps: u64,
    /// The recipe version of the promised run.
    version: u64,
}

impl Reference {
    /// The reference of a checked link, whose run has `steps` steps; `marks` may be empty.
    ///
    /// # Errors
    /// A sentence, where a run of that length has more or fewer marks.
    pub fn from_marks(
        check: &str,
        marks: &[u32],
        steps: u64,
        version: u64,
    ) -> Result<Self, String> {
        let mark_steps = mark_steps(steps);
        if !marks.is_empty() && marks.len() != mark_steps.len() {
            return Err(format!(
                "The marks in the link are the losses of {} steps, but of a run of {steps} steps they are those of {}. \
                 The link was changed after it was shared.",
                marks.len(),
                mark_steps.len()
            ));
        }
        Ok(Reference {
            check: check.to_owned(),
            marks: mark_steps.zip(marks.iter().copied()).collect(),
            steps,
            run_steps: steps,
            version,
        })
    }

    /// The reference of a run file, which has the loss of every step that was done. It promises no more of a run of `run_steps`
    /// steps.
    pub fn from_trace(check: &str, losses: &[u32], run_steps: u64, version: u64) -> Self {
        Reference {
            check: check.to_owned(),
            marks: (1..).zip(losses.iter().copied()).collect(),
            steps: losses.len() as u64,
            run_steps,
            version,
        }
    }
}

/// Compares a run with a reference, step by step.
#[derive(Clone, Debug)]
pub struct Verifier {
    reference: Reference,
    comparison: Comparison,
    /// Steps up to this one come from a file. Their losses can show that the file is of another run, and never that it is the same.
    computed_from: u64,
    /// Why nothing can be compared.
    obstacle: Option<String>,
    /// Steps observed.
    step: u64,
    /// Marks that matched, and how many of them come from a file.
    matched: usize,
    matched_from_file: usize,
    departure: Option<Departure>,
    band: band::Band,
    /// The bound of the band that was exceeded.
    exceeded: Option<band::Bound>,
    /// The run's check after the last promised step.
    check: Option<String>,
}

impl Verifier {
    /// A verifier before the first step, of a run whose steps up to `computed_from` come from a file.
    pub fn new(reference: Reference, comparison: Comparison, computed_from: u64) -> Self {
        Verifier {
            obstacle: obstacle(&reference, comparison),
            reference,
            comparison,
            computed_from,
            step: 0,
            matched: 0,
            matched_from_file: 0,
            departure: None,
            band: band::Band::default(),
            exceeded: None,
            check: None,
        }
    }

    /// Takes the loss of the next step.
    pub fn observe(&mut self, loss: f32) {
        self.step += 1;
        if self.departure.is_some() {
            return;
        }
        let Some((step, bits)) = self.reference.marks.get(self.matched) else {
            return;
        };
        if *step != self.step {
            return;
        }
        if *step > self.computed_from && self.matched == self.matched_from_file {
            // What a file says counts nothing for the steps that were computed.
            self.band = band::Band::default();
        }
        let expected = f32::from_bits(*bits);
        let matches = match self.comparison {
            Comparison::Bits => *bits == loss.to_bits(),
            Comparison::Band => {
                self.exceeded = self.band.observe(*step, expected, loss);
                self.exceeded.is_none()
            }
        };
        if matches {
            self.matched += 1;
            self.matched_from_file += usize::from(*step <= self.computed_from);
            return;
        }
        let last_match = self.matched.checked_sub(1);
        self.departure = Some(Departure {
            after: last_match.map_or(0, |mark| self.reference.marks[mark].0),
            step: *step,
            expected,
            got: loss,
        });
    }

    /// Whether the run's check after that step has to be set by [`Verifier::set_check`]: it is the last that was promised, it is
    /// computed here, and bits are compared.
    pub fn needs_check_after(&self, step: u64) -> bool {
        step == self.reference.steps
            && self.computed_from < step
            && self.comparison == Comparison::Bits
            && self.obstacle.is_none()
            && self.departure.is_none()
    }

    /// Takes the run's check after the last promised step.
    pub fn set_check(&mut self, check: String) {
        self.check = Some(check);
    }

    /// The result so far.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            outcome: self.outcome(),
            scope: Scope {
                computed_from: self.computed_from,
                promised: self.reference.steps,
                run_steps: self.reference.run_steps,
            },
        }
    }

    fn outcome(&self) -> Outcome {
        if let Some(why) = &self.obstacle {
            return Outcome::Cannot { why: why.clone() };
        }
        match (self.departure, self.exceeded) {
            (Some(departure), Some(bound)) => return Outcome::Outside { departure, bound },
            (Some(departure), None) => return Outcome::Differs(departure),
            (None, _) => {}
        }
        let Reference {
            check,
            marks,
            steps,
            ..
        } = &self.reference;
        if self.computed_from >= *steps {
            return Outcome::FromFile;
        }
        let compared = self.matched - self.matched_from_file;
        let is_at_end = self.step >= *steps;
        match (self.comparison, &self.check) {
            (Comparison::Bits, Some(found)) if found == check => Outcome::Same {
                check: check.clone(),
            },
            (Comparison::Bits, Some(found)) => Outcome::DiffersBetween {
                promised: check.clone(),
                found: found.clone(),
                marks: self.matched,
            },
            (Comparison::Bits, None) if is_at_end => Outcome::SameLosses,
            (Comparison::Band, _) if is_at_end => Outcome::Within { marks: compared },
            _ if compared == 0 => Outcome::Waiting {
                first: self.first_computed_mark(),
            },
            (Comparison::Bits, None) => Outcome::SameSoFar {
                step: marks[self.matched - 1].0,
            },
            (Comparison::Band, _) => Outcome::WithinSoFar {
                step: marks[self.matched - 1].0,
                marks: compared,
            },
        }
    }

    /// The first step that is compared as one that this lab computed.
    fn first_computed_mark(&self) -> u64 {
        let mut steps = self.reference.marks.iter().map(|mark| mark.0);
        steps
            .find(|step| *step > self.computed_from)
            .unwrap_or(self.reference.steps)
    }
}

/// Why a run cannot be compared with the reference; `None` if it can.
fn obstacle(reference: &Reference, comparison: Comparison) -> Option<String> {
    let other_version = versions::other_version(reference.version, versions::VERSION);
    let has_no_losses = comparison == Comparison::Band && reference.marks.is_empty();
    other_version.or_else(|| {
        has_no_losses.then(|| {
            "This link has a check and no marks. A check says nothing of a run that rounds otherwise than the CPU engine \
             in WebAssembly, so this run cannot be compared."
                .to_owned()
        })
    })
}

#[cfg(test)]
mod tests;
