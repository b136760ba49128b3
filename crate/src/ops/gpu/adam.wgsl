// Adam's update of every parameter. `step` is what changes from step to step: beta 1, beta 2, the rate, the root that
// unbiases the second moment, epsilon.

@group(0) @binding(0) var<storage> weights: array<f32, PARAMETERS>;
@group(0) @binding(1) var<storage> gradient: array<f32, PARAMETERS>;
@group(0) @binding(2) var<storage> first: array<f32, PARAMETERS>;
@group(0) @binding(3) var<storage> second: array<f32, PARAMETERS>;
@group(0) @binding(4) var<storage> step: array<f32, 5>;
@group(0) @binding(5) var<storage, read_write> new_weights: array<f32, PARAMETERS>;
@group(0) @binding(6) var<storage, read_write> new_first: array<f32, PARAMETERS>;
@group(0) @binding(7) var<storage, read_write> new_second: array<f32, PARAMETERS>;

fn each(thread: u32) {
    let slope = gradient[thread];
    let m = first[thread] * step[0] + slope * (1.0 - step[0]);
    let v = second[thread] * step[1] + slope * slope * (1.0 - step[1]);
    new_weights[thread] = weights[thread] - m * step[2] / (sqrt(v) / step[3] + step[4]);
    new_first[thread] = m;
    new_second[thread] = v;
}
