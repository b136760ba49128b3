// Max pooling's gradient, whatever the windows: a thread takes one pixel, and of each window that the pixel is in, the
// gradient, if it is the largest there: the first of equals.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, IMAGES>;

fn each(thread: u32) {
    let column = thread % WIDTH;
    let row = thread / WIDTH % HEIGHT;
    let number = thread / WIDTH / HEIGHT;
    let plane = number * HEIGHT;
    var sum = 0.0;
    for (var down = (row + PADDING_Y) % STRIDE_Y; down < KERNEL_HEIGHT; down += STRIDE_Y) {
        for (var right = (column + PADDING_X) % STRIDE_X; right < KERNEL_WIDTH; right += STRIDE_X) {
            let top = row + PADDING_Y - down;
            let left = column + PADDING_X - right;
            if (row + PADDING_Y >= down && column + PADDING_X >= right && top / STRIDE_Y < OUT_HEIGHT && left / STRIDE_X < OUT_WIDTH) {
                var best = 0.0;
                var place = 0xffffffffu;
                for (var at = 0u; at < KERNEL_HEIGHT * KERNEL_WIDTH; at++) {
                    let y = top + at / KERNEL_WIDTH - PADDING_Y;
                    let x = left + at % KERNEL_WIDTH - PADDING_X;
                    let inside = y < HEIGHT && x < WIDTH;
                    let value = images[select(0u, (plane + y) * WIDTH + x, inside)];
                    if (inside && (place == 0xffffffffu || value > best || (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u)) {
                        best = value;
                        place = at;
                    }
                }
                if (place == down * KERNEL_WIDTH + right) {
                    sum += gradient[(number * OUT_HEIGHT + top / STRIDE_Y) * OUT_WIDTH + left / STRIDE_X];
                }
            }
        }
    }
    input[thread] = sum;
}
