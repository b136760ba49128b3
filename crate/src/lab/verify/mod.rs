//! Verification: a run is compared with a promised one while it trains.
//!
//! Pure data, no tensors. A [`Reference`] is what a checked link or a run file promises; a [`Verifier`] gets the loss of each
//! step; a [`Verdict`] is the result so far, as a sentence. [`trace`] holds the losses as bits and their check; [`band`] is the
//! tolerance for engines that round otherwise.

pub mod band;
pub mod trace;
mod verdict;

pub use verdict::{Departure, Verdict};

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
    /// Steps of the promised run.
    steps: u64,
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
                "marks in the link are the losses of {} steps, but of a run of {steps} steps they are those of {}. \
                 The link was changed after it was shared.",
                marks.len(),
                mark_steps.len()
            ));
        }
        Ok(Reference {
            check: check.to_owned(),
            marks: mark_steps.zip(marks.iter().copied()).collect(),
            steps,
            version,
        })
    }

    /// The reference of a run file, which has the whole trace.
    pub fn from_trace(check: &str, losses: &[u32], version: u64) -> Self {
        Reference {
            check: check.to_owned(),
            marks: (1..).zip(losses.iter().copied()).collect(),
            steps: losses.len() as u64,
            version,
        }
    }
}

/// Compares a run with a reference, step by step.
#[derive(Clone, Debug)]
pub struct Verifier {
    reference: Reference,
    comparison: Comparison,
    /// Why nothing can be compared.
    obstacle: Option<String>,
    /// Steps observed.
    step: u64,
    /// Marks that matched.
    matched: usize,
    departure: Option<Departure>,
    band: band::Band,
    /// The bound of the band that was exceeded.
    exceeded: Option<band::Bound>,
    /// The run's check at the reference's last step.
    check: Option<String>,
}

impl Verifier {
    /// A verifier before the first step.
    pub fn new(reference: Reference, comparison: Comparison) -> Self {
        Verifier {
            obstacle: obstacle(&reference, comparison),
            reference,
            comparison,
            step: 0,
            matched: 0,
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

    /// The reference's last step, if the run has reached it and [`Verifier::set_check`] was not called yet.
    pub fn check_due_at(&self) -> Option<u64> {
        let is_due = self.step >= self.reference.steps && self.check.is_none();
        is_due.then_some(self.reference.steps)
    }

    /// Takes the run's check at the reference's last step.
    pub fn set_check(&mut self, check: String) {
        self.check = Some(check);
    }

    /// The result so far.
    pub fn verdict(&self) -> Verdict {
        let Reference {
            check,
            marks,
            steps,
            ..
        } = &self.reference;
        if let Some(why) = &self.obstacle {
            return Verdict::Cannot { why: why.clone() };
        }
        let is_exact = self.comparison == Comparison::Bits;
        match (self.departure, self.exceeded) {
            (Some(departure), Some(bound)) => return Verdict::Outside { departure, bound },
            (Some(departure), None) => return Verdict::Differs(departure),
            (None, _) => {}
        }
        match (&self.check, self.matched) {
            (Some(_), matched) if !is_exact => Verdict::Within {
                marks: matched,
                steps: *steps,
            },
            (Some(found), _) if found == check => Verdict::Same {
                check: check.clone(),
                steps: *steps,
            },
            (Some(found), matched) => Verdict::DiffersBetween {
                promised: check.clone(),
                found: found.clone(),
                marks: matched,
            },
            (None, 0) => Verdict::Waiting {
                first: marks.first().map_or(*steps, |mark| mark.0),
            },
            (None, matched) if is_exact => Verdict::SameSoFar {
                step: marks[matched - 1].0,
            },
            (None, matched) => Verdict::WithinSoFar {
                step: marks[matched - 1].0,
                marks: matched,
            },
        }
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
