// The gradient of max pooling, however large the windows. A thread takes one pixel, and sums the gradients of the windows in which the
// pixel is the largest: the first of equals.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = thread % WIDTH;
    let row = thread / WIDTH % HEIGHT;
    let number = thread / WIDTH / HEIGHT;
    let plane = number * HEIGHT;
    var sum = 0.0;
    for (var kernel_row = (row + PADDING_Y) % STRIDE_Y; kernel_row < KERNEL_HEIGHT; kernel_row += STRIDE_Y) {
        for (var kernel_column = (column + PADDING_X) % STRIDE_X; kernel_column < KERNEL_WIDTH; kernel_column += STRIDE_X) {
            let top = row + PADDING_Y - kernel_row;
            let left = column + PADDING_X - kernel_column;
            if (row + PADDING_Y >= kernel_row && column + PADDING_X >= kernel_column && top / STRIDE_Y < OUT_HEIGHT && left / STRIDE_X < OUT_WIDTH) {
                var largest = 0.0;
                var argmax = 0xffffffffu;
                for (var at = 0u; at < KERNEL_HEIGHT * KERNEL_WIDTH; at++) {
                    let y = top + at / KERNEL_WIDTH - PADDING_Y;
                    let x = left + at % KERNEL_WIDTH - PADDING_X;
                    let inside = y < HEIGHT && x < WIDTH;
//:if ZEROS
                    let counts = y < HEIGHT + ZERO_ROWS && x < WIDTH + ZERO_COLUMNS;
                    let value = select(0.0, images[select(0u, (plane + y) * WIDTH + x, inside)], inside);
//:else
                    let counts = inside;
                    let value = images[select(0u, (plane + y) * WIDTH + x, inside)];
//:end
                    if (counts && (argmax == 0xffffffffu || value > largest || is_nan(value))) {
                        largest = value;
                        argmax = at;
                    }
                }
                if (argmax == kernel_row * KERNEL_WIDTH + kernel_column) {
                    sum += gradient[(number * OUT_HEIGHT + top / STRIDE_Y) * OUT_WIDTH + left / STRIDE_X];
                }
            }
        }
    }
    store(thread, sum);
}
