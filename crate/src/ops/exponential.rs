//! The exponential and the normal distribution, four numbers at a time.
//!
//! Made of additions, multiplications and divisions alone, never fused, so that the bits are the same natively and in WebAssembly. (The
//! standard library's functions round differently from one system to the next, and `libm`'s compute one number at a time.)
//! The polynomials interpolate at Chebyshev nodes; a test holds the functions to 64-bit ones.

use bytemuck::cast;
use wide::{f32x4, i32x4};

/// eˣ, to two units in the last place; 0 where that is too small for a number, infinite where it is too large. NaN stays NaN.
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    /// 2²³ + 2²²: what is added to it is rounded to an integer, which stands in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first of so few bits that its multiples are exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    /// (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2, to 2·10⁻¹⁰.
    const TAIL: [f32; 6] = [
        0.5,
        0.166_666_67,
        0.041_666_465,
        8.333_311e-3,
        1.393_364e-3,
        1.989_098e-4,
    ];
    // Beyond these the result is 0, or infinite. A comparison with NaN is false.
    let x = clamp(x, -104.0, 89.0);
    let rounder = f32x4::splat(ROUNDER);
    let rounded = x * f32x4::splat(std::f32::consts::LOG2_E) + rounder;
    let n = rounded - rounder;
    let r = x - n * f32x4::splat(LN_2_HIGH) - n * f32x4::splat(LN_2_LOW);
    let value = f32x4::ONE + (r + r * r * polynomial(r, &TAIL));
    // 2ⁿ as two factors, because one of them alone may be no normal number.
    let n = cast::<f32x4, i32x4>(rounded) - i32x4::splat(ROUNDER.to_bits() as i32);
    let half = n >> 1;
    value * power_of_two(half) * power_of_two(n - half)
}

/// Φ(x), the standard normal distribution's function, and its density φ(x), to ten units in the last place above −3; in the tail
/// below, to a few millionths of the value.
#[inline(always)]
pub fn normal(x: f32x4) -> (f32x4, f32x4) {
    /// 1 / √(2π)
    const DENSITY: f32 = 0.398_942_3;
    /// 0.3 / √2
    const SLOPE: f32 = 0.212_132_03;
    /// 2 Φ(−a) / φ(a) √(2π) / t with t = 1 / (1 + 0.3 a / √2), as a polynomial in (t − 0.625) / 0.375, to 3·10⁻⁸ for a ≤ 14.
    const TAIL: [f32; 9] = [
        0.408_633_08,
        0.301_617_95,
        0.175_846_64,
        0.080_047_36,
        0.027_309_023,
        6.221_541e-3,
        5.443_759e-4,
        -1.688_572_4e-4,
        -5.114_005e-5,
    ];
    let a = x.abs();
    let t = f32x4::ONE / (f32x4::ONE + a * f32x4::splat(SLOPE));
    let position = t * f32x4::splat(1.0 / 0.375) - f32x4::splat(0.625 / 0.375);
    let e = exp(x * x * f32x4::splat(-0.5));
    let tail = f32x4::HALF * e * t * polynomial(position, &TAIL);
    let below = x.simd_lt(f32x4::ZERO).bitselect(tail, f32x4::ONE - tail);
    (below, e * f32x4::splat(DENSITY))
}

/// Applies a function of four numbers to each number of a slice.
#[inline(always)]
pub fn map(input: &[f32], f: impl Fn(f32x4) -> f32x4) -> Vec<f32> {
    let mut output = input.to_vec();
    update(&mut output, f);
    output
}

/// The same in place.
#[inline(always)]
pub fn update(values: &mut [f32], f: impl Fn(f32x4) -> f32x4) {
    let (fours, rest) = values.as_chunks_mut::<4>();
    for four in fours {
        *four = f(f32x4::new(*four)).to_array();
    }
    if !rest.is_empty() {
        let mut four = [0.0; 4];
        four[..rest.len()].copy_from_slice(rest);
        rest.copy_from_slice(&f(f32x4::new(four)).to_array()[..rest.len()]);
    }
}

#[inline(always)]
fn polynomial(x: f32x4, coefficients: &[f32]) -> f32x4 {
    let highest_first = coefficients.iter().rev();
    highest_first.fold(f32x4::ZERO, |sum, c| sum * x + f32x4::splat(*c))
}

#[inline(always)]
fn clamp(x: f32x4, least: f32, most: f32) -> f32x4 {
    let (least, most) = (f32x4::splat(least), f32x4::splat(most));
    let x = x.simd_lt(least).bitselect(least, x);
    x.simd_gt(most).bitselect(most, x)
}

/// 2ⁿ, for whole n from −126 to 127.
#[inline(always)]
fn power_of_two(n: i32x4) -> f32x4 {
    cast((n + i32x4::splat(127)) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of `f` relative to `exact`, in units in the last place, of `count` numbers from `from` to `to`.
    fn largest_error(
        [from, to]: [f32; 2],
        f: impl Fn(f32x4) -> f32x4,
        exact: impl Fn(f64) -> f64,
    ) -> f64 {
        const COUNT: usize = 40_003;
        let inputs: Vec<f32> = (0..COUNT)
            .map(|i| from + (to - from) * i as f32 / (COUNT - 1) as f32)
            .collect();
        let errors = inputs.iter().zip(map(&inputs, f)).map(|(x, y)| {
            let exact = exact(f64::from(*x));
            let nearest = exact as f32;
            (f64::from(y) - exact).abs() / f64::from(nearest.next_up() - nearest)
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn the_exponential_is_exact_to_two_units_in_the_last_place() {
        assert!(largest_error([-103.0, 88.7], exp, f64::exp) < 2.0);
        assert!(largest_error([-1.0, 1.0], exp, f64::exp) < 2.0);
    }

    #[test]
    fn the_exponential_of_what_is_no_usual_number() {
        let results = exp(f32x4::new([
            f32::NEG_INFINITY,
            f32::INFINITY,
            f32::NAN,
            -0.0,
        ]));
        let [zero, infinite, nan, one] = results.to_array();
        assert_eq!([zero, infinite, one], [0.0, f32::INFINITY, 1.0]);
        assert!(nan.is_nan());
        let results = exp(f32x4::new([-1e30, 1e30, -104.1, 88.73])).to_array();
        assert_eq!(results, [0.0, f32::INFINITY, 0.0, f32::INFINITY]);
    }

    #[test]
    fn the_normal_distribution_is_exact_to_ten_units_in_the_last_place() {
        let cdf = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
        let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        assert!(largest_error([-1.0, 14.0], |x| normal(x).0, cdf) < 12.0);
        assert!(largest_error([-6.0, 0.0], |x| normal(x).0, cdf) < 30.0);
        assert!(largest_error([-1.0, 1.0], |x| normal(x).1, density) < 4.0);
        let [nan, one, zero, half] = normal(f32x4::new([
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            0.0,
        ]))
        .0
        .to_array();
        assert!(nan.is_nan());
        assert_eq!([one, zero], [1.0, 0.0]);
        assert!((half - 0.5).abs() < 1e-7);
    }

    #[test]
    fn what_is_left_of_four_is_computed_alike() {
        let inputs: Vec<f32> = (0..11).map(|i| i as f32 - 5.0).collect();
        let all = map(&inputs, exp);
        for (x, y) in inputs.iter().zip(all) {
            assert_eq!(exp(f32x4::splat(*x)).to_array()[0].to_bits(), y.to_bits());
        }
    }
}
