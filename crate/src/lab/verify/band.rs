//! The band: the tolerance for two runs of one recipe whose engines round differently.
//!
//! Rounding is a relative perturbation of about 1e-7 of every weight, and training amplifies it: for some tens of steps the
//! losses agree to many digits, then single losses of the two runs differ widely (measured: up to ten times), while their
//! mean stays near. So the band has two parts, chosen from what `lab/run/tests/band.rs` measures; the figures are in
//! `docs/the-same-again.md`.
//!
//! - **The start**: a loss may differ by 1e-4 of itself at step 1, and by twice as much with every further step, up to step
//!   14. The initial weights, the order of images and their augmentation are bit-equal everywhere, so this is generous, and
//!   another seed is detected at the first step.
//! - **The course**: the mean of all compared losses may differ by a quarter of the promised mean.

/// The relative tolerance of the first loss.
const START_TOLERANCE: f32 = 1e-4;

/// The last step of the start: a bound that doubles further would allow any loss.
const START_STEPS: u64 = 14;

/// The relative tolerance of the mean of the compared losses.
const COURSE_TOLERANCE: f64 = 0.25;

/// The bound that a loss exceeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// It differs from the promised loss by more than this.
    Start(f32),
    /// With it, the mean of the losses exceeds the promised mean by this fraction; negative if it is below.
    Course(f32),
}

/// The sums of the losses that were compared.
#[derive(Clone, Debug, Default)]
pub struct Band {
    expected: f64,
    found: f64,
}

impl Band {
    /// Takes the loss of a step. The result is the bound that it exceeds, if it does.
    pub fn observe(&mut self, step: u64, expected: f32, got: f32) -> Option<Bound> {
        self.expected += f64::from(expected);
        self.found += f64::from(got);
        if step <= START_STEPS {
            let allowed = START_TOLERANCE * expected.abs() * 2f32.powi(step as i32 - 1);
            return ((got - expected).abs() > allowed).then_some(Bound::Start(allowed));
        }
        let excess = self.found / self.expected.max(f64::MIN_POSITIVE) - 1.0;
        (excess.abs() > COURSE_TOLERANCE).then_some(Bound::Course(excess as f32))
    }
}
