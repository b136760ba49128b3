//! Whether slices are as long as their tensors' shapes say: asserted where an operation begins, since what reads and
//! writes without bounds checks relies on it.

/// The number of elements of a tensor of that shape. On overflow the largest number, which no slice's length equals.
pub fn elements<const N: usize>(shape: [usize; N]) -> usize {
    shape.into_iter().fold(1, usize::saturating_mul)
}

/// Panics unless a tensor has as many values as its shape says.
#[track_caller]
pub fn assert_shape<const N: usize, T>(name: &str, values: &[T], shape: [usize; N]) {
    assert!(
        values.len() == elements(shape),
        "{name}: {} values for the shape {shape:?}",
        values.len()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_that_overflows_is_no_slices_length() {
        assert_eq!(elements([2, 3, 4]), 24);
        assert_eq!(elements([usize::MAX, 2]), usize::MAX);
        assert_eq!(elements([usize::MAX, 2, 0]), 0);
    }
}
