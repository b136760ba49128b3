//! The result of comparing a run with a promised one, as a sentence.
//!
//! "The same" is said of steps that this lab computed, and of no others.

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

/// Which steps a verdict can speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Steps up to this one come from a file; this lab computed those behind it. 0: it computed all.
    pub computed_from: u64,
    /// The last step that was promised. A run file of a run that had not ended promises no more than it has.
    pub promised: u64,
    /// Steps of the whole run.
    pub run_steps: u64,
}

/// What was found so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
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
    /// Bit for bit the same to the last step that was promised, with the state after it.
    Same {
        /// The check of both.
        check: String,
    },
    /// The losses are the same to the last step that was promised. The comparison began after it, when the state after that step
    /// was gone.
    SameLosses,
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
    /// Within the band to the last step that was promised.
    Within {
        /// How many steps were compared.
        marks: usize,
    },
    /// Outside the band: rounding alone does not explain it.
    Outside {
        /// Where it departs.
        departure: Departure,
        /// The bound that it exceeds.
        bound: Bound,
    },
    /// Everything that was promised comes from a file.
    FromFile,
    /// It cannot be compared.
    Cannot {
        /// Why, as a sentence.
        why: String,
    },
}

/// The result so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What was found.
    pub outcome: Outcome,
    /// Of which steps.
    pub scope: Scope,
}

impl Verdict {
    /// The kind, for programs: "same", "differs", "within", "outside", …
    pub fn kind(&self) -> &'static str {
        match &self.outcome {
            Outcome::Waiting { .. } => "waiting",
            Outcome::SameSoFar { .. } | Outcome::SameLosses => "same-so-far",
            Outcome::Same { .. } if self.scope.is_partial() => "same-in-part",
            Outcome::Same { .. } => "same",
            Outcome::Differs(_) | Outcome::DiffersBetween { .. } => "differs",
            Outcome::WithinSoFar { .. } => "within-so-far",
            Outcome::Within { .. } => "within",
            Outcome::Outside { .. } => "outside",
            Outcome::FromFile => "from-file",
            Outcome::Cannot { .. } => "cannot",
        }
    }

    /// Where the run departs from the promised one, if that is known.
    pub fn departure(&self) -> Option<Departure> {
        match &self.outcome {
            Outcome::Differs(departure) | Outcome::Outside { departure, .. } => Some(*departure),
            _ => None,
        }
    }
}

impl Scope {
    /// Whether less than the whole run was promised.
    fn is_partial(&self) -> bool {
        self.promised < self.run_steps
    }

    /// "the first 20 come from a file"
    fn file_part(&self) -> Option<String> {
        match self.computed_from {
            0 => None,
            1 => Some("the first comes from a file".to_owned()),
            steps => Some(format!("the first {steps} come from a file")),
        }
    }

    /// "steps 6 to 40 are compared with nothing"
    fn unpromised_part(&self) -> Option<String> {
        let steps = steps(self.promised + 1, self.run_steps, ["is", "are"]);
        self.is_partial()
            .then(|| format!("{steps} compared with nothing"))
    }

    /// What follows a sentence about compared steps, with this in front of it where there is anything.
    fn remarks(&self, before: &str) -> String {
        let parts: Vec<String> = self
            .file_part()
            .into_iter()
            .chain(self.unpromised_part())
            .collect();
        match parts.is_empty() {
            true => String::new(),
            false => format!("{before}{}", parts.join(", and ")),
        }
    }

    /// "Steps 21 to 40 are the same, which is as far as the run file goes"
    fn same_steps(&self, what: [&str; 2]) -> String {
        let same = steps(self.computed_from + 1, self.promised, what);
        let end = match self.is_partial() {
            true => ", which is as far as the run file goes",
            false => "",
        };
        format!("S{}{end}", &same[1..])
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { outcome, scope } = self;
        match outcome {
            Outcome::Waiting { first } => {
                let file = scope.file_part().map(|part| format!("{part}, and "));
                write!(
                    f,
                    "Nothing is compared yet: {}the first step that can be is step {first}.",
                    file.unwrap_or_default()
                )
            }
            Outcome::SameSoFar { step } => {
                write!(f, "The same so far (step {step})")?;
                write_file_part(f, scope)
            }
            Outcome::Same { check } if scope.computed_from == 0 && !scope.is_partial() => {
                write!(f, "The same run: check {} matches.", short(check, 4))
            }
            Outcome::Same { .. } => {
                let same = scope.same_steps(["is the same", "are the same"]);
                write!(f, "{same}{}.", scope.remarks("; "))
            }
            Outcome::SameLosses => {
                let same = scope.same_steps(["has the same loss", "have the same losses"]);
                let (step, remarks) = (scope.promised, scope.remarks("; "));
                write!(
                    f,
                    "{same}. The weights after step {step} are not at hand, so they were not compared{remarks}."
                )
            }
            Outcome::Differs(departure) => {
                let Departure {
                    after,
                    step,
                    expected,
                    got,
                } = *departure;
                let [expected, got] = distinguishable(expected, got);
                let differs = match step <= scope.computed_from {
                    true => "The file differs",
                    false => "Differs",
                };
                match step - after {
                    1 => write!(
                        f,
                        "{differs} from step {step} on: expected loss {expected}, got {got}"
                    )?,
                    _ => write!(
                        f,
                        "{differs} somewhere in steps {} to {step}: at step {step} expected loss {expected}, got {got}",
                        after + 1
                    )?,
                }
                write_file_part(f, scope)
            }
            Outcome::DiffersBetween {
                promised,
                found,
                marks,
            } => {
                match marks {
                    0 => write!(f, "Differs: ")?,
                    _ if *marks as u64 == scope.promised => write!(
                        f,
                        "Differs after the losses: all {marks} of them are the same, but the weights or the optimizer's state \
                         after step {marks} are not: "
                    )?,
                    _ => write!(
                        f,
                        "Differs between the marks or after the last of them: all {marks} are met, but "
                    )?,
                }
                let [promised, found] = distinguishable_checks(promised, found);
                write!(
                    f,
                    "check {promised} was promised, and this run's is {found}"
                )?;
                if *marks == 0 {
                    f.write_str(". The link has no marks, so where it differs is not known")?;
                }
                write_file_part(f, scope)
            }
            Outcome::WithinSoFar { step, marks } => {
                write!(f, "Within the band so far (step {step}, {marks} compared)")?;
                write_file_part(f, scope)
            }
            Outcome::Within { marks } => write!(
                f,
                "Within the band at all {marks} steps that were compared: as near as rounding leads, which is no proof bit \
                 for bit{}.",
                scope.remarks("; ")
            ),
            Outcome::Outside { departure, bound } => {
                let Departure {
                    step,
                    expected,
                    got,
                    ..
                } = departure;
                let outside = match *step <= scope.computed_from {
                    true => "The file is outside the band",
                    false => "Outside the band",
                };
                match bound {
                    Bound::Start(allowed) => {
                        let [expected, got] = distinguishable(*expected, *got);
                        write!(
                            f,
                            "{outside} at step {step}: expected loss {expected}, give or take {allowed:.2e}, got {got}. \
                             Rounding alone does not lead so far so soon."
                        )
                    }
                    Bound::Course(excess) => write!(
                        f,
                        "{outside} at step {step}: up to there the compared losses are {:.0} % {} on average than promised. \
                         Rounding alone does not lead so far.",
                        100.0 * excess.abs(),
                        if *excess > 0.0 { "higher" } else { "lower" }
                    ),
                }
            }
            Outcome::FromFile if scope.is_partial() => {
                let file = steps(1, scope.computed_from, ["comes", "come"]);
                let promised = scope.promised;
                write!(
                    f,
                    "Nothing was compared: the run file goes to step {promised}, and {file} from another file."
                )
            }
            Outcome::FromFile => {
                let file = steps(1, scope.promised, ["comes", "come"]);
                write!(
                    f,
                    "Nothing was compared: {file} from a file, and this lab computed none of them."
                )
            }
            Outcome::Cannot { why } => f.write_str(why),
        }
    }
}

/// Ends a sentence with which steps come from a file, if any do.
fn write_file_part(f: &mut fmt::Formatter<'_>, scope: &Scope) -> fmt::Result {
    match scope.file_part() {
        Some(part) => write!(f, "; {part}."),
        None => f.write_str("."),
    }
}

/// "step 1 is", "steps 1 to 5 are"
fn steps(first: u64, last: u64, [one, many]: [&str; 2]) -> String {
    match first >= last {
        true => format!("step {last} {one}"),
        false => format!("steps {first} to {last} {many}"),
    }
}

/// The first digits of a check.
fn short(check: &str, digits: usize) -> String {
    match check.char_indices().nth(digits) {
        Some((end, _)) => format!("{}…", &check[..end]),
        None => check.to_owned(),
    }
}

/// Two checks with at least four digits, and as many as it takes to distinguish them.
fn distinguishable_checks(promised: &str, found: &str) -> [String; 2] {
    let pairs = promised.chars().zip(found.chars());
    let common = pairs.take_while(|(left, right)| left == right).count();
    [promised, found].map(|check| short(check, (common + 1).max(4)))
}

/// Two losses with at least four decimals, and as many as it takes to distinguish them.
fn distinguishable(expected: f32, got: f32) -> [String; 2] {
    (4..12)
        .map(|digits| [expected, got].map(|loss| format!("{loss:.digits$}")))
        .find(|[expected, got]| expected != got)
        .unwrap_or_else(|| [expected, got].map(|loss| format!("{loss:e}")))
}
