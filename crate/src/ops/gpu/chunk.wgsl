// The chunks that batch statistics and the gradients of batch normalization are summed in, one by a thread of the first stage: of one
// channel of one shard, at most BLOCK_IMAGES images' BLOCK_PIXELS pixels. Partial sums of all chunks are
// [SHARDS * CHANNELS, IMAGE_BLOCKS, PIXEL_BLOCKS, 2].

struct Chunk {
    shard: u32,
    channel: u32,
    // Counted from the shard's first image.
    first_image: u32,
    end_image: u32,
    first_pixel: u32,
    end_pixel: u32,
}

fn chunk_of(number: u32) -> Chunk {
    let row = number / PIXEL_BLOCKS / IMAGE_BLOCKS;
    var chunk: Chunk;
    chunk.shard = row / CHANNELS;
    chunk.channel = row % CHANNELS;
    chunk.first_image = number / PIXEL_BLOCKS % IMAGE_BLOCKS * BLOCK_IMAGES;
    chunk.end_image = min(chunk.first_image + BLOCK_IMAGES, SHARD_IMAGES);
    chunk.first_pixel = number % PIXEL_BLOCKS * BLOCK_PIXELS;
    chunk.end_pixel = min(chunk.first_pixel + BLOCK_PIXELS, PIXELS);
    return chunk;
}

// The number of elements of a chunk.
fn count_of(chunk: Chunk) -> f32 {
    return f32((chunk.end_image - chunk.first_image) * (chunk.end_pixel - chunk.first_pixel));
}

// Where the chunk's channel of an image starts.
fn plane_of(chunk: Chunk, image: u32) -> u32 {
    return ((chunk.shard * SHARD_IMAGES + image) * CHANNELS + chunk.channel) * PIXELS;
}

