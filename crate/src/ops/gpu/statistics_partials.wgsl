// The first stage of batch statistics: the mean of each chunk (chunk.wgsl), and the sum of squared deviations from it. Numbers are
// summed relative to the chunk's first one: squares of the numbers themselves would cancel.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32, PARTIALS>;

fn thread_main(thread: u32) {
    let chunk = chunk_of(thread);
    let center = images[plane_of(chunk, chunk.first_image) + chunk.first_pixel];
    var sum = 0.0;
    var squares = 0.0;
    for (var image = chunk.first_image; image < chunk.end_image; image++) {
        let plane = plane_of(chunk, image);
        for (var pixel = chunk.first_pixel; pixel < chunk.end_pixel; pixel++) {
            let deviation = images[plane + pixel] - center;
            sum += deviation;
            squares += deviation * deviation;
        }
    }
    let count = count_of(chunk);
    partials[thread * 2u] = center + sum / count;
    partials[thread * 2u + 1u] = max(squares - sum * sum / count, 0.0);
}
