// The gradients of layer normalization with respect to weight and bias: a thread sums a column over the rows of a part.

@group(0) @binding(0) var<storage> x: array<f32, NUMBERS>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> gradient: array<f32, NUMBERS>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32, SUMS>;

fn thread_main(thread: u32) {
    let column = thread % EMBEDDING;
    let part = thread / EMBEDDING;
    var by_weight = 0.0;
    var by_bias = 0.0;
    for (var row = part * PART_ROWS; row < min((part + 1u) * PART_ROWS, ROWS); row++) {
        let gradient = gradient[row * EMBEDDING + column];
        let deviation = x[row * EMBEDDING + column] - statistics[row * 2u];
        by_weight += gradient * deviation * statistics[row * 2u + 1u];
        by_bias += gradient;
    }
    sums[part * 2u * EMBEDDING + column] = by_weight;
    sums[(part * 2u + 1u) * EMBEDDING + column] = by_bias;
}
