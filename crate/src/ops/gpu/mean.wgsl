// The sum of all numbers times a factor. One workgroup: each thread sums some, the first adds up.

@group(0) @binding(0) var<storage> values: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> total: array<f32, 1>;

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
    var sum = 0.0;
    for (var at = local; at < COUNT; at += WORKGROUP) {
        sum += values[at];
    }
    sums[local] = sum;
    workgroupBarrier();
    if (local == 0u) {
        var all = 0.0;
        for (var thread = 0u; thread < WORKGROUP; thread++) {
            all += sums[thread];
        }
        var factor = FACTOR;
        total[0] = all * bitcast<f32>(factor);
    }
}
