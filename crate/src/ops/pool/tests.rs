use proptest::prelude::*;

use super::*;

/// Planes with many equal numbers, and zeros of both signs.
fn any_plane() -> impl Strategy<Value = (PoolShape, Vec<f32>, Vec<f32>)> {
    let number = prop::sample::select(vec![-1.5f32, -0.0, 0.0, 0.5, 2.0]);
    let pairs = [1usize..14, 1..14];
    (pairs, [1usize..5, 1..5], [1usize..4, 1..4], any::<bool>()).prop_flat_map(
        move |(size, kernel, stride, padded)| {
            let kernel = [0, 1].map(|d: usize| kernel[d].min(size[d]));
            let shape = PoolShape {
                planes: 2,
                size,
                kernel,
                stride,
                padding: kernel.map(|k| if padded { k / 2 } else { 0 }),
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

/// Few of the planes above are wide enough for this algorithm.
#[test]
fn windows_of_2x2_give_the_same_bits() {
    let shape = PoolShape {
        planes: 1,
        size: [6, 10],
        kernel: [2, 2],
        stride: [2, 2],
        padding: [0, 0],
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
