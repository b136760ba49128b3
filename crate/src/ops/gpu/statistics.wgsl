// The second stage: mean and variance of each channel of each shard, [SHARDS, 2, CHANNELS], combined from those of its chunks
// (Chan's parallel algorithm).

@group(0) @binding(0) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(1) var<storage, read_write> statistics: array<f32, STATISTICS>;

fn thread_main(thread: u32) {
    let first = thread * PIXEL_BLOCKS * IMAGE_BLOCKS;
    let count = f32(SHARD_IMAGES * PIXELS);
    let center = partials[first * 2u];
    var mean = 0.0;
    for (var chunk = first; chunk < first + PIXEL_BLOCKS * IMAGE_BLOCKS; chunk++) {
        mean += (partials[chunk * 2u] - center) * count_of(chunk_of(chunk));
    }
    mean = center + mean / count;
    var squares = 0.0;
    for (var chunk = first; chunk < first + PIXEL_BLOCKS * IMAGE_BLOCKS; chunk++) {
        let deviation = partials[chunk * 2u] - mean;
        squares += partials[chunk * 2u + 1u] + deviation * deviation * count_of(chunk_of(chunk));
    }
    let to = thread / CHANNELS * 2u * CHANNELS + thread % CHANNELS;
    statistics[to] = mean;
    statistics[to + CHANNELS] = squares / count;
}
