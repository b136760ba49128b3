// The mean of a part, and the sum of squared deviations from it: squares of the numbers themselves would cancel.

alias Sums = f32;

fn measure(part: Part, local: u32) -> vec2<f32> {
    // The mean is measured from some number of the part: a large mean then takes no digits from the sum.
    let center = images[part.start + offset_of(part.begin)];
//:unroll j 4
    var sum_$j = 0.0;
    var squares_$j = 0.0;
//:end
    // Four independent reads at a time: a thread does not wait for each.
    var number = part.begin + local;
    for (; number + 3u * WORKGROUP_SIZE < part.end; number += 4u * WORKGROUP_SIZE) {
//:unroll j 4
        sum_$j += images[part.start + offset_of(number + $ju * WORKGROUP_SIZE)] - center;
//:end
    }
    for (; number < part.end; number += WORKGROUP_SIZE) {
        sum_0 += images[part.start + offset_of(number)] - center;
    }
    let sum = workgroup_sum(local, (sum_0 + sum_1) + (sum_2 + sum_3));
    let mean = center + sum / f32(part.end - part.begin);
    number = part.begin + local;
    for (; number + 3u * WORKGROUP_SIZE < part.end; number += 4u * WORKGROUP_SIZE) {
//:unroll j 4
        let deviation_$j = images[part.start + offset_of(number + $ju * WORKGROUP_SIZE)] - mean;
        squares_$j += deviation_$j * deviation_$j;
//:end
    }
    for (; number < part.end; number += WORKGROUP_SIZE) {
        let deviation = images[part.start + offset_of(number)] - mean;
        squares_0 += deviation * deviation;
    }
    let squares = workgroup_sum(local, (squares_0 + squares_1) + (squares_2 + squares_3));
    return vec2<f32>(mean, squares);
}
