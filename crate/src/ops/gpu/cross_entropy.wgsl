// The cross-entropy of each example: a thread takes one.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32, BATCH>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    if (thread >= THREADS) {
        return;
    }
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
