//! Local response normalization on the GPU.

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::template::to_constants;
use crate::ops::response_norm::{ALPHA_OVER_N, K, RADIUS};

/// The kernel of local response normalization of `[batch, channels, pixels]`. It binds images and output.
pub fn response_norm_kernel(shape: [usize; 3], epilogue: &Epilogue) -> Kernel {
    kernel(include_str!("response_norm.wgsl"), shape, 2, epilogue)
}

/// The kernel of its gradient. It binds images, the output's gradient and the images'.
pub fn response_norm_gradient_kernel(shape: [usize; 3], epilogue: &Epilogue) -> Kernel {
    let source = include_str!("response_norm_gradient.wgsl");
    kernel(source, shape, 3, epilogue)
}

fn kernel(
    source: &'static str,
    [batch, channels, pixels]: [usize; 3],
    bindings: usize,
    epilogue: &Epilogue,
) -> Kernel {
    let images = batch * channels * pixels;
    let constants = to_constants([
        ("IMAGES", images),
        ("CHANNELS", channels),
        ("PIXELS", pixels),
        ("RADIUS", RADIUS),
        ("WINDOW", 2 * RADIUS + 1),
        ("SPAN", 4 * RADIUS + 1),
        ("ALPHA_OVER_N", ALPHA_OVER_N.to_bits() as usize),
        ("K", K.to_bits() as usize),
    ]);
    Kernel::new(source, images, constants).with_epilogue(epilogue, bindings, images)
}
