// The second stage: those sums of each channel of each shard, [SHARDS, 2, CHANNELS], and over all shards, which are the gradients
// with respect to bias and weight. A thread computes a channel.

@group(0) @binding(0) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32, STATISTICS>;
@group(0) @binding(2) var<storage, read_write> weight_gradient: array<f32, CHANNELS>;
@group(0) @binding(3) var<storage, read_write> bias_gradient: array<f32, CHANNELS>;

fn thread_main(thread: u32) {
    var all_sums = 0.0;
    var all_products = 0.0;
    for (var shard = 0u; shard < SHARDS; shard++) {
        let first = (shard * CHANNELS + thread) * PIXEL_BLOCKS * IMAGE_BLOCKS;
        var sum = 0.0;
        var product = 0.0;
        for (var chunk = first; chunk < first + PIXEL_BLOCKS * IMAGE_BLOCKS; chunk++) {
            sum += partials[chunk * 2u];
            product += partials[chunk * 2u + 1u];
        }
        sums[shard * 2u * CHANNELS + thread] = sum;
        sums[(shard * 2u + 1u) * CHANNELS + thread] = product;
        all_sums += sum;
        all_products += product;
    }
    weight_gradient[thread] = all_products;
    bias_gradient[thread] = all_sums;
}
