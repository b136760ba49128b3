// All tokens of each image but the first. A thread copies a number.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let length = IMAGE - EMBEDDING;
    store(thread, x[thread / length * IMAGE + EMBEDDING + thread % length]);
}
