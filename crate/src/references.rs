//! What the tests share that hold our numbers against PyTorch's.

use serde::Deserialize;

use crate::zoo::parameters::Slot;

/// `count` numbers of tensor number `tensor`: the formula of tests/references/make.py.
pub fn numbers(tensor: usize, count: usize) -> impl Iterator<Item = f32> {
    (0..count).map(move |i| ((i * 7919 + tensor * 104_729) % 2003) as f32 / 2003.0 - 0.5)
}

/// What a file of references says of a tensor.
#[derive(Deserialize)]
pub struct TensorSummary {
    name: String,
    norm: f32,
    first: Vec<f32>,
}

/// Whether a number is PyTorch's, to a part of it.
pub fn close(ours: f32, theirs: f32, part: f32, what: &str) {
    assert!(
        (ours - theirs).abs() <= part * theirs.abs().max(0.01),
        "{what}: {ours} against {theirs}"
    );
}

/// Whether all numbers are PyTorch's.
pub fn all_close(ours: &[f32], theirs: &[f32], part: f32, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        close(*ours, *theirs, part, what);
    }
}

/// Whether the tensors that lie one after the other in `ours` are PyTorch's: as many, in that order and under those
/// names, their norms and first numbers to a part of the norm. Where the largest norm says that there is
/// nothing, as in the gradient of a bias that is normalised away, roundings are all that may be there.
pub fn tensors_close(
    slots: &[Slot],
    ours: &[f32],
    theirs: &[TensorSummary],
    part: f32,
    what: &str,
) {
    assert_eq!(slots.len(), theirs.len(), "{what}");
    let largest = theirs.iter().fold(0f32, |most, of| most.max(of.norm));
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
        close(norm, theirs.norm, part, &what);
        assert!(!theirs.first.is_empty(), "{what}");
        for (ours, first) in ours.iter().zip(&theirs.first) {
            assert!(
                (ours - first).abs() < part * size,
                "{what}: {ours} against {first}"
            );
        }
    }
}
