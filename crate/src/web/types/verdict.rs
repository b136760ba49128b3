//! How a run compares with what was promised.

use serde::Serialize;
use tsify::Tsify;

/// How a run compares with what was promised.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// "same" and "differs" are bit for bit; with "same-in-part" the run file that was compared ends before the run does. "within"
    /// and "outside" are of a tolerance band, where one of the two runs was computed with other rounding. "from-file": all that
    /// was promised comes from a file, so nothing was compared. With "cannot", `text` says why nothing can be compared.
    #[tsify(
        type = "\"waiting\" | \"same-so-far\" | \"same\" | \"same-in-part\" | \"differs\" | \"within-so-far\" | \"within\" | \"outside\" | \"from-file\" | \"cannot\""
    )]
    pub kind: &'static str,
    /// The verdict as a sentence for a person.
    pub text: String,
    /// Steps up to this one come from a file; the verdict is of those behind it. 0: all were computed here.
    pub computed_from: f64,
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
