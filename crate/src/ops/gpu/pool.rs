//! Max pooling on the GPU. The gradient computes each window's argmax again: reading is cheaper than storing indices.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, floats};
use super::template::{Constants, to_constants};
use crate::ops::pool::PoolShape;

/// The constants of kernels over windows, with so many rows of zeros below and columns of zeros on the right of each plane.
pub(super) fn constants(shape: &PoolShape, zeros: [usize; 2]) -> Constants {
    let [height, width] = shape.size;
    let [out_height, out_width] = output(shape, zeros);
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
        ("ZEROS", usize::from(zeros != [0, 0])),
        ("ZERO_ROWS", zeros[0]),
        ("ZERO_COLUMNS", zeros[1]),
        ("IMAGES", shape.planes * height * width),
        ("OUTPUT", shape.planes * out_height * out_width),
    ])
}

/// Height and width of the output.
fn output(shape: &PoolShape, zeros: [usize; 2]) -> [usize; 2] {
    let [height, width] = shape.size;
    let size = [height + zeros[0], width + zeros[1]];
    PoolShape { size, ..*shape }.output()
}

/// The output, `[batch, channels, height, width]`.
pub fn max_pool(images: &CubeTensor, shape: &PoolShape) -> CubeTensor {
    let [batch, channels, _, _] = images.shape().dims();
    let [height, width] = shape.output();
    let output = floats([batch, channels, height, width]);
    let [output] = max_pool_kernel(shape, [0, 0], &Epilogue::default()).launch(&[images], [output]);
    output
}

/// The kernel of max pooling. It binds images and output. `zeros` is how many rows of zeros below and columns of zeros on the right of
/// each plane count as pixels of it (ceil mode).
pub fn max_pool_kernel(shape: &PoolShape, zeros: [usize; 2], epilogue: &Epilogue) -> Kernel {
    let threads = shape.planes * output(shape, zeros).iter().product::<usize>();
    let source = concat!(include_str!("nan.wgsl"), include_str!("pool.wgsl"));
    Kernel::new(source, threads, constants(shape, zeros)).with_epilogue(epilogue, 2, threads)
}

/// The gradient with respect to the images.
pub fn max_pool_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &PoolShape,
) -> CubeTensor {
    let kernel = max_pool_gradient_kernel(shape, [0, 0], &Epilogue::default());
    let [input] = kernel.launch(&[images, gradient], [floats(images.shape())]);
    input
}

/// The kernel of that gradient. It binds images, the output's gradient and the images'. `zeros` as of [`max_pool_kernel`].
pub fn max_pool_gradient_kernel(
    shape: &PoolShape,
    zeros: [usize; 2],
    epilogue: &Epilogue,
) -> Kernel {
    let [height, width] = shape.size;
    let mut constants = constants(shape, zeros);
    let is_tiling = shape.stride == shape.kernel && shape.padding == [0, 0] && zeros == [0, 0];
    let (source, threads) = if is_tiling {
        let rows = height.div_ceil(shape.kernel[0]);
        let columns = width.div_ceil(shape.kernel[1]);
        constants.extend([("ROWS", rows as u32), ("COLUMNS", columns as u32)]);
        let source = concat!(
            include_str!("nan.wgsl"),
            include_str!("pool_nonoverlapping_gradient.wgsl")
        );
        (source, shape.planes * rows * columns)
    } else {
        let source = concat!(include_str!("nan.wgsl"), include_str!("pool_gradient.wgsl"));
        (source, shape.planes * height * width)
    };
    let input = shape.planes * height * width;
    Kernel::new(source, threads, constants).with_epilogue(epilogue, 3, input)
}
