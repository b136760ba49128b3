// ReLU. A thread computes four elements. NaN stays NaN, whatever an adapter's maximum of NaN and 0 is.

@group(0) @binding(0) var<storage> input: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

fn thread_main(thread: u32) {
    let at = thread * 4u;
//:unroll j 4
    if (at + $ju < COUNT) {
        let value_$j = input[at + $ju];
        output[at + $ju] = select(max(value_$j, 0.0), value_$j, is_nan(value_$j));
    }
//:end
}
