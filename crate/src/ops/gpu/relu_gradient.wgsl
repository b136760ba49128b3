// Its gradient, by what came out: nothing where that is 0. A thread takes four numbers.

@group(0) @binding(0) var<storage> output: array<f32, COUNT>;
@group(0) @binding(1) var<storage> gradient: array<f32, COUNT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, COUNT>;

fn each(thread: u32) {
    let at = thread * 4u;
//:repeat j 4
    if (at + $ju < COUNT) {
        input[at + $ju] = select(gradient[at + $ju], 0.0, output[at + $ju] <= 0.0);
    }
//:end
}
