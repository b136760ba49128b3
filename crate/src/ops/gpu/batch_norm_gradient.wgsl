// The gradients of batch normalization: a workgroup has the sums over a shard's channel, its own or, with PARTIALS, those of the
// parts. Then it computes its part of the images' gradient: that of the scaling, less the parts through the mean and the variance.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> statistics: array<f32, STATISTICS>;
//:if PARTIALS
@group(0) @binding(2) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(3) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(4) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(5) var<storage, read_write> output: array<f32, IMAGES>;
@group(0) @binding(6) var<storage, read_write> parameter_gradients: array<f32, STATISTICS>;

alias Sums = vec2<f32>;

/// The sums over a channel.
fn combine(shard_channel: u32, local: u32) -> vec2<f32> {
    let first = shard_channel * PARTS;
    var sum = vec2<f32>(0.0);
    for (var part = first + local; part < first + PARTS; part += WORKGROUP_SIZE) {
        sum += vec2<f32>(partials[part * 2u], partials[part * 2u + 1u]);
    }
    return workgroup_sum(local, sum);
}
//:else
@group(0) @binding(2) var<storage> weight: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, IMAGES>;
@group(0) @binding(5) var<storage, read_write> parameter_gradients: array<f32, STATISTICS>;
//:end

fn workgroup_main(workgroup: u32, local: u32) {
    let part = part_of(workgroup, local);
    let at = statistics_of(part.shard_channel);
    let mean = statistics[at];
    var epsilon = EPSILON;
    let inverse_deviation = 1.0 / sqrt(statistics[at + CHANNELS] + bitcast<f32>(epsilon));
//:if PARTIALS
    let sums_of_channel = combine(part.shard_channel, local);
//:else
    let sums_of_channel = gradient_sums(part, mean, local);
//:end
    if (local == 0u && part.first == 0u) {
        parameter_gradients[at] = sums_of_channel.y * inverse_deviation;
        parameter_gradients[at + CHANNELS] = sums_of_channel.x;
    }
    let mean_gradient = sums_of_channel.x / f32(COUNT);
    let slope = sums_of_channel.y / f32(COUNT) * inverse_deviation * inverse_deviation;
    let factor = weight[part.shard_channel % CHANNELS] * inverse_deviation;
    var number = part.begin;
    for (; number + 3u * STRIDE < part.end; number += 4u * STRIDE) {
//:unroll j 4
        let at_$j = part.start + offset_of(number + $ju * STRIDE);
        let value_$j = factor * (gradient[at_$j] - mean_gradient - slope * (images[at_$j] - mean));
//:end
//:unroll j 4
        store(at_$j, value_$j);
//:end
    }
    for (; number < part.end; number += STRIDE) {
        let at = part.start + offset_of(number);
        store(at, factor * (gradient[at] - mean_gradient - slope * (images[at] - mean)));
    }
}
