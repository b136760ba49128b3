// The gradient of planes' means. A thread computes one pixel.

@group(0) @binding(0) var<storage> gradient: array<f32, PLANES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    store(thread, gradient[thread / PIXELS] / f32(PIXELS));
}
