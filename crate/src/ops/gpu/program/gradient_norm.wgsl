// Partial sums of the gradient's squares, one by each workgroup.

@group(0) @binding(0) var<storage> gradient: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32, NORM_PARTIALS>;

var<workgroup> sums: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    var sum = 0.0;
    for (var at = workgroup * WORKGROUP_SIZE + local; at < COUNT; at += WORKGROUPS * WORKGROUP_SIZE) {
        sum += gradient[at] * gradient[at];
    }
    sums[local] = sum;
    for (var half = WORKGROUP_SIZE / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (local < half) {
            sums[local] += sums[local + half];
        }
    }
    if (local == 0u) {
        partials[workgroup] = sums[0];
    }
}
