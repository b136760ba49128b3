// The gradient of local response normalization. With s = K + ALPHA_OVER_N · Σ x², a number has its own gradient over s^¾, less
// 3/2 · ALPHA_OVER_N · x times the sum of g x / s^(7/4) over the neighbouring channels. A thread computes one number.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, IMAGES>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let channel = thread / PIXELS % CHANNELS;
    // Variables, because compilers differ in what they compute of constants.
    var alpha_bits = ALPHA_OVER_N;
    var k_bits = K;
    let alpha = bitcast<f32>(alpha_bits);
    // The neighbours of all neighbours; of those that there are not, 0.
//:unroll i SPAN
    let inside_$i = channel + $iu - 2u * RADIUS < CHANNELS;
    let at_$i = select(thread, thread + $iu * PIXELS - 2u * RADIUS * PIXELS, inside_$i);
    let x_$i = select(0.0, images[at_$i], inside_$i);
//:end
    var own = 0.0;
    var total = 0.0;
//:unroll j WINDOW
    if (inside_$(j + RADIUS)) {
        var sum = 0.0;
//:unroll k WINDOW
        sum += x_$(j + k) * x_$(j + k);
//:end
        let normalizer = bitcast<f32>(k_bits) + alpha * sum;
        let root = sqrt(normalizer);
        let ratio = gradient[at_$(j + RADIUS)] / (root * sqrt(root));
        total += ratio * x_$(j + RADIUS) / normalizer;
        own = select(own, ratio, $ju == RADIUS);
    }
//:end
    store(thread, own - 1.5 * alpha * x_$(2 * RADIUS) * total);
}
