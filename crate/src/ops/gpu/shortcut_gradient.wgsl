// The gradient of a shortcut: 0 at the pixels that it leaves out. A thread computes one pixel.

@group(0) @binding(0) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = thread % WIDTH;
    let row = thread / WIDTH % HEIGHT;
    let channel = thread / WIDTH / HEIGHT % CHANNELS + BEFORE;
    let image = thread / WIDTH / HEIGHT / CHANNELS;
    var value = 0.0;
    if (row % STRIDE == 0u && column % STRIDE == 0u) {
        value = gradient[((image * OUT_CHANNELS + channel) * OUT_HEIGHT + row / STRIDE) * OUT_WIDTH + column / STRIDE];
    }
    store(thread, value);
}
