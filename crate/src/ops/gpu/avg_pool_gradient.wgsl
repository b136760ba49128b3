// The gradient of average pooling. A thread takes one pixel, and sums the gradients of the windows that it is in.

@group(0) @binding(0) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = thread % WIDTH;
    let row = thread / WIDTH % HEIGHT;
    let plane = thread / WIDTH / HEIGHT * OUT_HEIGHT;
    var sum = 0.0;
    // Rows and columns of the kernel that meet the pixel are a stride apart.
    for (var kernel_row = row % STRIDE_Y; kernel_row < KERNEL_HEIGHT && kernel_row <= row; kernel_row += STRIDE_Y) {
        let y = (row - kernel_row) / STRIDE_Y;
        for (var kernel_column = column % STRIDE_X; kernel_column < KERNEL_WIDTH && kernel_column <= column; kernel_column += STRIDE_X) {
            let x = (column - kernel_column) / STRIDE_X;
            if (y < OUT_HEIGHT && x < OUT_WIDTH) {
                sum += gradient[(plane + y) * OUT_WIDTH + x];
            }
        }
    }
    store(thread, sum / f32(KERNEL_HEIGHT * KERNEL_WIDTH));
}
