// The first of two stages of the gradients of batch normalization: a workgroup sums a part.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32, PARTIALS>;

fn workgroup_main(workgroup: u32, local: u32) {
    let part = part_of(workgroup, local);
    let sums = gradient_sums(part, statistics[statistics_of(part.shard_channel)], local);
    if (local == 0u) {
        partials[workgroup * 2u] = sums.x;
        partials[workgroup * 2u + 1u] = sums.y;
    }
}
