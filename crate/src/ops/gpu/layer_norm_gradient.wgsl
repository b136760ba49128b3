// The gradient of layer normalization with respect to its input: that of the scaling, less the parts through the mean and the
// variance. LANES threads of a workgroup share a row. Each reads PER_LANE numbers, LANES apart, once.

@group(0) @binding(0) var<storage> x: array<f32, NUMBERS>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> weight: array<f32, EMBEDDING>;
@group(0) @binding(3) var<storage> gradient: array<f32, NUMBERS>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, NUMBERS>;

var<workgroup> sums: array<vec2<f32>, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let lane = local % LANES;
    let wanted = workgroup * (WORKGROUP_SIZE / LANES) + local / LANES;
    // Threads after the last row compute it once more, and write nothing.
    let row = min(wanted, ROWS - 1u);
    let start = row * EMBEDDING;
    let mean = statistics[row * 2u];
    let inverse_deviation = statistics[row * 2u + 1u];
    var sum = vec2<f32>(0.0);
//:unroll j PER_LANE
    let column_$j = lane + $ju * LANES;
    // Columns after the last are read as the last, and count for nothing.
    let read_$j = min(column_$j, EMBEDDING - 1u);
    let normalized_$j = (x[start + read_$j] - mean) * inverse_deviation;
    let gradient_$j = gradient[start + read_$j] * weight[read_$j];
    sum += select(vec2<f32>(0.0), vec2<f32>(gradient_$j, gradient_$j * normalized_$j), column_$j < EMBEDDING);
//:end
    sums[local] = sum;
    workgroupBarrier();
    let first = local - lane;
    var means = vec2<f32>(0.0);
//:unroll l LANES
    means += sums[first + $lu];
//:end
    means /= f32(EMBEDDING);
    if (wanted < ROWS) {
//:unroll j PER_LANE
        if (column_$j < EMBEDDING) {
            store(start + column_$j, inverse_deviation * (gradient_$j - means.x - normalized_$j * means.y));
        }
//:end
    }
}
