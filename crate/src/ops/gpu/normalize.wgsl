// Batch normalization: each channel by the statistics of its shard, then scaled and shifted. A thread computes a vec4 of pixels.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage> bias: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let pixel = thread % VEC4S * 4u;
    let plane = thread / VEC4S;
    let channel = plane % CHANNELS;
    let at = plane / CHANNELS / SHARD_IMAGES * 2u * CHANNELS + channel;
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    let factor = inverse_deviation * weight[channel];
    let shift = bias[channel] - statistics[at] * factor;
    let to = plane * PIXELS + pixel;
//:unroll j 4
    if (pixel + $ju < PIXELS) {
        store(to + $ju, images[to + $ju] * factor + shift);
    }
//:end
}
