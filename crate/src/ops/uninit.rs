//! Vectors that are written once, without being zeroed first.

use std::mem::MaybeUninit;

/// A vector of `len` numbers that `write` initialises.
///
/// In debug builds an element that it leaves out is NaN, which fails the operation's test.
///
/// # Safety
/// `write` initialises every element of the slice that it is given, whatever its inputs' lengths are: callers assert
/// those lengths first.
pub unsafe fn filled(len: usize, write: impl FnOnce(&mut [MaybeUninit<f32>])) -> Vec<f32> {
    let mut values = Vec::with_capacity(len);
    let spare = &mut values.spare_capacity_mut()[..len];
    if cfg!(debug_assertions) {
        spare.fill(MaybeUninit::new(f32::NAN));
    }
    write(spare);
    // SAFETY: the capacity is there, and the caller promises that `write` has initialised all of it.
    unsafe { values.set_len(len) };
    values
}
