//! How a run compares with what was promised.

use serde::Serialize;
use tsify::Tsify;

/// How a run compares with what was promised.
#[derive(Serialize, Tsify)]
pub struct Verdict {
    /// "same" and "differs" are bit for bit; "within" and "outside" are of a tolerance band, where one of the two runs was
    /// computed with other rounding; with "cannot", `text` says why nothing can be compared.
    #[tsify(
        type = "\"waiting\" | \"same-so-far\" | \"same\" | \"differs\" | \"within-so-far\" | \"within\" | \"outside\" | \"cannot\""
    )]
    pub kind: &'static str,
    /// The verdict as a sentence for a person.
    pub text: String,
    /// Where the run leaves the promised one, if that is known.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departure: Option<Departure>,
}

/// Where a run leaves the one that was promised.
#[derive(Serialize, Tsify)]
pub struct Departure {
    /// The last compared step that was as promised; 0 where none was.
    pub after: f64,
    /// The first compared step that was not.
    pub step: f64,
    /// Its promised loss.
    pub expected: f32,
    /// Its loss.
    pub got: f32,
}
