//! Vectors that are written once, without being zeroed first.

use std::mem::MaybeUninit;

/// A vector of `len` numbers that `write` writes, every one of them.
pub fn filled(len: usize, write: impl FnOnce(&mut [MaybeUninit<f32>])) -> Vec<f32> {
    let mut values = Vec::with_capacity(len);
    let room = &mut values.spare_capacity_mut()[..len];
    if cfg!(debug_assertions) {
        // What is left out then shows as what is no number.
        room.fill(MaybeUninit::new(f32::NAN));
    }
    write(room);
    // SAFETY: the capacity is there, and every function of this module that is given as `write` covers all of it;
    // in debug builds, what one left out would be NaN and fail its test against burn's own operation.
    unsafe { values.set_len(len) };
    values
}
