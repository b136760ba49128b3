// Some vectors one behind the other. A thread takes one number.

//:repeat p PARTS
@group(0) @binding($p) var<storage> part_$p: array<f32, LENGTH_$p>;
//:end
@group(0) @binding(PARTS) var<storage, read_write> output: array<f32, THREADS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    var at = thread;
//:repeat p PARTS
    if (at < LENGTH_$p) {
        output[thread] = part_$p[at];
        return;
    }
    at -= LENGTH_$p;
//:end
}
