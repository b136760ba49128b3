//! The constants of local response normalization.

/// How many neighbouring channels on each side count.
pub const RADIUS: usize = 2;

/// α/n.
pub const ALPHA_OVER_N: f32 = 1e-4;

/// k.
pub const K: f32 = 2.0;
