// A mean: the sum of all elements times a factor. One workgroup: each thread sums some of them, the first one sums those sums.

@group(0) @binding(0) var<storage> values: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32, 1>;

var<workgroup> sums: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    var sum = 0.0;
    for (var at = local; at < COUNT; at += WORKGROUP_SIZE) {
        sum += values[at];
    }
    sums[local] = sum;
    workgroupBarrier();
    if (local == 0u) {
        var total = 0.0;
        for (var thread = 0u; thread < WORKGROUP_SIZE; thread++) {
            total += sums[thread];
        }
        var factor = FACTOR;
        mean[0] = total * bitcast<f32>(factor);
    }
}
