// Some vectors that stand one behind the other in a longer one. A thread takes one number.

@group(0) @binding(0) var<storage> input: array<f32, COUNT>;
//:repeat p PARTS
@group(0) @binding($p + 1) var<storage, read_write> part_$p: array<f32, LENGTH_$p>;
//:end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    var at = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    let from_ = START + at;
//:repeat p PARTS
    if (at < LENGTH_$p) {
        part_$p[at] = input[from_];
        return;
    }
    at -= LENGTH_$p;
//:end
}
