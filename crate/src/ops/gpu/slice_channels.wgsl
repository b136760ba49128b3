// Copies one part of the gradient of a concatenation. A thread copies one number.

@group(0) @binding(0) var<storage> gradient: array<f32, LEN>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    store(thread, gradient[thread / PART * IMAGE + START + thread % PART]);
}
