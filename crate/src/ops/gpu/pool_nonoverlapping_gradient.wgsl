// The gradient of max pooling whose windows do not overlap and leave no gaps. A thread takes one window and writes all its pixels.
// Pixels at the edges that are in no whole window have no output, and get 0.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = thread % COLUMNS;
    let row = thread / COLUMNS % ROWS;
    let number = thread / COLUMNS / ROWS;
    let plane = number * HEIGHT;
    var largest = 0.0;
    var argmax = 0xffffffffu;
    let whole = row < OUT_HEIGHT && column < OUT_WIDTH;
    let from_ = select(0u, (number * OUT_HEIGHT + row) * OUT_WIDTH + column, whole);
    let window_gradient = gradient[from_];
    if (whole) {
//:unroll y KERNEL_HEIGHT
//:unroll x KERNEL_WIDTH
        {
            let value = images[(plane + row * KERNEL_HEIGHT + $yu) * WIDTH + column * KERNEL_WIDTH + $xu];
            if (argmax == 0xffffffffu || value > largest || is_nan(value)) {
                largest = value;
                argmax = $yu * KERNEL_WIDTH + $xu;
            }
        }
//:end
//:end
    }
//:unroll y KERNEL_HEIGHT
//:unroll x KERNEL_WIDTH
    if (row * KERNEL_HEIGHT + $yu < HEIGHT && column * KERNEL_WIDTH + $xu < WIDTH) {
        let to = (plane + row * KERNEL_HEIGHT + $yu) * WIDTH + column * KERNEL_WIDTH + $xu;
        store(to, select(0.0, window_gradient, argmax == $yu * KERNEL_WIDTH + $xu));
    }
//:end
//:end
}
