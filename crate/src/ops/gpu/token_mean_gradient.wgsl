// The gradient of the mean of the first AVERAGED tokens: that of the others is 0. A thread computes a number.

@group(0) @binding(0) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, X>;

fn thread_main(thread: u32) {
    let slope = gradient[thread / IMAGE * EMBEDDING + thread % EMBEDDING] / f32(AVERAGED);
    store(thread, select(0.0, slope, thread % IMAGE < AVERAGED * EMBEDDING));
}
