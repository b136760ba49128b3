// Local response normalization: x / (K + ALPHA_OVER_N · Σ x²)^¾ over neighbouring channels. A thread computes one number.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let channel = thread / PIXELS % CHANNELS;
    // Variables, because compilers differ in what they compute of constants.
    var alpha_bits = ALPHA_OVER_N;
    var k_bits = K;
    var sum = 0.0;
//:unroll j WINDOW
    // Channels before the first wrap around to more than any number of channels.
    if (channel + $ju - RADIUS < CHANNELS) {
        let value = images[thread + $ju * PIXELS - RADIUS * PIXELS];
        sum += value * value;
    }
//:end
    let root = sqrt(bitcast<f32>(k_bits) + bitcast<f32>(alpha_bits) * sum);
    store(thread, images[thread] / (root * sqrt(root)));
}
