// Layer normalization: LANES threads of a workgroup share a row. Each reads PER_LANE numbers, LANES apart, once.

@group(0) @binding(0) var<storage> x: array<f32, NUMBERS>;
@group(0) @binding(1) var<storage> weight: array<f32, EMBEDDING>;
@group(0) @binding(2) var<storage> bias: array<f32, EMBEDDING>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, NUMBERS>;
@group(0) @binding(4) var<storage, read_write> statistics: array<f32, STATISTICS>;

var<workgroup> sums: array<f32, WORKGROUP_SIZE>;
var<workgroup> squares: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let lane = local % LANES;
    let wanted = workgroup * (WORKGROUP_SIZE / LANES) + local / LANES;
    // Threads after the last row compute it once more, and write nothing.
    let row = min(wanted, ROWS - 1u);
    let start = row * EMBEDDING;
    var sum = 0.0;
//:unroll j PER_LANE
    let column_$j = lane + $ju * LANES;
    // Columns after the last are read as the last, and count for nothing.
    let x_$j = x[start + min(column_$j, EMBEDDING - 1u)];
    sum += select(0.0, x_$j, column_$j < EMBEDDING);
//:end
    sums[local] = sum;
    workgroupBarrier();
    let first = local - lane;
    var mean = 0.0;
//:unroll l LANES
    mean += sums[first + $lu];
//:end
    mean /= f32(EMBEDDING);
    sum = 0.0;
//:unroll j PER_LANE
    let deviation_$j = x_$j - mean;
    sum += select(0.0, deviation_$j * deviation_$j, column_$j < EMBEDDING);
//:end
    squares[local] = sum;
    workgroupBarrier();
    var variance = 0.0;
//:unroll l LANES
    variance += squares[first + $lu];
//:end
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(variance / f32(EMBEDDING) + bitcast<f32>(epsilon));
    if (wanted < ROWS) {
        if (lane == 0u) {
            statistics[row * 2u] = mean;
            statistics[row * 2u + 1u] = inverse_deviation;
        }
//:unroll j PER_LANE
        if (column_$j < EMBEDDING) {
            store(start + column_$j, deviation_$j * inverse_deviation * weight[column_$j] + bias[column_$j]);
        }
//:end
    }
}
