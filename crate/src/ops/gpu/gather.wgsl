// The pixels of some examples, from 0 to 1, out of integers that hold four each, the first in the lowest byte; and the
// examples' labels. A thread takes one integer.

@group(0) @binding(0) var<storage> packed: array<u32, PACKED>;
@group(0) @binding(1) var<storage> labels: array<i32, EXAMPLES>;
@group(0) @binding(2) var<storage> chosen: array<i32, BATCH>;
@group(0) @binding(3) var<storage, read_write> images: array<f32, IMAGES>;
@group(0) @binding(4) var<storage, read_write> chosen_labels: array<i32, BATCH>;

fn each(thread: u32) {
    let place = thread / WORDS;
    let word = thread % WORDS;
    let example = min(u32(chosen[place]), EXAMPLES - 1u);
    let four = packed[example * WORDS + word];
//:repeat b 4
    if (word * 4u + $bu < PIXELS) {
        images[place * PIXELS + word * 4u + $bu] = f32((four >> (8u * $bu)) & 255u) / 255.0;
    }
//:end
    if (word == 0u) {
        chosen_labels[place] = labels[example];
    }
}
