//! Adam's update of all parameters in one pass.

use wide::f32x4;

use super::shape::assert_shape;
use super::tile::LANES;

/// The numbers of one step of Adam (Kingma and Ba, 2015, algorithm 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// β₁, the part of the first moment that stays.
    pub beta_1: f32,
    /// β₂, that of the second.
    pub beta_2: f32,
    /// The learning rate over 1 − β₁ᵗ.
    pub rate: f32,
    /// √(1 − β₂ᵗ).
    pub unbias: f32,
    /// ε.
    pub epsilon: f32,
}

/// Moves `weights` by `gradient`, and the moments with it; all are `[parameters]`.
///
/// # Panics
/// Where one is not as long as the weights.
pub fn adam(
    step: &AdamStep,
    weights: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    assert_shape("gradient", gradient, [weights.len()]);
    assert_shape("first", first, [weights.len()]);
    assert_shape("second", second, [weights.len()]);
    let (w, w_rest) = weights.as_chunks_mut::<LANES>();
    let (g, g_rest) = gradient.as_chunks::<LANES>();
    let (m, m_rest) = first.as_chunks_mut::<LANES>();
    let (v, v_rest) = second.as_chunks_mut::<LANES>();
    for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
        [*w, *m, *v] = moved(step, *w, *g, *m, *v);
    }
    let rest = w_rest.iter_mut().zip(g_rest).zip(m_rest).zip(v_rest);
    for (((w, g), m), v) in rest {
        [[*w, ..], [*m, ..], [*v, ..]] =
            moved(step, [*w; LANES], [*g; LANES], [*m; LANES], [*v; LANES]);
    }
}

#[inline(always)]
fn moved(
    step: &AdamStep,
    w: [f32; LANES],
    g: [f32; LANES],
    m: [f32; LANES],
    v: [f32; LANES],
) -> [[f32; LANES]; 3] {
    let [w, g, m, v] = [w, g, m, v].map(f32x4::new);
    let splat = f32x4::splat;
    let m = m * splat(step.beta_1) + g * splat(1.0 - step.beta_1);
    let v = v * splat(step.beta_2) + g * g * splat(1.0 - step.beta_2);
    let w = w - m * splat(step.rate) / (v.sqrt() / splat(step.unbias) + splat(step.epsilon));
    [w.to_array(), m.to_array(), v.to_array()]
}
