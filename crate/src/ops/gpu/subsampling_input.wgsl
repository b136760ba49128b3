// The gradient of trainable subsampling with respect to the images. A last odd row or column is in no window. A thread computes one
// pixel.

@group(0) @binding(0) var<storage> coefficients: array<f32, CHANNELS>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let x = thread % WIDTH / 2u;
    let y = thread / WIDTH % HEIGHT / 2u;
    let plane = thread / WIDTH / HEIGHT;
    var value = 0.0;
    if (x < OUT_WIDTH && y < OUT_HEIGHT) {
        value = gradient[(plane * OUT_HEIGHT + y) * OUT_WIDTH + x] * coefficients[plane % CHANNELS];
    }
    store(thread, value);
}
