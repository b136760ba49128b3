// Mean and variance of each channel of each shard, [SHARDS, 2, CHANNELS], from those of their parts.

@group(0) @binding(0) var<storage> parts: array<f32, PARTIAL>;
@group(0) @binding(1) var<storage, read_write> statistics: array<f32, STATISTICS>;

// How many numbers a part has.
fn count_of(part: u32) -> f32 {
    let strip = part % STRIPS * STRIP;
    let own = part / STRIPS * BLOCK;
    return f32((min(own + BLOCK, SHARD) - own) * (min(strip + STRIP, PIXELS) - strip));
}

fn each(thread: u32) {
    let first = thread * STRIPS * BLOCKS;
    let all = f32(SHARD * PIXELS);
    let centre = parts[first * 2u];
    var mean = 0.0;
    for (var part = 0u; part < STRIPS * BLOCKS; part++) {
        mean += (parts[(first + part) * 2u] - centre) * count_of(part);
    }
    mean = centre + mean / all;
    var squares = 0.0;
    for (var part = 0u; part < STRIPS * BLOCKS; part++) {
        let apart = parts[(first + part) * 2u] - mean;
        squares += parts[(first + part) * 2u + 1u] + apart * apart * count_of(part);
    }
    let to = thread / CHANNELS * 2u * CHANNELS + thread % CHANNELS;
    statistics[to] = mean;
    statistics[to + CHANNELS] = squares / all;
}
