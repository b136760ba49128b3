// The weight of a full convolution from the kernels of connected channels: 0 where channels are not connected. A thread computes one
// number.

@group(0) @binding(0) var<storage> kernels: array<f32, KERNELS>;
@group(0) @binding(1) var<storage, read_write> weights: array<f32, WEIGHTS>;

fn thread_main(thread: u32) {
    let pair = thread / TAPS;
    var connection = CONNECTIONS;
//:connections
    let is_connected = connection < CONNECTIONS;
    let at = select(0u, connection, is_connected) * TAPS + thread % TAPS;
    weights[thread] = select(0.0, kernels[at], is_connected);
}
