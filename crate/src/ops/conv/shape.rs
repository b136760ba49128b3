//! What a convolution is: sizes, kernel, stride, padding, groups.

/// A two-dimensional convolution of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Groups: each sees its own part of the input channels and makes its own part of the output channels.
    pub groups: usize,
}

impl ConvShape {
    /// The same convolution in fewer and longer rows: where it looks at single pixels, a plane is one row.
    pub fn straightened(self) -> Self {
        let single = self.kernel == [1, 1] && self.stride == [1, 1] && self.padding == [0, 0];
        let [height, width] = self.size;
        ConvShape {
            size: if single {
                [1, height * width]
            } else {
                self.size
            },
            ..self
        }
    }

    /// Panics unless each group has as many channels, and as many filters, as the others.
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
    pub fn output(&self) -> [usize; 2] {
        [0, 1].map(|d| (self.size[d] + 2 * self.padding[d] - self.kernel[d]) / self.stride[d] + 1)
    }

    /// Input channels of one group.
    pub fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    /// Output channels of one group.
    pub fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    /// Products that make one output: channels of a group times the kernel.
    pub fn terms(&self) -> usize {
        self.group_channels() * self.kernel[0] * self.kernel[1]
    }

    /// The number of input values of one image.
    pub fn image(&self) -> usize {
        self.channels * self.size[0] * self.size[1]
    }

    /// The number of output pixels of one channel.
    pub fn pixels(&self) -> usize {
        let [height, width] = self.output();
        height * width
    }
}
