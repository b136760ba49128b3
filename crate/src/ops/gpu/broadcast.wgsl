// Its gradient: the total's, times the factor, for each number.

@group(0) @binding(0) var<storage> gradient: array<f32, 1>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

fn each(thread: u32) {
    var factor = FACTOR;
    output[thread] = gradient[0] * bitcast<f32>(factor);
}
