//! Integers whose products and sums are exact in 32-bit floats and in none with fewer bits.
//!
//! Seven of eight are ±1 or ±2; the others are odd and between 2049 and 2303, which half precision rounds. A sum of some dozens of
//! products of two such numbers stays below 2²⁴, where 32-bit floats have all integers. Longer sums have mostly zeros in one factor.

use crate::ops::gpu::kernel::Kernel;

/// Products of a sum that are not 0, about.
const PRODUCTS: usize = 64;

/// All of the integers that can be 0.
const ALL: u32 = 1 << 16;

/// Threads of each of the kernels, whatever they have to do.
const THREADS: usize = 1 << 14;

/// A sequence of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integers {
    seed: u32,
    /// How many of [`ALL`] are not 0.
    kept: u32,
}

impl Integers {
    /// None of which is 0.
    pub fn dense(seed: u32) -> Self {
        Integers { seed, kept: ALL }
    }

    /// The second factors of sums of so many products.
    pub fn sparse(seed: u32, terms: usize) -> Self {
        let kept = (ALL as usize * PRODUCTS).div_ceil(terms.max(1)) as u32;
        Integers {
            seed,
            kept: kept.min(ALL),
        }
    }

    /// What the kernel binds first.
    pub fn parameters(self) -> [u32; 2] {
        [self.seed, self.kept]
    }

    /// The integer at a place.
    pub fn at(self, place: usize) -> i64 {
        let mut bits = place as u32 ^ self.seed;
        bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
        bits ^= bits >> 16;
        if bits & (ALL - 1) >= self.kept {
            return 0;
        }
        let size = match (bits >> 17) & 7 {
            0 => 2049 + 2 * ((bits >> 20) & 127),
            _ => 1 + ((bits >> 16) & 1),
        };
        match bits >> 31 {
            0 => i64::from(size),
            _ => -i64::from(size),
        }
    }
}

/// The kernel that fills a buffer. It binds [`Integers::parameters`] and the buffer.
pub fn fill_kernel() -> Kernel {
    Kernel::new(include_str!("integers.wgsl"), THREADS, Vec::new())
}

/// The kernel that takes the numbers at some places. It binds the places, the numbers, and those that it takes.
pub fn sample_kernel() -> Kernel {
    Kernel::new(include_str!("sample.wgsl"), THREADS, Vec::new())
}
