// The gradient of layer normalization with respect to its input, of a row by one thread: a software adapter has no use for barriers.

@group(0) @binding(0) var<storage> x: array<f32, NUMBERS>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> weight: array<f32, EMBEDDING>;
@group(0) @binding(3) var<storage> gradient: array<f32, NUMBERS>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, NUMBERS>;

fn thread_main(row: u32) {
    let start = row * EMBEDDING;
    let mean = statistics[row * 2u];
    let inverse_deviation = statistics[row * 2u + 1u];
    var sum = 0.0;
    var product = 0.0;
    for (var column = 0u; column < EMBEDDING; column++) {
        let slope = gradient[start + column] * weight[column];
        sum += slope;
        product += slope * (x[start + column] - mean);
    }
    let mean_slope = sum / f32(EMBEDDING);
    let factor = product / f32(EMBEDDING) * inverse_deviation * inverse_deviation;
    for (var column = 0u; column < EMBEDDING; column++) {
        let slope = gradient[start + column] * weight[column];
        store(start + column, inverse_deviation * (slope - mean_slope - factor * (x[start + column] - mean)));
    }
}
