//! Random numbers that are the same everywhere: named, counter-based streams.
//!
//! A stream is a pure function `(seed, purpose, index) -> numbers`. What one part of a run draws can therefore never
//! shift what another part draws, and any stream can be opened at any time without the ones before it: the weights of a
//! network, the order of epoch 7, the 5,000th drawn digit.
//!
//! The generator is ChaCha with 8 rounds. Its 32-byte key is the seed (8 bytes, little-endian) followed by the purpose's
//! name in ASCII, padded with zeros; the index is ChaCha's 64-bit stream number. Everything that is made from its words is
//! plain arithmetic or comes from `libm`, so native code and WebAssembly agree to the last bit.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream's numbers are for. Streams of different purposes are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Initial weights; by convention one index for each parameter tensor.
    Weights,
    /// The order of the training examples; by convention one index for each epoch.
    Order,
    /// The synthetic digits; one index for each digit.
    Digits,
    /// The synthetic shapes; one index for each image.
    Shapes,
    /// Random changes to training images.
    Augmentation,
    /// Which half of the training images is mirrored first; one index for each.
    Alternation,
    /// Dropout masks.
    Dropout,
    /// Which examples a subset holds.
    Split,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 8] = [
        Purpose::Weights,
        Purpose::Order,
        Purpose::Digits,
        Purpose::Shapes,
        Purpose::Augmentation,
        Purpose::Alternation,
        Purpose::Dropout,
        Purpose::Split,
    ];

    /// The name that enters the key. It never changes: every recorded run depends on it.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Weights => "weights",
            Purpose::Order => "order",
            Purpose::Digits => "digits",
            Purpose::Shapes => "shapes",
            Purpose::Augmentation => "augmentation",
            Purpose::Alternation => "alternation",
            Purpose::Dropout => "dropout",
            Purpose::Split => "split",
        }
    }
}

/// Opens the stream of `purpose` with number `index` under `seed`, at its first number.
pub fn stream(seed: u64, purpose: Purpose, index: u64) -> Stream {
    let mut key = [0u8; 32];
    let (head, tail) = key.split_at_mut(8);
    head.copy_from_slice(&seed.to_le_bytes());
    // Names are shorter than the 24 bytes left (a test holds this), so none is cut off.
    for (slot, byte) in tail.iter_mut().zip(purpose.name().bytes()) {
        *slot = byte;
    }
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(index);
    Stream {
        generator,
        spare: None,
    }
}

/// A sequence of random numbers, opened by [`stream`].
#[derive(Clone, Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
    /// The second of the two numbers that [`Stream::normal`] makes at a time.
    spare: Option<f32>,
}

impl Stream {
    /// The next 32 random bits; every other method is made from these.
    pub fn next_u32(&mut self) -> u32 {
        self.generator.next_u32()
    }

    /// A multiple of 2⁻²⁴ in [0, 1), each equally likely. Takes one word.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// A number between `low` and `high`. Takes one word. (`high` itself can occur by rounding.)
    pub fn uniform_in(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    /// A whole number in 0..n, each equally likely; 0 if `n` is 0.
    ///
    /// The high half of word × n (Lemire's method): a word whose low half falls into the 2³² mod n values that would
    /// favour some results is thrown away and another taken. Takes one word, rarely more.
    pub fn below(&mut self, n: u32) -> u32 {
        let bound = u64::from(n);
        loop {
            let product = u64::from(self.next_u32()) * bound;
            let low = product as u32;
            // 2³² mod n is less than n, so the division is needed only when `low` is small.
            if low >= n || low >= n.wrapping_neg().checked_rem(n).unwrap_or(0) {
                return (product >> 32) as u32;
            }
        }
    }

    /// A normally distributed number with mean 0 and standard deviation 1.
    ///
    /// The Box-Muller transform in double precision: two words give two numbers, the second of which is kept for the
    /// next call.
    pub fn normal(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // In (0, 1], so that the logarithm is finite.
        let u = (f64::from(self.next_u32()) + 1.0) * (1.0 / 4_294_967_296.0);
        let v = f64::from(self.next_u32()) * (1.0 / 4_294_967_296.0);
        let radius = libm::sqrt(-2.0 * libm::log(u));
        let (sin, cos) = libm::sincos(core::f64::consts::TAU * v);
        self.spare = Some((radius * sin) as f32);
        (radius * cos) as f32
    }

    /// The numbers 0..n in random order, each order equally likely (Fisher-Yates from the end).
    pub fn permutation(&mut self, n: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..n).collect();
        for i in (1..n).rev() {
            let j = self.below(i + 1);
            order.swap(i as usize, j as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_numbers_never_change() {
        let words = |seed, purpose, index| {
            let mut s = stream(seed, purpose, index);
            [s.next_u32(), s.next_u32(), s.next_u32()]
        };
        assert_eq!(
            words(0, Purpose::Weights, 0),
            [3972474515, 1967269131, 3985137916]
        );
        assert_eq!(
            words(7, Purpose::Order, 3),
            [1222980059, 3609986138, 2252403684]
        );
        assert_eq!(
            words(u64::MAX, Purpose::Digits, 1 << 32),
            [524250603, 3318917678, 3042252886]
        );
        let mut s = stream(42, Purpose::Augmentation, 9);
        let bits: Vec<u32> = (0..4).map(|_| s.normal().to_bits()).collect();
        assert_eq!(bits, [0x3efc248d, 0x3fbe028c, 0x3f1b6e32, 0x3e239403]);
        assert_eq!(s.uniform().to_bits(), 0x3ead17f6);
        assert_eq!(s.below(1000), 623);
        assert_eq!(
            stream(42, Purpose::Split, 0).permutation(8),
            [1, 4, 6, 0, 2, 7, 5, 3]
        );
    }

    #[test]
    fn key_is_seed_then_name() {
        let mut key = [0u8; 32];
        key[0] = 7;
        key[8..13].copy_from_slice(b"order");
        let mut by_hand = ChaCha8Rng::from_seed(key);
        by_hand.set_stream(3);
        let mut s = stream(7, Purpose::Order, 3);
        for _ in 0..100 {
            assert_eq!(s.next_u32(), by_hand.next_u32());
        }
    }

    #[test]
    fn names_fit_and_differ() {
        let mut names: Vec<&str> = Purpose::ALL.iter().map(|p| p.name()).collect();
        assert!(
            names
                .iter()
                .all(|n| n.is_ascii() && !n.is_empty() && n.len() <= 24)
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Purpose::ALL.len());
    }

    #[test]
    fn seeds_purposes_and_indices_are_independent() {
        let mut firsts = std::collections::HashSet::new();
        let mut count = 0;
        for seed in [0, 1, 256, 1 << 63] {
            for purpose in Purpose::ALL {
                for index in [0, 1, 2, 1 << 32, u64::MAX] {
                    let mut s = stream(seed, purpose, index);
                    firsts.insert((s.next_u32(), s.next_u32()));
                    count += 1;
                }
            }
        }
        assert_eq!(firsts.len(), count);
    }

    #[test]
    fn a_stream_does_not_depend_on_the_ones_opened_before() {
        let forwards: Vec<f32> = (0..50)
            .map(|i| stream(5, Purpose::Digits, i).uniform())
            .collect();
        let mut backwards: Vec<f32> = (0..50)
            .rev()
            .map(|i| stream(5, Purpose::Digits, i).uniform())
            .collect();
        backwards.reverse();
        assert_eq!(forwards, backwards);
    }

    #[test]
    fn below_stays_below_and_is_even() {
        let mut s = stream(1, Purpose::Split, 0);
        assert_eq!(s.below(0), 0);
        assert_eq!(s.below(1), 0);
        for n in [2, 3, 7, 10, 1 << 31, (1 << 31) + 1, u32::MAX] {
            assert!((0..1000).all(|_| s.below(n) < n));
        }
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[s.below(7) as usize] += 1;
        }
        // Six standard deviations of a count are about 550.
        assert!(
            counts.iter().all(|&c| c.abs_diff(10_000) < 550),
            "{counts:?}"
        );
        // Without rejection, results of a bound of 3·2³⁰ would fall unevenly into thirds.
        let n = 3 << 30;
        let mut thirds = [0u32; 3];
        for _ in 0..30_000 {
            thirds[(s.below(n) >> 30) as usize] += 1;
        }
        assert!(
            thirds.iter().all(|&c| c.abs_diff(10_000) < 500),
            "{thirds:?}"
        );
        let odd = (0..30_000).filter(|_| s.below(n).is_multiple_of(3)).count();
        assert!(odd.abs_diff(10_000) < 500, "{odd}");
    }

    #[test]
    fn moments() {
        let mut s = stream(3, Purpose::Weights, 1);
        let n = 100_000;
        let us: Vec<f64> = (0..n).map(|_| f64::from(s.uniform())).collect();
        assert!(us.iter().all(|&u| (0.0..1.0).contains(&u)));
        let mean = us.iter().sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 0.006, "{mean}");
        let zs: Vec<f64> = (0..n).map(|_| f64::from(s.normal())).collect();
        let moment = |k: i32| zs.iter().map(|z| z.powi(k)).sum::<f64>() / f64::from(n);
        assert!(moment(1).abs() < 0.02, "{}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.03, "{}", moment(2));
        assert!(moment(3).abs() < 0.08, "{}", moment(3));
        assert!((moment(4) - 3.0).abs() < 0.2, "{}", moment(4));
        let pairs = zs.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / f64::from(n);
        assert!(pairs.abs() < 0.02, "{pairs}");
        let x = s.uniform_in(-3.0, 5.0);
        assert!((-3.0..=5.0).contains(&x));
    }

    #[test]
    fn permutation_is_one() {
        for n in [0, 1, 2, 3, 1000] {
            let mut p = stream(9, Purpose::Order, u64::from(n)).permutation(n);
            p.sort_unstable();
            assert_eq!(p, (0..n).collect::<Vec<_>>());
        }
        let orders: std::collections::HashSet<Vec<u32>> = (0..400)
            .map(|i| stream(9, Purpose::Order, i).permutation(4))
            .collect();
        assert_eq!(orders.len(), 24, "400 draws should meet all 24 orders");
    }
}
