// The cross-entropy of each example: a thread takes one.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32, BATCH>;

fn each(thread: u32) {
    let row = thread * CLASSES;
    var most = logits[row];
    for (var kind = 1u; kind < CLASSES; kind++) {
        most = max(most, logits[row + kind]);
    }
    var sum = 0.0;
    for (var kind = 0u; kind < CLASSES; kind++) {
        sum += exp(logits[row + kind] - most);
    }
    let label = min(u32(labels[thread]), CLASSES - 1u);
    losses[thread] = log(sum) - (logits[row + label] - most);
}
