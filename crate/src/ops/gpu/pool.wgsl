// Max pooling: a thread takes one window. What is no number counts as the largest, so that it is not lost from sight.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn each(thread: u32) {
    let column = thread % OUT_WIDTH;
    let row = thread / OUT_WIDTH % OUT_HEIGHT;
    let plane = thread / OUT_WIDTH / OUT_HEIGHT * HEIGHT;
    var best = 0.0;
    var found = false;
//:repeat y KERNEL_HEIGHT
//:repeat x KERNEL_WIDTH
    {
        let y = row * STRIDE_Y + $yu - PADDING_Y;
        let x = column * STRIDE_X + $xu - PADDING_X;
        let inside = y < HEIGHT && x < WIDTH;
        let value = images[select(0u, (plane + y) * WIDTH + x, inside)];
        if (inside && (!found || value > best || (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u)) {
            best = value;
            found = true;
        }
    }
//:end
//:end
    output[thread] = best;
}
