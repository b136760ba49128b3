// The numbers of a shard's channel, counted over its images and then their pixels: COUNT of them, in PARTS parts of PART each. A
// workgroup has a part. Its threads share it out, neighbours to neighbours: each takes every WORKGROUP_SIZE-th number.

struct Part {
    /// Which channel it is, counted over all shards.
    shard_channel: u32,
    /// Where the channel's first number stands.
    start: u32,
    /// The numbers of the part.
    begin: u32,
    end: u32,
}

fn part_of(workgroup: u32) -> Part {
    let shard_channel = workgroup / PARTS;
    let plane = shard_channel / CHANNELS * SHARD_IMAGES * CHANNELS + shard_channel % CHANNELS;
    let begin = workgroup % PARTS * PART;
    return Part(shard_channel, plane * PIXELS, begin, min(begin + PART, COUNT));
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
