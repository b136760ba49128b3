// Moves running statistics towards the mean over the shards of what was measured. Each workgroup takes an entry of the table: a block
// of the running statistics, how many numbers it has, where the first shard's are, how far the shards are apart, the first number that
// is a variance, and Bessel's correction of those.

@group(0) @binding(0) var<storage> table: array<u32, TABLE>;
@group(0) @binding(1) var<storage> statistics: array<f32, INPUTS>;
@group(0) @binding(2) var<storage, read_write> running: array<f32, OUTPUTS>;

fn workgroup_main(workgroup: u32, local: u32) {
    let entry = workgroup * 6u;
    if (local < table[entry + 1u]) {
        let stride = table[entry + 3u];
        var at = table[entry + 2u] + local;
        var sum = 0.0;
        for (var shard = 0u; shard < SHARDS; shard++) {
            sum += statistics[min(at, INPUTS - 1u)];
            at += stride;
        }
        var momentum_bits = MOMENTUM;
        let momentum = bitcast<f32>(momentum_bits);
        let correction = select(1.0, bitcast<f32>(table[entry + 5u]), local >= table[entry + 4u]);
        let to = min(table[entry] + local, OUTPUTS - 1u);
        running[to] = running[to] * (1.0 - momentum) + sum / f32(SHARDS) * correction * momentum;
    }
}
