// The gradients of class token and positions: sums over the batch, first those of the class token, which is token 0. A thread sums
// a number over the images of a part of the batch.

@group(0) @binding(0) var<storage> gradient: array<f32, GRADIENT>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32, SPLIT_K * SUMS>;

fn thread_main(thread: u32) {
    let number = thread % SUMS;
    let begin = thread / SUMS * IMAGES_PER_SPLIT;
    let end = min(begin + IMAGES_PER_SPLIT, BATCH);
    let at = select(number - CLASS_TOKEN * EMBEDDING, number, number < CLASS_TOKEN * EMBEDDING);
    var sum = 0.0;
    for (var image = begin; image < end; image++) {
        sum += gradient[image * IMAGE + at];
    }
    sums[thread] = sum;
}
