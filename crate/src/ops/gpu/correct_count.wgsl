// How many examples' largest logit is their label's. One workgroup: each thread counts some, the first adds up.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> right: array<f32, 1>;

var<workgroup> counts: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
    var count = 0u;
    for (var example = local; example < BATCH; example += WORKGROUP) {
        var best = 0u;
        for (var kind = 1u; kind < CLASSES; kind++) {
            if (logits[example * CLASSES + kind] > logits[example * CLASSES + best]) {
                best = kind;
            }
        }
        if (best == u32(labels[example])) {
            count++;
        }
    }
    counts[local] = count;
    workgroupBarrier();
    if (local == 0u) {
        var all = 0u;
        for (var thread = 0u; thread < WORKGROUP; thread++) {
            all += counts[thread];
        }
        right[0] = f32(all);
    }
}
