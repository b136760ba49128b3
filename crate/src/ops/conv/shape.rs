//! The shape of a convolution: sizes, kernel, stride, padding, groups.

use crate::window;

/// A two-dimensional convolution of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Images.
    pub batch: usize,
    /// Input channels.
    pub channels: usize,
    /// Input height and width.
    pub size: [usize; 2],
    /// Output channels.
    pub filters: usize,
    /// Kernel height and width.
    pub kernel: [usize; 2],
    /// Vertical and horizontal stride.
    pub stride: [usize; 2],
    /// Zeros added above and below, and left and right.
    pub padding: [usize; 2],
    /// Groups: each reads its own part of the input channels and computes its own part of the output channels.
    pub groups: usize,
}

impl ConvShape {
    /// The same convolution with planes as one row each, where the kernel covers single pixels: fewer and longer rows.
    pub fn flattened(self) -> Self {
        let pointwise = self.kernel == [1, 1] && self.stride == [1, 1] && self.padding == [0, 0];
        let [height, width] = self.size;
        ConvShape {
            size: if pointwise {
                [1, height * width]
            } else {
                self.size
            },
            ..self
        }
    }

    /// Panics unless the groups have equally many channels and equally many filters.
    pub(super) fn assert_groups(&self) {
        assert!(
            self.channels.is_multiple_of(self.groups) && self.filters.is_multiple_of(self.groups),
            "{} groups of {} channels and {} filters",
            self.groups,
            self.channels,
            self.filters
        );
    }

    /// `[batch, channels, height, width]` of the images.
    pub fn image_shape(&self) -> [usize; 4] {
        let [height, width] = self.size;
        [self.batch, self.channels, height, width]
    }

    /// `[filters, channels / groups, kernel height, kernel width]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        let [height, width] = self.kernel;
        [self.filters, self.group_channels(), height, width]
    }

    /// `[batch, filters, height, width]` of the output.
    pub fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.output();
        [self.batch, self.filters, height, width]
    }

    /// Output height and width.
    ///
    /// # Panics
    /// Where the kernel is larger than the padded image.
    pub fn output(&self) -> [usize; 2] {
        window::output_shape(self.size, self.kernel, self.stride, self.padding)
    }

    /// Input channels of one group.
    pub fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    /// Output channels of one group.
    pub fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    /// The number of products in the sum of one output (the reduction's length, K): a group's channels times the kernel.
    pub fn reduction_len(&self) -> usize {
        self.group_channels() * self.kernel[0] * self.kernel[1]
    }

    /// The number of input elements of one image.
    pub fn image_len(&self) -> usize {
        self.channels * self.size[0] * self.size[1]
    }

    /// The number of output pixels of one channel.
    pub fn output_pixels(&self) -> usize {
        let [height, width] = self.output();
        height * width
    }
}
