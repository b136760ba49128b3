//! Average pooling on the GPU: of windows, and of whole planes.

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::pool;
use super::template::{Constants, to_constants};
use crate::ops::pool::PoolShape;

/// The most threads that sum a plane together.
const MAX_LANES: usize = 32;

/// Threads of the workgroups that sum planes.
const WORKGROUP_SIZE: usize = 64;

/// The kernel of average pooling, whose windows have no padding. It binds images and output.
pub fn avg_pool_kernel(shape: &PoolShape, epilogue: &Epilogue) -> Kernel {
    let output = shape.output_shape().iter().product();
    let source = include_str!("avg_pool.wgsl");
    Kernel::new(source, output, constants(shape)).with_epilogue(epilogue, 2, output)
}

/// The kernel of its gradient. It binds the output's gradient and the images'.
pub fn avg_pool_gradient_kernel(shape: &PoolShape, epilogue: &Epilogue) -> Kernel {
    let input = shape.input_shape().iter().product();
    let source = include_str!("avg_pool_gradient.wgsl");
    Kernel::new(source, input, constants(shape)).with_epilogue(epilogue, 2, input)
}

fn constants(shape: &PoolShape) -> Constants {
    debug_assert_eq!(shape.padding, [0, 0], "average pooling has no padding");
    pool::constants(shape)
}

/// The kernel of the mean of each of `planes` planes of `pixels` pixels (global average pooling). It binds images and means.
pub fn plane_means_kernel(planes: usize, pixels: usize, epilogue: &Epilogue) -> Kernel {
    let lanes = pixels.div_ceil(2).next_power_of_two().min(MAX_LANES);
    let mut constants = plane_constants(planes, pixels);
    constants.push(("LANES", lanes as u32));
    let workgroups = planes.div_ceil(WORKGROUP_SIZE / lanes);
    let source = include_str!("plane_means.wgsl");
    Kernel::of_workgroups(source, workgroups, WORKGROUP_SIZE, constants)
        .with_epilogue(epilogue, 2, planes)
}

/// The kernel of its gradient. It binds the means' gradient and the images'.
pub fn plane_means_gradient_kernel(planes: usize, pixels: usize, epilogue: &Epilogue) -> Kernel {
    let constants = plane_constants(planes, pixels);
    let source = include_str!("plane_means_gradient.wgsl");
    let images = planes * pixels;
    Kernel::new(source, images, constants).with_epilogue(epilogue, 2, images)
}

fn plane_constants(planes: usize, pixels: usize) -> Constants {
    to_constants([
        ("PLANES", planes),
        ("PIXELS", pixels),
        ("IMAGES", planes * pixels),
    ])
}
