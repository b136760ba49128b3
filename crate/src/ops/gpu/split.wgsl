// Copies the parts of a vector to aligned offsets. A thread copies one element.

@group(0) @binding(0) var<storage> input: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, THREADS>;

fn thread_main(thread: u32) {
    // How far the element's part is shifted. The elements between parts are padding, which nobody reads.
    var shift = 0u;
//:shifts
    output[thread] = input[min(thread - shift, COUNT - 1u)];
}
