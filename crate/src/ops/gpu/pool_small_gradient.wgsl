// The gradient of max pooling whose windows are small: all that share one with a pixel are SPAN_Y × SPAN_X, a bit each. A thread takes
// one pixel, finds which others would be taken before it, and sums the gradients of the windows that hold none of these.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = thread % WIDTH;
    let row = thread / WIDTH % HEIGHT;
    let number = thread / WIDTH / HEIGHT;
    let plane = number * HEIGHT;
    let own = images[thread];
    let own_is_nan = is_nan(own);
    // Of equal numbers the first is taken, of NaNs the last. A pixel does not win against itself.
    var winners = 0u;
//:unroll y SPAN_Y
//:unroll x SPAN_X
    {
        let y = row + $yu - (KERNEL_HEIGHT - 1u);
        let x = column + $xu - (KERNEL_WIDTH - 1u);
        let inside = y < HEIGHT && x < WIDTH;
//:if ZEROS
        let counts = y < HEIGHT + ZERO_ROWS && x < WIDTH + ZERO_COLUMNS;
        let value = select(0.0, images[select(thread, (plane + y) * WIDTH + x, inside)], inside);
//:else
        let counts = inside;
        let value = images[select(thread, (plane + y) * WIDTH + x, inside)];
//:end
        let is_earlier = $yu * SPAN_X + $xu < CENTRE;
        let is_later = $yu * SPAN_X + $xu > CENTRE;
        let is_larger = value > own || is_nan(value);
        let wins = (is_later && is_larger) || (is_earlier && !own_is_nan && (is_larger || value == own));
        winners |= select(0u, 1u, counts && wins) << $(y * SPAN_X + x)u;
    }
//:end
//:end
    var sum = 0.0;
    for (var kernel_row = (row + PADDING_Y) % STRIDE_Y; kernel_row < KERNEL_HEIGHT; kernel_row += STRIDE_Y) {
        for (var kernel_column = (column + PADDING_X) % STRIDE_X; kernel_column < KERNEL_WIDTH; kernel_column += STRIDE_X) {
            let top = row + PADDING_Y - kernel_row;
            let left = column + PADDING_X - kernel_column;
            let others = WINDOW << ((KERNEL_HEIGHT - 1u - kernel_row) * SPAN_X + KERNEL_WIDTH - 1u - kernel_column);
            if (row + PADDING_Y >= kernel_row && column + PADDING_X >= kernel_column && top / STRIDE_Y < OUT_HEIGHT && left / STRIDE_X < OUT_WIDTH && (winners & others) == 0u) {
                sum += gradient[(number * OUT_HEIGHT + top / STRIDE_Y) * OUT_WIDTH + left / STRIDE_X];
            }
        }
    }
    store(thread, sum);
}
