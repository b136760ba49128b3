// The mean of a part, and the sum of squared deviations from it, reading each number once: a thread has those of its own numbers,
// which are then combined (Chan's parallel algorithm).

alias Sums = f32;

fn measure(part: Part, local: u32) -> vec2<f32> {
    // Squares of the numbers themselves would cancel: a thread's are measured from its first one.
    let center = images[part.start + offset_of(min(part.begin, COUNT - 1u))];
//:unroll j 4
    var sum_$j = 0.0;
    var squares_$j = 0.0;
//:end
    // Four independent reads at a time: a thread does not wait for each.
    var number = part.begin;
    for (; number + 3u * STRIDE < part.end; number += 4u * STRIDE) {
//:unroll j 4
        let deviation_$j = images[part.start + offset_of(number + $ju * STRIDE)] - center;
        sum_$j += deviation_$j;
        squares_$j += deviation_$j * deviation_$j;
//:end
    }
    for (; number < part.end; number += STRIDE) {
        let deviation = images[part.start + offset_of(number)] - center;
        sum_0 += deviation;
        squares_0 += deviation * deviation;
    }
    let sum = (sum_0 + sum_1) + (sum_2 + sum_3);
    let squares = (squares_0 + squares_1) + (squares_2 + squares_3);
    // A thread after the last number has none, and counts for nothing.
    let count = f32((max(part.end, part.begin) - part.begin + STRIDE - 1u) / STRIDE);
    let own_mean = sum / max(count, 1.0);
    let own_squares = max(squares - sum * own_mean, 0.0);
    // Measured from one number again, so that a large mean takes no digits from the sum.
    let origin = images[part.start + offset_of(part.first)];
    let mean = origin + workgroup_sum(local, (center - origin + own_mean) * count) / f32(part.numbers);
    let distance = center - mean + own_mean;
    return vec2<f32>(mean, workgroup_sum(local, own_squares + distance * distance * count));
}
