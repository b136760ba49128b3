// What a step contributes to the running statistics: the mean over the shards of [SHARDS, 2, CHANNELS], the variances times a
// factor.

@group(0) @binding(0) var<storage> statistics: array<f32, STATISTICS>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, THREADS>;

fn thread_main(thread: u32) {
    var sum = 0.0;
    for (var shard = 0u; shard < SHARDS; shard++) {
        sum += statistics[shard * THREADS + thread];
    }
    var factor = FACTOR;
    output[thread] = sum / f32(SHARDS) * select(1.0, bitcast<f32>(factor), thread >= CHANNELS);
}
