// For each part of each channel of each shard, the sums of the gradient and of its product with the normalised images:
// `parts` is [SHARDS * CHANNELS, BLOCKS, STRIPS, 2]; see statistics_parts.wgsl.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32, PARTIAL>;

fn each(thread: u32) {
    let strip = thread % STRIPS * STRIP;
    let own = thread / STRIPS % BLOCKS * BLOCK;
    let row = thread / STRIPS / BLOCKS;
    let shard = row / CHANNELS;
    let channel = row % CHANNELS;
    let last = min(own + BLOCK, SHARD);
    let end = min(strip + STRIP, PIXELS);
    let at = shard * 2u * CHANNELS + channel;
    let mean = statistics[at];
    var epsilon = EPSILON;
    let scale = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    var sum = 0.0;
    var product = 0.0;
    for (var image = own; image < last; image++) {
        let plane = ((shard * SHARD + image) * CHANNELS + channel) * PIXELS;
        for (var pixel = strip; pixel < end; pixel++) {
            let slope = gradient[plane + pixel];
            sum += slope;
            product += (images[plane + pixel] - mean) * slope;
        }
    }
    parts[thread * 2u] = sum;
    parts[thread * 2u + 1u] = product * scale;
}
