// Those sums for each channel of each shard, [SHARDS, 2, CHANNELS], and over all shards: the gradients by bias and
// weight. A thread takes a channel.

@group(0) @binding(0) var<storage> parts: array<f32, PARTIAL>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage, read_write> by_weight: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage, read_write> by_bias: array<f32, CHANNELS>;

fn each(thread: u32) {
    var all_sums = 0.0;
    var all_products = 0.0;
    for (var shard = 0u; shard < SHARDS; shard++) {
        let first = (shard * CHANNELS + thread) * STRIPS * BLOCKS;
        var sum = 0.0;
        var product = 0.0;
        for (var part = first; part < first + STRIPS * BLOCKS; part++) {
            sum += parts[part * 2u];
            product += parts[part * 2u + 1u];
        }
        sums[shard * 2u * CHANNELS + thread] = sum;
        sums[(shard * 2u + 1u) * CHANNELS + thread] = product;
        all_sums += sum;
        all_products += product;
    }
    by_weight[thread] = all_products;
    by_bias[thread] = all_sums;
}
