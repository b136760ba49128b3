// The mean of each plane. LANES threads of a workgroup sum one plane: each some of its pixels, then their sums as a tree.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, PLANES>;

var<workgroup> sums: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let lane = local % LANES;
    let plane = workgroup * (WORKGROUP_SIZE / LANES) + local / LANES;
    var sum = 0.0;
    if (plane < PLANES) {
        for (var pixel = lane; pixel < PIXELS; pixel += LANES) {
            sum += images[plane * PIXELS + pixel];
        }
    }
    sums[local] = sum;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            sums[local] += sums[local + half];
        }
    }
    if (lane == 0u && plane < PLANES) {
        store(plane, sums[local] / f32(PIXELS));
    }
}
