// Of partial sums of a full convolution's gradients, those of connected channels' kernels and of the biases. A thread copies one
// number.

@group(0) @binding(0) var<storage> full: array<f32, FULL_SUMS>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32, PARTIAL_SUMS>;

fn thread_main(thread: u32) {
    let split = thread / (KERNELS + FILTERS);
    let number = thread % (KERNELS + FILTERS);
    let connection = number / TAPS;
    var pair = 0u;
//:connections
    let at = select(pair * TAPS + number % TAPS, number - KERNELS + WEIGHTS, number >= KERNELS);
    sums[thread] = full[split * (WEIGHTS + FILTERS) + at];
}
