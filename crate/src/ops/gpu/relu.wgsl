// ReLU. A thread takes four numbers. What is no number stays so, whatever an adapter takes for its maximum with 0.

@group(0) @binding(0) var<storage> input: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

fn each(thread: u32) {
    let at = thread * 4u;
//:repeat j 4
    if (at + $ju < COUNT) {
        let value_$j = input[at + $ju];
        let broken_$j = (bitcast<u32>(value_$j) & 0x7fffffffu) > 0x7f800000u;
        output[at + $ju] = select(max(value_$j, 0.0), value_$j, broken_$j);
    }
//:end
}
