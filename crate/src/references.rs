//! Helpers of the tests that compare with PyTorch's numbers, which tests/references/ makes.

use serde::Deserialize;

use crate::zoo::parameters::Slot;

/// `count` numbers of tensor number `tensor`: the formula of tests/references/make.py.
pub fn numbers(tensor: usize, count: usize) -> impl Iterator<Item = f32> {
    (0..count).map(move |i| ((i * 7919 + tensor * 104_729) % 2003) as f32 / 2003.0 - 0.5)
}

/// A tensor in a file of references: its name, its norm, and its first elements.
#[derive(Deserialize)]
pub struct TensorSummary {
    name: String,
    norm: f32,
    first: Vec<f32>,
}

/// Asserts that a number is PyTorch's, with a relative tolerance.
pub fn close(ours: f32, theirs: f32, tolerance: f32, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(0.01),
        "{what}: {ours} against {theirs}"
    );
}

/// Asserts that all numbers are PyTorch's, with a relative tolerance.
pub fn all_close(ours: &[f32], theirs: &[f32], tolerance: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        close(*ours, *theirs, tolerance, what);
    }
}

/// Asserts that the tensors concatenated in `ours` are PyTorch's: the same names in the same order, and norms and first elements
/// with a tolerance relative to the norm. A tensor whose norm is 0 beside the largest, as the gradient of a bias before a
/// normalization, may hold rounding errors only.
pub fn tensors_close(
    slots: &[Slot],
    ours: &[f32],
    theirs: &[TensorSummary],
    tolerance: f32,
    what: &str,
) {
    assert_eq!(slots.len(), theirs.len(), "{what}");
    let largest = theirs
        .iter()
        .fold(0f32, |largest, tensor| largest.max(tensor.norm));
    for (slot, theirs) in slots.iter().zip(theirs) {
        assert_eq!(slot.name, theirs.name, "{what}");
        let what = format!("{what}, {}", slot.name);
        let ours = &ours[slot.start..slot.start + slot.len()];
        let norm = ours.iter().map(|g| g * g).sum::<f32>().sqrt();
        if theirs.norm < 1e-9 * largest {
            assert!(norm < 1e-5 * largest, "{what}: {norm} instead of nothing");
            continue;
        }
        let size = theirs.norm.max(1e-4 * largest);
        close(norm, theirs.norm, tolerance, &what);
        assert!(!theirs.first.is_empty(), "{what}");
        for (ours, first) in ours.iter().zip(&theirs.first) {
            assert!(
                (ours - first).abs() < tolerance * size,
                "{what}: {ours} against {first}"
            );
        }
    }
}
