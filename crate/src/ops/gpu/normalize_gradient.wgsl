// The gradient of batch normalization with respect to the images: that of the scaling, less the parts through the mean and the
// variance. A thread computes a vec4 of pixels.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> sums: array<f32, STATISTICS>;
@group(0) @binding(3) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(5) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let pixel = thread % VEC4S * 4u;
    let plane = thread / VEC4S;
    let channel = plane % CHANNELS;
    let at = plane / CHANNELS / SHARD_IMAGES * 2u * CHANNELS + channel;
    let mean = statistics[at];
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    let factor = inverse_deviation * weight[channel];
    let mean_gradient = sums[at] / f32(SHARD_IMAGES * PIXELS);
    let slope = sums[at + CHANNELS] / f32(SHARD_IMAGES * PIXELS) * inverse_deviation;
    let to = plane * PIXELS + pixel;
//:unroll j 4
    if (pixel + $ju < PIXELS) {
        output[to + $ju] = factor * (gradient[to + $ju] - mean_gradient - slope * (images[to + $ju] - mean));
    }
//:end
}
