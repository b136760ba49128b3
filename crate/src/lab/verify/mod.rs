//! Verifying: a run compared with one that was promised, while it goes on.
//!
//! Pure data. A [`Reference`] is what a checked link or a run file promises; a [`Verifier`] is fed the losses step by
//! step; a [`Verdict`] is what can be said so far, as a sentence. [`band`] is for what rounds otherwise.

pub mod band;
mod verdict;

pub use verdict::{Departure, Verdict};

use crate::recipe::{mark_steps, versions};

/// How a run is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Bit for bit: both runs are the CPU engine's in WebAssembly, from the first step to the last.
    Bits,
    /// Within a band: one of them is computed by what rounds otherwise.
    Band,
}

/// What is promised.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    check: String,
    /// Steps, from 1, and their losses as bits.
    marks: Vec<(u64, u32)>,
    /// Where the promised run ends.
    steps: u64,
    /// The recipe's version that it was made with.
    version: u64,
}

impl Reference {
    /// What a checked link promises of a run of so many steps; `marks` may be empty.
    ///
    /// # Errors
    /// A sentence, where a run of that length has more or fewer marks.
    pub fn of_marks(check: &str, marks: &[u32], steps: u64, version: u64) -> Result<Self, String> {
        let places = mark_steps(steps);
        if !marks.is_empty() && marks.len() != places.len() {
            return Err(format!(
                "marks in the link are the losses of {} steps, but of a run of {steps} steps they are those of {}. \
                 The link was changed after it was shared.",
                marks.len(),
                places.len()
            ));
        }
        Ok(Reference {
            check: check.to_owned(),
            marks: places.zip(marks.iter().copied()).collect(),
            steps,
            version,
        })
    }

    /// What a whole trace promises.
    pub fn of_trace(check: &str, losses: &[u32], version: u64) -> Self {
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
    cannot: Option<String>,
    /// Steps seen.
    step: u64,
    /// Marks met.
    met: usize,
    departure: Option<Departure>,
    band: band::Band,
    /// The bound of the band that was broken.
    broken: Option<band::Bound>,
    /// The check at the reference's last step.
    found: Option<String>,
}

impl Verifier {
    /// Before the first step.
    pub fn new(reference: Reference, comparison: Comparison) -> Self {
        Verifier {
            cannot: cannot(&reference, comparison),
            reference,
            comparison,
            step: 0,
            met: 0,
            departure: None,
            band: band::Band::default(),
            broken: None,
            found: None,
        }
    }

    /// The next step's loss.
    pub fn see(&mut self, loss: f32) {
        self.step += 1;
        if self.departure.is_some() {
            return;
        }
        let Some((step, bits)) = self.reference.marks.get(self.met) else {
            return;
        };
        if *step != self.step {
            return;
        }
        let expected = f32::from_bits(*bits);
        let fits = match self.comparison {
            Comparison::Bits => *bits == loss.to_bits(),
            Comparison::Band => {
                self.broken = self.band.see(*step, expected, loss);
                self.broken.is_none()
            }
        };
        if fits {
            self.met += 1;
            return;
        }
        let before = self.met.checked_sub(1);
        self.departure = Some(Departure {
            after: before.map_or(0, |mark| self.reference.marks[mark].0),
            step: *step,
            expected,
            got: loss,
        });
    }

    /// Whether the run has come to the reference's last step, and its check there is not known yet.
    pub fn wants_check(&self) -> Option<u64> {
        let ended = self.step >= self.reference.steps && self.found.is_none();
        ended.then_some(self.reference.steps)
    }

    /// The check of the run up to the reference's last step.
    pub fn end(&mut self, check: String) {
        self.found = Some(check);
    }

    /// What can be said so far.
    pub fn verdict(&self) -> Verdict {
        let Reference {
            check,
            marks,
            steps,
            ..
        } = &self.reference;
        if let Some(why) = &self.cannot {
            return Verdict::Cannot { why: why.clone() };
        }
        let bits = self.comparison == Comparison::Bits;
        match (self.departure, self.broken) {
            (Some(departure), Some(bound)) => return Verdict::Outside { departure, bound },
            (Some(departure), None) => return Verdict::Differs(departure),
            (None, _) => {}
        }
        match (&self.found, self.met) {
            (Some(_), met) if !bits => Verdict::Within {
                marks: met,
                steps: *steps,
            },
            (Some(found), _) if found == check => Verdict::Same {
                check: check.clone(),
                steps: *steps,
            },
            (Some(found), met) => Verdict::DiffersBetween {
                promised: check.clone(),
                found: found.clone(),
                marks: met,
            },
            (None, 0) => Verdict::Waiting {
                first: marks.first().map_or(*steps, |mark| mark.0),
            },
            (None, met) if bits => Verdict::SameSoFar {
                step: marks[met - 1].0,
            },
            (None, met) => Verdict::WithinSoFar {
                step: marks[met - 1].0,
                marks: met,
            },
        }
    }
}

fn cannot(reference: &Reference, comparison: Comparison) -> Option<String> {
    let version = versions::other_version(reference.version, versions::VERSION);
    let checks_alone = comparison == Comparison::Band && reference.marks.is_empty();
    version.or_else(|| {
        checks_alone.then(|| {
            "This link has a check and no marks. A check says nothing of a run that rounds otherwise than the CPU engine \
             in WebAssembly, so this run cannot be compared."
                .to_owned()
        })
    })
}

#[cfg(test)]
mod tests;
