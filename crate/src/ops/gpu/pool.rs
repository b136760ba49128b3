//! Max pooling on the GPU.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, OutputSpec, floats};
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
        ("IMAGES", shape.planes * height * width),
        ("OUTPUT", shape.planes * out_height * out_width),
    ])
}

/// Whether the gradient reads each window's argmax, which the forward pass keeps: windows that tile a plane compare their numbers
/// again, which costs less.
pub fn reads_argmax(shape: &PoolShape) -> bool {
    shape.stride != shape.kernel || shape.padding != [0, 0] || shape.reach != [0, 0]
}

/// The output, `[batch, channels, height, width]`.
pub fn max_pool(images: &CubeTensor, shape: &PoolShape) -> CubeTensor {
    let [output] = max_pool_kernel(shape, false, &Epilogue::default())
        .launch(&[images], [output_of(images, shape)]);
    output
}

fn output_of(images: &CubeTensor, shape: &PoolShape) -> OutputSpec {
    let [batch, channels, _, _] = images.shape().dims();
    let [height, width] = shape.output();
    floats([batch, channels, height, width])
}

/// The kernel of max pooling. It binds images and output, and then, where it keeps each window's argmax, as many integers.
pub fn max_pool_kernel(shape: &PoolShape, keeps_argmax: bool, epilogue: &Epilogue) -> Kernel {
    let threads = shape.planes * shape.output().iter().product::<usize>();
    let mut constants = constants(shape);
    constants.push(("ARGMAX", u32::from(keeps_argmax)));
    let source = concat!(include_str!("nan.wgsl"), include_str!("pool.wgsl"));
    let bindings = if keeps_argmax { 3 } else { 2 };
    Kernel::new(source, threads, constants).with_epilogue(epilogue, bindings, threads)
}

/// The gradient with respect to the images.
pub fn max_pool_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &PoolShape,
) -> CubeTensor {
    let epilogue = Epilogue::default();
    let kernel = max_pool_gradient_kernel(shape, &epilogue);
    let output = floats(images.shape());
    let [input] = if reads_argmax(shape) {
        // burn's graph has no place to keep it.
        let outputs = [output_of(images, shape), output_of(images, shape)];
        let [_, argmax] = max_pool_kernel(shape, true, &epilogue).launch(&[images], outputs);
        kernel.launch(&[&argmax, gradient], [output])
    } else {
        kernel.launch(&[images, gradient], [output])
    };
    input
}

/// The kernel of that gradient. It binds the windows' argmax where it [reads it](reads_argmax), and else the images; the output's gradient;
/// and the images'.
pub fn max_pool_gradient_kernel(shape: &PoolShape, epilogue: &Epilogue) -> Kernel {
    let [height, width] = shape.size;
    let mut constants = constants(shape);
    let windows = |d: usize| shape.kernel[d].div_ceil(shape.stride[d]) as u32;
    let (source, threads) = if reads_argmax(shape) {
        constants.push(("WINDOWS_Y", windows(0)));
        constants.push(("WINDOWS_X", windows(1)));
        let pixels = shape.planes * height * width;
        (include_str!("pool_gradient.wgsl"), pixels)
    } else {
        let rows = height.div_ceil(shape.kernel[0]);
        let columns = width.div_ceil(shape.kernel[1]);
        constants.extend([("ROWS", rows as u32), ("COLUMNS", columns as u32)]);
        let source = concat!(
            include_str!("nan.wgsl"),
            include_str!("pool_nonoverlapping_gradient.wgsl")
        );
        (source, shape.planes * rows * columns)
    };
    let input = shape.planes * height * width;
    Kernel::new(source, threads, constants).with_epilogue(epilogue, 3, input)
}
