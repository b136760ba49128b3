// ReLU. A thread takes four numbers.

@group(0) @binding(0) var<storage> input: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let at = ((workgroup.y * GROUPS + workgroup.x) * 64u + local) * 4u;
//:repeat j 4
    if (at + $ju < COUNT) {
        output[at + $ju] = max(input[at + $ju], 0.0);
    }
//:end
}
