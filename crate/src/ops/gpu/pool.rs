//! Max pooling on the GPU. The gradient computes each window's argmax again: reading is cheaper than storing indices.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, floats};
use super::template::{Constants, to_constants};
use crate::ops::pool::PoolShape;

/// The constants of kernels over windows.
pub(super) fn constants(shape: &PoolShape) -> Constants {
    let [height, width] = shape.size;
    let [out_height, out_width] = shape.output();
    to_constants([
        ("HEIGHT", height),
        ("WIDTH", width),
        ("OUT_HEIGHT", out_height),
        ("OUT_WIDTH", out_width),
        ("KERNEL_HEIGHT", shape.kernel[0]),
        ("KERNEL_WIDTH", shape.kernel[1]),
        ("STRIDE_Y", shape.stride[0]),
        ("STRIDE_X", shape.stride[1]),
        ("PADDING_Y", shape.padding[0]),
        ("PADDING_X", shape.padding[1]),
        ("ZEROS", usize::from(shape.reach != [0, 0])),
        ("ZERO_ROWS", shape.reach[0]),
        ("ZERO_COLUMNS", shape.reach[1]),
        ("IMAGES", shape.planes * height * width),
        ("OUTPUT", shape.planes * out_height * out_width),
    ])
}

/// The output, `[batch, channels, height, width]`.
pub fn max_pool(images: &CubeTensor, shape: &PoolShape) -> CubeTensor {
    let [batch, channels, _, _] = images.shape().dims();
    let [height, width] = shape.output();
    let output = floats([batch, channels, height, width]);
    let [output] = max_pool_kernel(shape, &Epilogue::default()).launch(&[images], [output]);
    output
}

/// The kernel of max pooling. It binds images and output. What windows reach over in ceil mode is read as zeros: no number may be
/// negative then.
pub fn max_pool_kernel(shape: &PoolShape, epilogue: &Epilogue) -> Kernel {
    let threads = shape.planes * shape.output().iter().product::<usize>();
    let source = concat!(include_str!("nan.wgsl"), include_str!("pool.wgsl"));
    Kernel::new(source, threads, constants(shape)).with_epilogue(epilogue, 2, threads)
}

/// The gradient with respect to the images.
pub fn max_pool_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &PoolShape,
) -> CubeTensor {
    let kernel = max_pool_gradient_kernel(shape, &Epilogue::default());
    let [input] = kernel.launch(&[images, gradient], [floats(images.shape())]);
    input
}

/// The kernel of that gradient. It binds images, the output's gradient and the images'.
pub fn max_pool_gradient_kernel(shape: &PoolShape, epilogue: &Epilogue) -> Kernel {
    let [height, width] = shape.size;
    let mut constants = constants(shape);
    let is_tiling =
        shape.stride == shape.kernel && shape.padding == [0, 0] && shape.reach == [0, 0];
    let (source, threads) = if is_tiling {
        let rows = height.div_ceil(shape.kernel[0]);
        let columns = width.div_ceil(shape.kernel[1]);
        constants.extend([("ROWS", rows as u32), ("COLUMNS", columns as u32)]);
        let source = concat!(
            include_str!("nan.wgsl"),
            include_str!("pool_nonoverlapping_gradient.wgsl")
        );
        (source, shape.planes * rows * columns)
    } else if let Some(span) = small_span(shape) {
        constants.extend(span);
        let source = concat!(
            include_str!("nan.wgsl"),
            include_str!("pool_small_gradient.wgsl")
        );
        (source, shape.planes * height * width)
    } else {
        let source = concat!(include_str!("nan.wgsl"), include_str!("pool_gradient.wgsl"));
        (source, shape.planes * height * width)
    };
    let input = shape.planes * height * width;
    Kernel::new(source, threads, constants).with_epilogue(epilogue, 3, input)
}

/// The constants of the pixels that share a window with one: height and width, the index of that one among them, and which of them are in
/// the window whose first pixel is the first of them, as bits. Nothing where there are more pixels than bits.
fn small_span(shape: &PoolShape) -> Option<Constants> {
    let [height, width] = shape.kernel;
    let [span_y, span_x] = [2 * height - 1, 2 * width - 1];
    if span_y * span_x > u32::BITS as usize {
        return None;
    }
    let rows = (0..height).map(|row| ((1 << width) - 1) << (row * span_x));
    let window = rows.fold(0u32, |window, row: u32| window | row);
    Some(vec![
        ("SPAN_Y", span_y as u32),
        ("SPAN_X", span_x as u32),
        ("CENTRE", ((height - 1) * span_x + width - 1) as u32),
        ("WINDOW", window),
    ])
}
