// The gradient of minus the squared distances of features from centres. A thread computes that of one feature of an example.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage> centres: array<f32, CENTRES>;
@group(0) @binding(2) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, X>;

fn thread_main(thread: u32) {
    let feature = thread % FEATURES;
    let example = thread / FEATURES * CLASSES;
    var sum = 0.0;
    for (var class_ = 0u; class_ < CLASSES; class_++) {
        sum += gradient[example + class_] * (centres[class_ * FEATURES + feature] - x[thread]);
    }
    store(thread, 2.0 * sum);
}
