// Images times SCALE, padded with zeros, plus SHIFT. A thread computes one pixel.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    // Before the first column and row, these wrap around to more than any width and height.
    let column = thread % OUT_WIDTH - PADDING;
    let row = thread / OUT_WIDTH % OUT_HEIGHT - PADDING;
    let plane = thread / OUT_WIDTH / OUT_HEIGHT;
    // Variables, because compilers differ in what they compute of constants.
    var scale_bits = SCALE;
    var shift_bits = SHIFT;
    var value = 0.0;
    if (column < WIDTH && row < HEIGHT) {
        value = images[(plane * HEIGHT + row) * WIDTH + column] * bitcast<f32>(scale_bits);
    }
    store(thread, value + bitcast<f32>(shift_bits));
}
