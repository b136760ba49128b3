//! The band: how far two runs of one recipe may be apart that differ by rounding alone.
//!
//! Rounding is a disturbance of about 1e-7 of every weight. Training enlarges it: for some tens of steps the losses agree
//! to many digits, then single losses of the two runs soon have little to do with each other (measured: up to ten times
//! apart), while their mean stays near. So the band has two parts, chosen from what `lab/run/band.rs` measures; the figures
//! are in `docs/the-same-again.md`.
//!
//! - **The start**: a step's loss may be off by 1e-4 of itself at step 1, and by twice as much with every step, up to step
//!   14. The initial weights, the order of images and their augmentation are bit-equal everywhere, so this is generous; and
//!   another seed is found at the first step.
//! - **The course**: the mean of all losses that were compared may be off by a quarter of the promised mean.

/// How far the first loss may be off, in parts of itself.
const START: f32 = 1e-4;

/// The last step of the start: from there on a bound that doubles would allow anything.
const START_STEPS: u64 = 14;

/// How far the mean of the compared losses may be off, in parts of the promised mean.
const COURSE: f64 = 0.25;

/// What holds a loss outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// It is farther than this from the promised loss.
    Start(f32),
    /// With it the mean of the losses is by this part above the promised mean, or below where it is less than 0.
    Course(f32),
}

/// What has been compared.
#[derive(Clone, Debug, Default)]
pub struct Band {
    promised: f64,
    found: f64,
}

impl Band {
    /// Takes a step's loss; gives the bound that it breaks, if it does.
    pub fn see(&mut self, step: u64, expected: f32, got: f32) -> Option<Bound> {
        self.promised += f64::from(expected);
        self.found += f64::from(got);
        if step <= START_STEPS {
            let allowed = START * expected.abs() * 2f32.powi(step as i32 - 1);
            return ((got - expected).abs() > allowed).then_some(Bound::Start(allowed));
        }
        let off = self.found / self.promised.max(f64::MIN_POSITIVE) - 1.0;
        (off.abs() > COURSE).then_some(Bound::Course(off as f32))
    }
}
