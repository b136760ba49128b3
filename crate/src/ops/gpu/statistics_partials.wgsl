// The first stage of batch statistics: the mean, and the sum of squared deviations from it, of each chunk of each channel of
// each shard. `partials` is [SHARDS * CHANNELS, IMAGE_BLOCKS, PIXEL_BLOCKS, 2]. A chunk is at most BLOCK_IMAGES images' BLOCK_PIXELS
// pixels. Numbers are summed relative to the chunk's first one: squares of the numbers themselves would cancel.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32, PARTIALS>;

fn thread_main(thread: u32) {
    let first_pixel = thread % PIXEL_BLOCKS * BLOCK_PIXELS;
    let first_image = thread / PIXEL_BLOCKS % IMAGE_BLOCKS * BLOCK_IMAGES;
    let row = thread / PIXEL_BLOCKS / IMAGE_BLOCKS;
    let shard = row / CHANNELS;
    let channel = row % CHANNELS;
    let end_image = min(first_image + BLOCK_IMAGES, SHARD_IMAGES);
    let end_pixel = min(first_pixel + BLOCK_PIXELS, PIXELS);
    let center = images[((shard * SHARD_IMAGES + first_image) * CHANNELS + channel) * PIXELS + first_pixel];
    var sum = 0.0;
    var squares = 0.0;
    for (var image = first_image; image < end_image; image++) {
        let plane = ((shard * SHARD_IMAGES + image) * CHANNELS + channel) * PIXELS;
        for (var pixel = first_pixel; pixel < end_pixel; pixel++) {
            let deviation = images[plane + pixel] - center;
            sum += deviation;
            squares += deviation * deviation;
        }
    }
    let count = f32((end_image - first_image) * (end_pixel - first_pixel));
    partials[thread * 2u] = center + sum / count;
    partials[thread * 2u + 1u] = max(squares - sum * sum / count, 0.0);
}
