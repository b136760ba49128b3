// The first stage of the gradients of batch normalization: for each chunk (chunk.wgsl), the sums of the gradient and of its product
// with the normalized images.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32, PARTIALS>;

fn thread_main(thread: u32) {
    let chunk = chunk_of(thread);
    let at = chunk.shard * 2u * CHANNELS + chunk.channel;
    let mean = statistics[at];
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
    var sum = 0.0;
    var product = 0.0;
    for (var image = chunk.first_image; image < chunk.end_image; image++) {
        let plane = plane_of(chunk, image);
        for (var pixel = chunk.first_pixel; pixel < chunk.end_pixel; pixel++) {
            let slope = gradient[plane + pixel];
            sum += slope;
            product += (images[plane + pixel] - mean) * slope;
        }
    }
    partials[thread * 2u] = sum;
    partials[thread * 2u + 1u] = product * inverse_deviation;
}
