// The gradient of ReLU from its output: 0 where that is 0. A thread computes four elements.

@group(0) @binding(0) var<storage> output: array<f32, COUNT>;
@group(0) @binding(1) var<storage> gradient: array<f32, COUNT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, COUNT>;

fn thread_main(thread: u32) {
    let at = thread * 4u;
//:unroll j 4
    if (at + $ju < COUNT) {
        input[at + $ju] = select(gradient[at + $ju], 0.0, output[at + $ju] <= 0.0);
    }
//:end
}
