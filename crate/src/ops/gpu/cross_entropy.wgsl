// The cross-entropy of each example. A thread computes one.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32, BATCH>;

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
    let label = min(u32(labels[thread]), CLASSES - 1u);
    losses[thread] = log(sum) - (logits[row + label] - largest);
}
