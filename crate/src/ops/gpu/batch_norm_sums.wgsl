// The sum of a part's gradient, and that of its products with the images' deviations from the mean.

alias Sums = vec2<f32>;

fn gradient_sums(part: Part, mean: f32, local: u32) -> vec2<f32> {
//:unroll j 4
    var sum_$j = vec2<f32>(0.0);
//:end
    // Four independent reads at a time: a thread does not wait for each.
    var number = part.begin;
    for (; number + 3u * STRIDE < part.end; number += 4u * STRIDE) {
//:unroll j 4
        let at_$j = part.start + offset_of(number + $ju * STRIDE);
        let gradient_$j = gradient[at_$j];
        sum_$j += vec2<f32>(gradient_$j, gradient_$j * (images[at_$j] - mean));
//:end
    }
    for (; number < part.end; number += STRIDE) {
        let at = part.start + offset_of(number);
        sum_0 += vec2<f32>(gradient[at], gradient[at] * (images[at] - mean));
    }
    return workgroup_sum(local, (sum_0 + sum_1) + (sum_2 + sum_3));
}
