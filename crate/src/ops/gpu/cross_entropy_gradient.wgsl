// Its gradient by the logits: the probabilities, less 1 at the label, times the loss's. A thread takes one example.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage> gradient: array<f32, BATCH>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, LOGITS>;

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
    for (var kind = 0u; kind < CLASSES; kind++) {
        let truth = select(0.0, 1.0, kind == u32(labels[thread]));
        output[row + kind] = (exp(logits[row + kind] - most) / sum - truth) * gradient[thread];
    }
}
