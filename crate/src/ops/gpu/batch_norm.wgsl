// Batch normalization in train mode: a workgroup has mean and variance of a shard's channel, measured by itself or, with PARTIALS,
// combined from those of the parts (Chan's parallel algorithm). Then it normalizes, scales and shifts its part.

//:if PARTIALS
@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(2) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage> bias: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, IMAGES>;
@group(0) @binding(5) var<storage, read_write> statistics: array<f32, STATISTICS>;

alias Sums = f32;

/// The mean of a channel, and the sum of squared deviations from it.
fn combine(shard_channel: u32, local: u32) -> vec2<f32> {
    let first = shard_channel * PARTS;
    let center = partials[first * 2u];
    var sum = 0.0;
    for (var part = local; part < PARTS; part += WORKGROUP_SIZE) {
        sum += (partials[(first + part) * 2u] - center) * f32(min(PART, COUNT - part * PART));
    }
    let mean = center + workgroup_sum(local, sum) / f32(COUNT);
    sum = 0.0;
    for (var part = local; part < PARTS; part += WORKGROUP_SIZE) {
        let deviation = partials[(first + part) * 2u] - mean;
        sum += partials[(first + part) * 2u + 1u] + deviation * deviation * f32(min(PART, COUNT - part * PART));
    }
    return vec2<f32>(mean, workgroup_sum(local, sum));
}
//:else
@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(2) var<storage> bias: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, IMAGES>;
@group(0) @binding(4) var<storage, read_write> statistics: array<f32, STATISTICS>;
//:end

fn workgroup_main(workgroup: u32, local: u32) {
    let part = part_of(workgroup, local);
//:if PARTIALS
    let measured = combine(part.shard_channel, local);
//:else
    let measured = measure(part, local);
//:end
    let mean = measured.x;
    let variance = measured.y / f32(COUNT);
    if (local == 0u && part.first == 0u) {
        let at = statistics_of(part.shard_channel);
        statistics[at] = mean;
        statistics[at + CHANNELS] = variance;
    }
    let channel = part.shard_channel % CHANNELS;
    var epsilon = EPSILON;
    let factor = weight[channel] / sqrt(variance + bitcast<f32>(epsilon));
    let shift = bias[channel] - mean * factor;
    var number = part.begin;
    for (; number + 3u * STRIDE < part.end; number += 4u * STRIDE) {
//:unroll j 4
        let at_$j = part.start + offset_of(number + $ju * STRIDE);
        let normalized_$j = images[at_$j] * factor + shift;
//:end
//:unroll j 4
        store(at_$j, normalized_$j);
//:end
    }
    for (; number < part.end; number += STRIDE) {
        let at = part.start + offset_of(number);
        store(at, images[at] * factor + shift);
    }
}
