//! Adam's update of all parameters in one pass.

use wide::f32x4;

use super::shape::assert_shape;
use super::tile::LANES;

/// The scalars of one step of Adam (D. Kingma, J. Ba, 2015, algorithm 1).
///
/// 1 − β₁ and 1 − β₂ are taken of the 32-bit numbers, where PyTorch takes them of 64-bit ones and rounds then: its second moment is larger by
/// 1.3e-5 of itself, and its update smaller by half of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// β₁, the decay rate of the first moment.
    pub beta_1: f32,
    /// β₂, the decay rate of the second moment.
    pub beta_2: f32,
    /// The learning rate over 1 − β₁ᵗ: the bias correction of the first moment is in it.
    pub step_size: f32,
    /// √(1 − β₂ᵗ), the bias correction of the second moment's root.
    pub second_correction: f32,
    /// ε.
    pub epsilon: f32,
}

/// Updates weights and moments in place. All slices are `[parameters]`.
///
/// # Panics
/// Where a slice is not as long as the weights.
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
        [*w, *m, *v] = updated(step, *w, *g, *m, *v);
    }
    let rest = w_rest.iter_mut().zip(g_rest).zip(m_rest).zip(v_rest);
    for (((w, g), m), v) in rest {
        [[*w, ..], [*m, ..], [*v, ..]] =
            updated(step, [*w; LANES], [*g; LANES], [*m; LANES], [*v; LANES]);
    }
}

#[inline(always)]
fn updated(
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
    let root = v.sqrt() / splat(step.second_correction);
    let w = w - m * splat(step.step_size) / (root + splat(step.epsilon));
    [w.to_array(), m.to_array(), v.to_array()]
}
