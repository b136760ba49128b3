// The number of examples whose largest logit, the first of equal ones, is their label's. One workgroup: each thread counts some
// examples, the first one sums the counts.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> correct: array<f32, 1>;

var<workgroup> counts: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
    var count = 0u;
    for (var example = local; example < BATCH; example += WORKGROUP_SIZE) {
        var prediction = 0u;
        for (var label = 1u; label < CLASSES; label++) {
            if (logits[example * CLASSES + label] > logits[example * CLASSES + prediction]) {
                prediction = label;
            }
        }
        if (prediction == u32(labels[example])) {
            count++;
        }
    }
    counts[local] = count;
    workgroupBarrier();
    if (local == 0u) {
        var total = 0u;
        for (var thread = 0u; thread < WORKGROUP_SIZE; thread++) {
            total += counts[thread];
        }
        correct[0] = f32(total);
    }
}
