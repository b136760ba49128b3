//! The band: how far two runs of one recipe may be apart that differ by rounding alone.

/// How far a step's loss may be from the promised one.
pub fn allowed(step: u64, expected: f32) -> f32 {
    let _ = step;
    expected * 0.1
}

/// What has been compared.
#[derive(Clone, Debug, Default)]
pub struct Band {}

impl Band {
    /// Whether a step's loss is within the band.
    pub fn holds(&mut self, step: u64, expected: f32, got: f32) -> bool {
        (got - expected).abs() <= allowed(step, expected)
    }
}
