// The gradient of the cross-entropy with respect to the logits: softmax less one-hot label, times the gradient of the loss. A
// thread computes one example.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage> gradient: array<f32, BATCH>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, LOGITS>;

fn thread_main(thread: u32) {
    let row = thread * CLASSES;
    var largest = logits[row];
    for (var index = 1u; index < CLASSES; index++) {
        largest = max(largest, logits[row + index]);
    }
    var sum = 0.0;
    for (var index = 0u; index < CLASSES; index++) {
        sum += exp(logits[row + index] - largest);
    }
    for (var index = 0u; index < CLASSES; index++) {
        let one_hot = select(0.0, 1.0, index == u32(labels[thread]));
        output[row + index] = (exp(logits[row + index] - largest) / sum - one_hot) * gradient[thread];
    }
}
