// Its gradient: the total's, times the factor, for each number.

@group(0) @binding(0) var<storage> gradient: array<f32, 1>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    if (thread < THREADS) {
        var factor = FACTOR;
        output[thread] = gradient[0] * bitcast<f32>(factor);
    }
}
