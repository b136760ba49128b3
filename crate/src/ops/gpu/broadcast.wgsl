// The gradient of a mean: the output's gradient times a factor, for each element.

@group(0) @binding(0) var<storage> gradient: array<f32, 1>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

fn thread_main(thread: u32) {
    var factor = FACTOR;
    output[thread] = gradient[0] * bitcast<f32>(factor);
}
