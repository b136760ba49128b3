// A shortcut of images: `shortcut_of` reads every STRIDE-th row and column, and gives 0 for new channels. A thread computes one number.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

//:shortcut
fn thread_main(thread: u32) {
    store(thread, shortcut_of(thread));
}
