// Minus the squared distances of features from centres. A thread computes one.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage> centres: array<f32, CENTRES>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let example = thread / CLASSES * FEATURES;
    let centre = thread % CLASSES * FEATURES;
    var sum = 0.0;
    for (var feature = 0u; feature < FEATURES; feature++) {
        let difference = x[example + feature] - centres[centre + feature];
        sum += difference * difference;
    }
    store(thread, -sum);
}
