// Sums partial sums: `partials` is [COUNT, FIRST + SECOND]. The numbers of the second output stand after those of the first.

@group(0) @binding(0) var<storage> partials: array<f32, PARTIALS>;
@group(0) @binding(1) var<storage, read_write> first: array<f32, FIRST>;
//:if SECOND
@group(0) @binding(2) var<storage, read_write> second: array<f32, SECOND>;
//:end

fn thread_main(thread: u32) {
    var sum = 0.0;
    for (var partial = 0u; partial < COUNT; partial++) {
        sum += partials[partial * (FIRST + SECOND) + thread];
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
