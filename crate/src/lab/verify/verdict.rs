//! The result of comparing a run with a promised one, as a sentence.

use std::fmt;

use super::band::Bound;

/// Where a run departs from the promised one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// The last step that matched; 0 if none did.
    pub after: u64,
    /// The first compared step that did not match.
    pub step: u64,
    /// Its promised loss.
    pub expected: f32,
    /// Its loss.
    pub got: f32,
}

/// The result so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing was compared yet.
    Waiting {
        /// The first step that will be compared.
        first: u64,
    },
    /// Bit for bit the same up to a step.
    SameSoFar {
        /// The last step that was compared.
        step: u64,
    },
    /// Bit for bit the same to the end of the promised run.
    Same {
        /// The check of both.
        check: String,
        /// Steps.
        steps: u64,
    },
    /// Another run.
    Differs(Departure),
    /// All compared losses are the same, but the check differs.
    DiffersBetween {
        /// The promised check.
        promised: String,
        /// The run's check.
        found: String,
        /// How many marks matched.
        marks: usize,
    },
    /// Within the band up to a step.
    WithinSoFar {
        /// The last step that was compared.
        step: u64,
        /// How many steps were compared.
        marks: usize,
    },
    /// Within the band to the end of the promised run.
    Within {
        /// How many steps were compared.
        marks: usize,
        /// Steps of the promised run.
        steps: u64,
    },
    /// Outside the band: rounding alone does not explain it.
    Outside {
        /// Where it departs.
        departure: Departure,
        /// The bound that it exceeds.
        bound: Bound,
    },
    /// It cannot be compared.
    Cannot {
        /// Why, as a sentence.
        why: String,
    },
}

impl Verdict {
    /// The kind, for programs: "same", "differs", "within", "outside", …
    pub fn kind(&self) -> &'static str {
        match self {
            Verdict::Waiting { .. } => "waiting",
            Verdict::SameSoFar { .. } => "same-so-far",
            Verdict::Same { .. } => "same",
            Verdict::Differs(_) | Verdict::DiffersBetween { .. } => "differs",
            Verdict::WithinSoFar { .. } => "within-so-far",
            Verdict::Within { .. } => "within",
            Verdict::Outside { .. } => "outside",
            Verdict::Cannot { .. } => "cannot",
        }
    }

    /// Where the run departs from the promised one, if that is known.
    pub fn departure(&self) -> Option<Departure> {
        match self {
            Verdict::Differs(departure) | Verdict::Outside { departure, .. } => Some(*departure),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Waiting { first } => {
                write!(
                    f,
                    "Nothing is compared yet: the first step that can be is step {first}."
                )
            }
            Verdict::SameSoFar { step } => write!(f, "The same so far (step {step})."),
            Verdict::Same { check, .. } => {
                write!(f, "The same run: check {} matches.", short(check))
            }
            Verdict::Differs(departure) => {
                let Departure {
                    after,
                    step,
                    expected,
                    got,
                } = *departure;
                let [expected, got] = distinguishable(expected, got);
                match step - after {
                    1 => write!(
                        f,
                        "Differs from step {step} on: expected loss {expected}, got {got}."
                    ),
                    _ => write!(
                        f,
                        "Differs somewhere in steps {} to {step}: at step {step} expected loss {expected}, got {got}.",
                        after + 1
                    ),
                }
            }
            Verdict::DiffersBetween {
                promised,
                found,
                marks: 0,
            } => write!(
                f,
                "Differs: check {} was promised, and this run's is {}. The link has no marks, so where it differs is not \
                 known.",
                short(promised),
                short(found)
            ),
            Verdict::DiffersBetween {
                promised,
                found,
                marks,
            } => write!(
                f,
                "Differs between the marks: all {marks} of them are met, but check {} was promised, and this run's is {}.",
                short(promised),
                short(found)
            ),
            Verdict::WithinSoFar { step, marks } => {
                write!(f, "Within the band so far (step {step}, {marks} compared).")
            }
            Verdict::Within { marks, .. } => write!(
                f,
                "Within the band at all {marks} steps that were compared: as near as rounding leads, which is no proof bit \
                 for bit."
            ),
            Verdict::Outside {
                departure:
                    Departure {
                        step,
                        expected,
                        got,
                        ..
                    },
                bound,
            } => match bound {
                Bound::Start(allowed) => {
                    let [expected, got] = distinguishable(*expected, *got);
                    write!(
                        f,
                        "Outside the band at step {step}: expected loss {expected}, give or take {allowed:.2e}, got {got}. \
                         Rounding alone does not lead so far so soon."
                    )
                }
                Bound::Course(excess) => write!(
                    f,
                    "Outside the band at step {step}: up to there the compared losses are {:.0} % {} on average than \
                     promised. Rounding alone does not lead so far.",
                    100.0 * excess.abs(),
                    if *excess > 0.0 { "higher" } else { "lower" }
                ),
            },
            Verdict::Cannot { why } => f.write_str(why),
        }
    }
}

/// The first digits of a check.
fn short(check: &str) -> String {
    format!("{}…", check.chars().take(4).collect::<String>())
}

/// Two losses with at least four decimals, and as many as it takes to distinguish them.
fn distinguishable(expected: f32, got: f32) -> [String; 2] {
    (4..12)
        .map(|digits| [expected, got].map(|loss| format!("{loss:.digits$}")))
        .find(|[expected, got]| expected != got)
        .unwrap_or_else(|| [expected, got].map(|loss| format!("{loss:e}")))
}
