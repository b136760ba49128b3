// The normalisation's gradient by the images: that of the scaling, less what it would change of the mean and of the
// variance. A thread takes four pixels.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> sums: array<f32, STATISTICS>;
@group(0) @binding(3) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(5) var<storage, read_write> output: array<f32, IMAGES>;

fn each(thread: u32) {
    let pixel = thread % FOURS * 4u;
    let plane = thread / FOURS;
    let channel = plane % CHANNELS;
    let at = plane / CHANNELS / SHARD * 2u * CHANNELS + channel;
    let mean = statistics[at];
    var epsilon = EPSILON;
    let scale = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    let factor = scale * weight[channel];
    let by_mean = sums[at] / f32(SHARD * PIXELS);
    let slope = sums[at + CHANNELS] / f32(SHARD * PIXELS) * scale;
    let to = plane * PIXELS + pixel;
//:repeat j 4
    if (pixel + $ju < PIXELS) {
        output[to + $ju] = factor * (gradient[to + $ju] - by_mean - slope * (images[to + $ju] - mean));
    }
//:end
}
