// The numbers of a shard's channel, counted over its images and then their pixels: COUNT of them, in PARTS parts of PART each. A
// workgroup has a part. STRIDE neighbouring threads share a block of it, neighbours to neighbours: each has every STRIDE-th number.
// They are computed at once, and on a software adapter one such group after the other: were all threads neighbours, it would go
// over all of the channel for each group, and the processor's caches would not keep it.

const BLOCK: u32 = (PART + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE * STRIDE;

struct Part {
    /// Which channel it is, counted over all shards.
    shard_channel: u32,
    /// Where the channel's first number stands.
    start: u32,
    /// The part's first number, and how many it has.
    first: u32,
    numbers: u32,
    /// A thread's first number, and the end of its block. It has every STRIDE-th.
    begin: u32,
    end: u32,
}

fn part_of(workgroup: u32, local: u32) -> Part {
    let shard_channel = workgroup / PARTS;
    let plane = shard_channel / CHANNELS * SHARD_IMAGES * CHANNELS + shard_channel % CHANNELS;
    let first = workgroup % PARTS * PART;
    let part_end = min(first + PART, COUNT);
    let block = first + local / STRIDE * BLOCK;
    let end = min(block + BLOCK, part_end);
    return Part(shard_channel, plane * PIXELS, first, part_end - first, block + local % STRIDE, end);
}

/// Where a number stands, from the channel's first on.
fn offset_of(number: u32) -> u32 {
//:if IS_PLANE
    return number;
//:else
    return number / PIXELS * (CHANNELS * PIXELS) + number % PIXELS;
//:end
}

/// Where a channel's mean stands. Its variance stands CHANNELS after it.
fn statistics_of(shard_channel: u32) -> u32 {
    return shard_channel / CHANNELS * 2u * CHANNELS + shard_channel % CHANNELS;
}
