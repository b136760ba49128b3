// Each channel normalised by its shard's statistics, scaled and shifted. A thread takes four pixels.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage> bias: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, IMAGES>;

fn each(thread: u32) {
    let pixel = thread % FOURS * 4u;
    let plane = thread / FOURS;
    let channel = plane % CHANNELS;
    let at = plane / CHANNELS / SHARD * 2u * CHANNELS + channel;
    var epsilon = EPSILON;
    let scale = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    let factor = scale * weight[channel];
    let shift = bias[channel] - statistics[at] * factor;
    let to = plane * PIXELS + pixel;
//:repeat j 4
    if (pixel + $ju < PIXELS) {
        output[to + $ju] = images[to + $ju] * factor + shift;
    }
//:end
}
