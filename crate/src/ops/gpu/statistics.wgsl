// The second stage: mean and variance of each channel of each shard, [SHARDS, 2, CHANNELS], combined from those of its chunks
// (Chan's parallel algorithm).

@group(0) @binding(0) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(1) var<storage, read_write> statistics: array<f32, STATISTICS>;

// The number of elements of a chunk.
fn count_of(chunk: u32) -> f32 {
    let first_pixel = chunk % PIXEL_BLOCKS * BLOCK_PIXELS;
    let first_image = chunk / PIXEL_BLOCKS * BLOCK_IMAGES;
    return f32((min(first_image + BLOCK_IMAGES, SHARD_IMAGES) - first_image) * (min(first_pixel + BLOCK_PIXELS, PIXELS) - first_pixel));
}

fn thread_main(thread: u32) {
    let first = thread * PIXEL_BLOCKS * IMAGE_BLOCKS;
    let count = f32(SHARD_IMAGES * PIXELS);
    let center = partials[first * 2u];
    var mean = 0.0;
    for (var chunk = 0u; chunk < PIXEL_BLOCKS * IMAGE_BLOCKS; chunk++) {
        mean += (partials[(first + chunk) * 2u] - center) * count_of(chunk);
    }
    mean = center + mean / count;
    var squares = 0.0;
    for (var chunk = 0u; chunk < PIXEL_BLOCKS * IMAGE_BLOCKS; chunk++) {
        let deviation = partials[(first + chunk) * 2u] - mean;
        squares += partials[(first + chunk) * 2u + 1u] + deviation * deviation * count_of(chunk);
    }
    let to = thread / CHANNELS * 2u * CHANNELS + thread % CHANNELS;
    statistics[to] = mean;
    statistics[to + CHANNELS] = squares / count;
}
