//! The windows of convolution and pooling: how many outputs there are along a dimension. Every layer's shape follows from
//! these functions, in the recipe as in the networks and the kernels.

/// `⌊(size + 2·padding − kernel) / stride⌋ + 1`; `None` where the kernel is larger than the padded input, or the stride is 0.
pub fn output_size(size: usize, kernel: usize, stride: usize, padding: usize) -> Option<usize> {
    last_start(size, kernel, padding)?
        .checked_div(stride)?
        .checked_add(1)
}

/// The same with the quotient rounded up (`ceil_mode` in PyTorch): the last window may reach over the padded input's end.
///
/// PyTorch leaves out a last window that starts beyond the input and the padding before it. There is none while
/// stride + padding ≤ kernel.
pub fn output_size_ceil(
    size: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
) -> Option<usize> {
    let last = last_start(size, kernel, padding)?;
    if stride == 0 {
        return None;
    }
    last.div_ceil(stride).checked_add(1)
}

/// Where the last whole window starts, in the padded input.
fn last_start(size: usize, kernel: usize, padding: usize) -> Option<usize> {
    padding
        .checked_mul(2)?
        .checked_add(size)?
        .checked_sub(kernel)
}

/// Height and width of the output of windows that are known to fit.
///
/// # Panics
/// Where the kernel is larger than the padded input, or a stride is 0.
pub fn output_shape(
    size: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
) -> [usize; 2] {
    [0, 1].map(|d| {
        let output = output_size(size[d], kernel[d], stride[d], padding[d]);
        assert!(
            output.is_some(),
            "a window of {kernel:?} at strides of {stride:?} in {size:?} padded by {padding:?}"
        );
        output.unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_pytorchs() {
        // LeNet-5's first convolution and pooling, ResNet's first convolution, AlexNet's.
        assert_eq!(output_size(28, 5, 1, 2), Some(28));
        assert_eq!(output_size(28, 2, 2, 0), Some(14));
        assert_eq!(output_size(224, 7, 2, 3), Some(112));
        assert_eq!(output_size(227, 11, 4, 0), Some(55));
        // GoogLeNet's pooling, whose last window reaches over the end.
        assert_eq!(output_size(112, 3, 2, 0), Some(55));
        assert_eq!(output_size_ceil(112, 3, 2, 0), Some(56));
    }

    #[test]
    fn every_window_fits_and_no_other_would() {
        for size in 1..9 {
            for kernel in 1..12 {
                for stride in 1..4 {
                    for padding in 0..3 {
                        let starts = (0..)
                            .map(|window| window * stride)
                            .take_while(|start| start + kernel <= size + 2 * padding);
                        let expected = Some(starts.count()).filter(|count| *count > 0);
                        assert_eq!(output_size(size, kernel, stride, padding), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_has_no_size() {
        assert_eq!(output_size(2, 5, 1, 1), None);
        assert_eq!(output_size(5, 2, 0, 0), None);
        assert_eq!(output_size_ceil(5, 2, 0, 0), None);
        assert_eq!(output_size(5, 2, 1, usize::MAX), None);
        assert!(std::panic::catch_unwind(|| output_shape([5, 2], [3; 2], [1; 2], [0; 2])).is_err());
    }
}
