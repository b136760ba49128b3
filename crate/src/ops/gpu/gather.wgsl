// Gathers examples: their pixels, from 0 to 1, out of integers that hold four bytes each, the first in the lowest byte; and their
// labels. A thread unpacks one integer.

@group(0) @binding(0) var<storage> packed: array<u32, PACKED>;
@group(0) @binding(1) var<storage> labels: array<i32, EXAMPLES>;
@group(0) @binding(2) var<storage> indices: array<i32, BATCH>;
@group(0) @binding(3) var<storage, read_write> images: array<f32, IMAGES>;
@group(0) @binding(4) var<storage, read_write> batch_labels: array<i32, BATCH>;

//:normalize
fn thread_main(thread: u32) {
    let row = thread / WORDS;
    let word = thread % WORDS;
    let example = min(u32(indices[row]), EXAMPLES - 1u);
    let bytes = packed[example * WORDS + word];
//:unroll b 4
    if (word * 4u + $bu < PIXELS) {
        let value_$b = f32((bytes >> (8u * $bu)) & 255u) / 255.0;
        images[row * PIXELS + word * 4u + $bu] = normalize(value_$b, (word * 4u + $bu) / CHANNEL_PIXELS);
    }
//:end
    if (word == 0u) {
        batch_labels[row] = labels[example];
    }
}
