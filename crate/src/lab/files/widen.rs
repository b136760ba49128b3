//! Numbers of 16 bits as 32-bit floats, exactly.

use safetensors::tensor::Dtype;

/// Little-endian numbers of a type as 32-bit floats; `None` for a type that 32 bits need not hold.
pub fn widen(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let halves = || {
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .copied()
            .map(u16::from_le_bytes)
    };
    match dtype {
        Dtype::F32 => {
            let words = bytes.as_chunks::<4>().0.iter().copied();
            Some(words.map(f32::from_le_bytes).collect())
        }
        Dtype::BF16 => Some(
            halves()
                .map(|bits| f32::from_bits(u32::from(bits) << 16))
                .collect(),
        ),
        Dtype::F16 => Some(halves().map(of_half).collect()),
        _ => None,
    }
}

/// A number of IEEE 754's binary16: a sign, 5 bits of exponent, 10 of mantissa.
fn of_half(half: u16) -> f32 {
    let (sign, exponent, mantissa) = (
        u32::from(half >> 15) << 31,
        u32::from(half >> 10 & 31),
        u32::from(half & 1023),
    );
    let magnitude = match exponent {
        // Subnormal numbers are multiples of 2⁻²⁴, which 32 bits hold as normal ones.
        0 => (mantissa as f32 * (1.0 / 16_777_216.0)).to_bits(),
        31 => 0x7f80_0000 | (mantissa << 13),
        _ => ((exponent + 127 - 15) << 23) | (mantissa << 13),
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the 16 bits mean, by the definition: every one of them.
    #[test]
    fn every_half_is_the_number_that_it_stands_for() {
        for bits in 0..=u16::MAX {
            let widened = widen(Dtype::F16, &bits.to_le_bytes()).unwrap()[0];
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let expected = match exponent {
                31 if mantissa == 0.0 => sign * f64::INFINITY,
                31 => f64::NAN,
                0 => sign * mantissa / 1024.0 * 2f64.powi(-14),
                _ => sign * (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
            };
            let is_same = f64::from(widened) == expected || widened.is_nan() && expected.is_nan();
            assert!(is_same, "{bits:04x}: {widened} where {expected} is right");
            assert_eq!(widened.is_sign_negative(), bits >> 15 == 1, "{bits:04x}");
        }
    }

    #[test]
    fn a_bfloat16_is_the_upper_half_of_a_float() {
        let one = widen(Dtype::BF16, &[0x80, 0x3f, 0x49, 0xc0]).unwrap();
        assert_eq!(one, [1.0, -3.140625]);
        assert_eq!(widen(Dtype::F32, &1.5f32.to_le_bytes()).unwrap(), [1.5]);
        assert_eq!(widen(Dtype::I64, &[0; 8]), None);
    }
}
