// Stores each number, or its product with another one, through the epilogue. A thread takes PER_THREAD numbers, so that neighbouring
// threads always read neighbouring ones.

@group(0) @binding(0) var<storage> x: array<f32, COUNT>;
//:if FACTORS
@group(0) @binding(1) var<storage> factors: array<f32, COUNT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, COUNT>;
//:else
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;
//:end

fn thread_main(thread: u32) {
//:unroll j PER_THREAD
    let at_$j = thread + $ju * THREADS;
    if (at_$j < COUNT) {
//:if FACTORS
        store(at_$j, x[at_$j] * factors[at_$j]);
//:else
        store(at_$j, x[at_$j]);
//:end
    }
//:end
}
