// Trainable subsampling: the sum of each 2×2 window times its channel's coefficient, plus its bias. A thread computes one window.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> coefficients: array<f32, CHANNELS>;
@group(0) @binding(2) var<storage> biases: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let column = thread % OUT_WIDTH * 2u;
    let row = thread / OUT_WIDTH % OUT_HEIGHT * 2u;
    let plane = thread / OUT_WIDTH / OUT_HEIGHT;
    let at = (plane * HEIGHT + row) * WIDTH + column;
    let sum = images[at] + images[at + 1u] + images[at + WIDTH] + images[at + WIDTH + 1u];
    let channel = plane % CHANNELS;
    store(thread, sum * coefficients[channel] + biases[channel]);
}
