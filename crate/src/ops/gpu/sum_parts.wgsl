// Adds up partial sums: `parts` is [PARTS, FIRST + SECOND]. What belongs to the second output stands behind the first's.

@group(0) @binding(0) var<storage> parts: array<f32, PARTIAL>;
@group(0) @binding(1) var<storage, read_write> first: array<f32, FIRST>;
//:if SECOND
@group(0) @binding(2) var<storage, read_write> second: array<f32, SECOND>;
//:end

fn each(thread: u32) {
    var sum = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        sum += parts[part * (FIRST + SECOND) + thread];
    }
    if (thread < FIRST) {
        first[thread] = sum;
    }
//:if SECOND
    if (thread >= FIRST) {
        second[thread - FIRST] = sum;
    }
//:end
}
