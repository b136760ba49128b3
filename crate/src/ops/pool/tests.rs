use proptest::prelude::*;

use super::*;

/// Planes with many equal numbers, and zeros of both signs.
fn any_plane() -> impl Strategy<Value = (PoolShape, Vec<f32>, Vec<f32>)> {
    let number = prop::sample::select(vec![-1.5f32, -0.0, 0.0, 0.5, 2.0]);
    let pairs = [1usize..14, 1..14];
    let windows = ([1usize..5, 1..5], [1usize..4, 1..4]);
    (pairs, windows, any::<bool>(), any::<bool>()).prop_flat_map(
        move |(size, (kernel, stride), padded, ceil_mode)| {
            let kernel = [0, 1].map(|d: usize| kernel[d].min(size[d]));
            let padding = kernel.map(|k| if padded { k / 2 } else { 0 });
            // A last window starts within the plane.
            let reach = |d: usize| match ceil_mode && stride[d] + padding[d] <= kernel[d] {
                true => (kernel[d] + stride[d] - size[d] % stride[d]) % stride[d],
                false => 0,
            };
            let shape = PoolShape {
                planes: 2,
                size,
                kernel,
                stride,
                padding,
                reach: [reach(0), reach(1)],
            };
            let count = |[height, width]: [usize; 2]| 2 * height * width;
            let input = prop::collection::vec(number.clone(), count(size));
            let gradient = prop::collection::vec(-1.0f32..1.0, count(shape.output()));
            (Just(shape), input, gradient)
        },
    )
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_algorithm_gives_the_same_bits((shape, input, gradient) in any_plane()) {
        let expected = forward(&shape, &input, Algorithm::Scalar);
        let expected_gradient = backward(&shape, &input, &gradient, Algorithm::Scalar);
        for algorithm in [Algorithm::Vectorized, Algorithm::fastest(&shape, &input)] {
            prop_assert_eq!(bits(&forward(&shape, &input, algorithm)), bits(&expected));
            let gradient = backward(&shape, &input, &gradient, algorithm);
            prop_assert_eq!(bits(&gradient), bits(&expected_gradient));
        }
    }
}

/// The plane of a number that is less than all others, with the rows and columns that windows reach over.
#[test]
fn windows_that_reach_over_a_plane_pool_what_is_in_it() {
    let shape = PoolShape {
        planes: 1,
        size: [6, 8],
        kernel: [3, 3],
        stride: [2, 2],
        padding: [0, 0],
        reach: [1, 1],
    };
    let padded = PoolShape {
        size: [7, 9],
        reach: [0, 0],
        ..shape
    };
    let plane: Vec<f32> = (0..48).map(|i| (i * 7 % 5) as f32).collect();
    let least = |row: usize, column: usize| match row < 6 && column < 8 {
        true => plane[row * 8 + column],
        false => -1.0,
    };
    let padded_plane: Vec<f32> = (0..63).map(|i| least(i / 9, i % 9)).collect();
    let gradient: Vec<f32> = (0..12).map(|i| i as f32 - 5.5).collect();
    assert_eq!(shape.output(), [3, 4]);
    for algorithm in [Algorithm::Vectorized, Algorithm::Scalar] {
        let expected = forward(&padded, &padded_plane, Algorithm::Scalar);
        assert_eq!(forward(&shape, &plane, algorithm), expected);
        let expected = backward(&padded, &padded_plane, &gradient, Algorithm::Scalar);
        let inside = expected.chunks_exact(9).take(6).flat_map(|row| &row[..8]);
        let inside: Vec<f32> = inside.copied().collect();
        assert_eq!(backward(&shape, &plane, &gradient, algorithm), inside);
    }
}

/// Few of the planes above are wide enough for this algorithm.
#[test]
fn windows_of_2x2_give_the_same_bits() {
    let shape = PoolShape {
        planes: 1,
        size: [6, 10],
        kernel: [2, 2],
        stride: [2, 2],
        padding: [0, 0],
        reach: [0, 0],
    };
    let input: Vec<f32> = (0..60).map(|i| [0.0, -0.0, 1.0][i * 7 % 3]).collect();
    let gradient: Vec<f32> = (0..15).map(|i| i as f32 - 7.5).collect();
    assert_eq!(Algorithm::fastest(&shape, &input), Algorithm::Window2x2);
    let results = |algorithm| {
        let gradient = backward(&shape, &input, &gradient, algorithm);
        [bits(&forward(&shape, &input, algorithm)), bits(&gradient)]
    };
    assert_eq!(results(Algorithm::Window2x2), results(Algorithm::Scalar));
    assert_eq!(results(Algorithm::Vectorized), results(Algorithm::Scalar));
}

/// They would leave the last row of the plane out.
#[test]
#[should_panic(expected = "not of 2×2 side by side")]
fn windows_of_2x2_are_refused_in_a_plane_of_odd_height() {
    let shape = PoolShape {
        planes: 1,
        size: [5, 8],
        kernel: [2, 2],
        stride: [2, 2],
        padding: [0, 0],
        reach: [0, 0],
    };
    forward(&shape, &[0.5; 40], Algorithm::Window2x2);
}

#[test]
fn numbers_that_are_not_finite_are_compared_one_by_one() {
    let shape = PoolShape {
        planes: 1,
        size: [3, 3],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1],
        reach: [0, 0],
    };
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for at in 0..9 {
            let mut input = [1.0; 9];
            input[at] = odd;
            assert_eq!(
                Algorithm::fastest(&shape, &input),
                Algorithm::Scalar,
                "{odd} at {at}"
            );
        }
    }
}
