// Layer normalization of a row by one thread: a software adapter has no use for barriers.

@group(0) @binding(0) var<storage> x: array<f32, NUMBERS>;
@group(0) @binding(1) var<storage> weight: array<f32, EMBEDDING>;
@group(0) @binding(2) var<storage> bias: array<f32, EMBEDDING>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, NUMBERS>;
@group(0) @binding(4) var<storage, read_write> statistics: array<f32, STATISTICS>;

fn thread_main(row: u32) {
    let start = row * EMBEDDING;
    // Squares of the numbers themselves would cancel: they are measured from the first one.
    let center = x[start];
    var sum = 0.0;
    var squares = 0.0;
    for (var at = start; at < start + EMBEDDING; at++) {
        let deviation = x[at] - center;
        sum += deviation;
        squares += deviation * deviation;
    }
    let distance = sum / f32(EMBEDDING);
    let mean = center + distance;
    let variance = max(squares / f32(EMBEDDING) - distance * distance, 0.0);
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(variance + bitcast<f32>(epsilon));
    statistics[row * 2u] = mean;
    statistics[row * 2u + 1u] = inverse_deviation;
    for (var column = 0u; column < EMBEDDING; column++) {
        store(start + column, (x[start + column] - mean) * inverse_deviation * weight[column] + bias[column]);
    }
}
