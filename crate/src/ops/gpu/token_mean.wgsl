// The mean of the first AVERAGED tokens of each image. A thread computes a number of it.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let first = thread / EMBEDDING * IMAGE + thread % EMBEDDING;
    var sum = 0.0;
    for (var token = 0u; token < AVERAGED; token++) {
        sum += x[first + token * EMBEDDING];
    }
    store(thread, sum / f32(AVERAGED));
}
