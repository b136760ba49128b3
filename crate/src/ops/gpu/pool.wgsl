// Max pooling. A thread computes one window. NaN counts as the largest number, so that it shows in the loss.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let column = thread % OUT_WIDTH;
    let row = thread / OUT_WIDTH % OUT_HEIGHT;
    let plane = thread / OUT_WIDTH / OUT_HEIGHT * HEIGHT;
    var largest = 0.0;
    var found = false;
//:unroll y KERNEL_HEIGHT
//:unroll x KERNEL_WIDTH
    {
        let y = row * STRIDE_Y + $yu - PADDING_Y;
        let x = column * STRIDE_X + $xu - PADDING_X;
        let inside = y < HEIGHT && x < WIDTH;
//:if ZEROS
        let counts = y < HEIGHT + ZERO_ROWS && x < WIDTH + ZERO_COLUMNS;
        let value = select(0.0, images[select(0u, (plane + y) * WIDTH + x, inside)], inside);
//:else
        let counts = inside;
        let value = images[select(0u, (plane + y) * WIDTH + x, inside)];
//:end
        if (counts && (!found || value > largest || is_nan(value))) {
            largest = value;
            found = true;
        }
    }
//:end
//:end
    store(thread, largest);
}
