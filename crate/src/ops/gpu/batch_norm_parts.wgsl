// The first of two stages of batch normalization: a workgroup measures a part.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32, PARTIALS>;

fn workgroup_main(workgroup: u32, local: u32) {
    let measured = measure(part_of(workgroup, local), local);
    if (local == 0u) {
        partials[workgroup * 2u] = measured.x;
        partials[workgroup * 2u + 1u] = measured.y;
    }
}
