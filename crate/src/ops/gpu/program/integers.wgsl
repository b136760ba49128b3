// Fills a buffer with pseudo-random integers, by a seed and how many of 65536 are not 0: see `integers.rs`, which has the same ones.

@group(0) @binding(0) var<storage> parameters: array<u32, 2>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

fn thread_main(thread: u32) {
    for (var at = thread; at < arrayLength(&output); at += THREADS) {
        var bits = at ^ parameters[0];
        bits = (bits ^ (bits >> 16u)) * 0x7feb352du;
        bits = (bits ^ (bits >> 15u)) * 0x846ca68bu;
        bits = bits ^ (bits >> 16u);
        var size = 1u + ((bits >> 16u) & 1u);
        if (((bits >> 17u) & 7u) == 0u) {
            size = 2049u + 2u * ((bits >> 20u) & 127u);
        }
        let sign = 1 - 2 * i32(bits >> 31u);
        output[at] = select(0.0, f32(sign * i32(size)), (bits & 0xffffu) < parameters[1]);
    }
}
