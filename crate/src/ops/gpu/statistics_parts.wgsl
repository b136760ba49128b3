// Mean, and sum of squared distances from it, of each part of each channel of each shard: `parts` is
// [PARTS, SHARDS * CHANNELS, 2]. A part is IMAGES_OF_PART images' STRIP pixels, or what is left of them. Numbers are
// summed as distances from the part's first: their squares would lose what distinguishes them.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32, PARTIAL>;

fn each(thread: u32) {
    let strip = thread % STRIPS * STRIP;
    let own = thread / STRIPS % BLOCKS * BLOCK;
    let row = thread / STRIPS / BLOCKS;
    let shard = row / CHANNELS;
    let channel = row % CHANNELS;
    let last = min(own + BLOCK, SHARD);
    let end = min(strip + STRIP, PIXELS);
    let centre = images[((shard * SHARD + own) * CHANNELS + channel) * PIXELS + strip];
    var sum = 0.0;
    var squares = 0.0;
    for (var image = own; image < last; image++) {
        let plane = ((shard * SHARD + image) * CHANNELS + channel) * PIXELS;
        for (var pixel = strip; pixel < end; pixel++) {
            let apart = images[plane + pixel] - centre;
            sum += apart;
            squares += apart * apart;
        }
    }
    let count = f32((last - own) * (end - strip));
    parts[thread * 2u] = centre + sum / count;
    parts[thread * 2u + 1u] = max(squares - sum * sum / count, 0.0);
}
