// Adam's update of every parameter. `scalars` change from step to step: beta 1, beta 2, the step size, the bias correction of the
// second moment's root, epsilon.

@group(0) @binding(0) var<storage> weights: array<f32, PARAMETERS>;
@group(0) @binding(1) var<storage> gradient: array<f32, PARAMETERS>;
@group(0) @binding(2) var<storage> first: array<f32, PARAMETERS>;
@group(0) @binding(3) var<storage> second: array<f32, PARAMETERS>;
@group(0) @binding(4) var<storage> scalars: array<f32, 5>;
@group(0) @binding(5) var<storage, read_write> new_weights: array<f32, PARAMETERS>;
@group(0) @binding(6) var<storage, read_write> new_first: array<f32, PARAMETERS>;
@group(0) @binding(7) var<storage, read_write> new_second: array<f32, PARAMETERS>;

fn thread_main(thread: u32) {
    let g = gradient[thread];
    let m = first[thread] * scalars[0] + g * (1.0 - scalars[0]);
    let v = second[thread] * scalars[1] + g * g * (1.0 - scalars[1]);
    new_weights[thread] = weights[thread] - m * scalars[2] / (sqrt(v) / scalars[3] + scalars[4]);
    new_first[thread] = m;
    new_second[thread] = v;
}
