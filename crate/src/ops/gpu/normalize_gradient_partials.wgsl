// The first stage of the gradients of batch normalization: for each chunk of each channel of each shard, the sums of the gradient
// and of its product with the normalized images. `partials` and chunks are as in statistics_partials.wgsl.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32, PARTIALS>;

fn thread_main(thread: u32) {
    let first_pixel = thread % PIXEL_BLOCKS * BLOCK_PIXELS;
    let first_image = thread / PIXEL_BLOCKS % IMAGE_BLOCKS * BLOCK_IMAGES;
    let row = thread / PIXEL_BLOCKS / IMAGE_BLOCKS;
    let shard = row / CHANNELS;
    let channel = row % CHANNELS;
    let end_image = min(first_image + BLOCK_IMAGES, SHARD_IMAGES);
    let end_pixel = min(first_pixel + BLOCK_PIXELS, PIXELS);
    let at = shard * 2u * CHANNELS + channel;
    let mean = statistics[at];
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    var sum = 0.0;
    var product = 0.0;
    for (var image = first_image; image < end_image; image++) {
        let plane = ((shard * SHARD_IMAGES + image) * CHANNELS + channel) * PIXELS;
        for (var pixel = first_pixel; pixel < end_pixel; pixel++) {
            let slope = gradient[plane + pixel];
            sum += slope;
            product += (images[plane + pixel] - mean) * slope;
        }
    }
    partials[thread * 2u] = sum;
    partials[thread * 2u + 1u] = product * inverse_deviation;
}
