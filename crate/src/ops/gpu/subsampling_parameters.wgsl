// Partial sums of the gradients of trainable subsampling with respect to coefficients and biases. A workgroup sums over some images of
// one channel: each thread over some windows, then their sums as a tree.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, PARTIAL_SUMS>;

const WINDOWS: u32 = OUT_HEIGHT * OUT_WIDTH;

var<workgroup> parts: array<vec2<f32>, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let channel = workgroup % CHANNELS;
    let split = workgroup / CHANNELS;
    let first = split * IMAGES_PER_SPLIT;
    let end = min(first + IMAGES_PER_SPLIT, BATCH);
    var part = vec2<f32>(0.0);
    for (var number = first * WINDOWS + local; number < end * WINDOWS; number += WORKGROUP_SIZE) {
        let plane = number / WINDOWS * CHANNELS + channel;
        let window = number % WINDOWS;
        let at = (plane * HEIGHT + window / OUT_WIDTH * 2u) * WIDTH + window % OUT_WIDTH * 2u;
        let sum = images[at] + images[at + 1u] + images[at + WIDTH] + images[at + WIDTH + 1u];
        part += vec2<f32>(sum, 1.0) * gradient[plane * WINDOWS + window];
    }
    parts[local] = part;
    for (var half = WORKGROUP_SIZE / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (local < half) {
            parts[local] += parts[local + half];
        }
    }
    if (local == 0u) {
        sums[split * 2u * CHANNELS + channel] = parts[0].x;
        sums[split * 2u * CHANNELS + CHANNELS + channel] = parts[0].y;
    }
}
