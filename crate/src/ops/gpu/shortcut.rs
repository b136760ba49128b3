//! Shortcuts without parameters on the GPU: every so many-th row and column, and new channels of zeros around the others.

use std::fmt::Write;

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::template::to_constants;

/// A shortcut of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PadShortcut {
    /// Images.
    pub batch: usize,
    /// Channels of the images.
    pub channels: usize,
    /// Height and width of the images.
    pub size: [usize; 2],
    /// Channels of the output.
    pub out_channels: usize,
    /// Every so many-th row and column stays.
    pub stride: usize,
}

impl PadShortcut {
    /// The numbers of the images.
    pub fn input_len(&self) -> usize {
        self.batch * self.channels * self.size[0] * self.size[1]
    }

    /// The numbers of the output.
    pub fn output_len(&self) -> usize {
        let [height, width] = self.output_size();
        self.batch * self.out_channels * height * width
    }

    /// Height and width of the output.
    fn output_size(&self) -> [usize; 2] {
        self.size.map(|size| size.div_ceil(self.stride))
    }

    /// New channels before the others.
    fn channels_before(&self) -> usize {
        (self.out_channels - self.channels) / 2
    }

    /// The kernel. It binds images and output. What adds its output to something else needs none: see [`Epilogue::shortcut`].
    pub fn kernel(&self, epilogue: &Epilogue) -> Kernel {
        let constants = to_constants([("IMAGES", self.input_len()), ("OUTPUT", self.output_len())]);
        let source = include_str!("shortcut.wgsl");
        Kernel::new(source, self.output_len(), constants)
            .with_lines("//:shortcut", self.wgsl("images"))
            .with_epilogue(epilogue, 2, self.output_len())
    }

    /// The kernel of its gradient. It binds the output's gradient and the images'.
    pub fn gradient_kernel(&self, epilogue: &Epilogue) -> Kernel {
        let [out_height, out_width] = self.output_size();
        let constants = to_constants([
            ("IMAGES", self.input_len()),
            ("OUTPUT", self.output_len()),
            ("CHANNELS", self.channels),
            ("HEIGHT", self.size[0]),
            ("WIDTH", self.size[1]),
            ("OUT_CHANNELS", self.out_channels),
            ("OUT_HEIGHT", out_height),
            ("OUT_WIDTH", out_width),
            ("BEFORE", self.channels_before()),
            ("STRIDE", self.stride),
        ]);
        let source = include_str!("shortcut_gradient.wgsl");
        Kernel::new(source, self.input_len(), constants).with_epilogue(
            epilogue,
            2,
            self.input_len(),
        )
    }

    /// The function `shortcut_of`, in WGSL: the output's number in a place, from the images in that array.
    pub(super) fn wgsl(&self, images: &str) -> String {
        let PadShortcut {
            channels,
            size: [height, width],
            out_channels,
            stride,
            ..
        } = self;
        let [out_height, out_width] = self.output_size();
        let before = self.channels_before();
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "fn shortcut_of(at: u32) -> f32 {{
    let column = at % {out_width}u * {stride}u;
    let row = at / {out_width}u % {out_height}u * {stride}u;
    // New channels before the others wrap around to more than any number of channels.
    let channel = at / {plane}u % {out_channels}u - {before}u;
    let image = at / {all}u;
    if (channel < {channels}u) {{
        return {images}[((image * {channels}u + channel) * {height}u + row) * {width}u + column];
    }}
    return 0.0;
}}",
            plane = out_height * out_width,
            all = out_channels * out_height * out_width,
        );
        text
    }
}
