//! The glyphs: the ways to write each digit.
//!
//! A glyph is given as two extremes with the same control points; a sample interpolates between them. Coordinates are
//! hundredths of the digit's height and (upright, unstretched) width: x to the right, y downwards.

use crate::random::Stream;

/// A control point of a stroke.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Horizontal position, in hundredths.
    pub x: i16,
    /// Vertical position, in hundredths.
    pub y: i16,
    /// Whether the stroke has a corner here; if not, it is smooth.
    pub corner: bool,
}

/// A stroke: a curve through these points.
type Stroke = &'static [Point];

/// A way to write a digit.
#[derive(Debug)]
pub(super) struct Glyph {
    /// How common it is among the glyphs of its digit, relative to the others.
    weight: u32,
    /// The first extreme.
    pub first: &'static [Stroke],
    /// The second extreme.
    pub second: &'static [Stroke],
}

/// Samples a glyph of `digit` by weight.
pub(super) fn sample(digit: u8, random: &mut Stream) -> &'static Glyph {
    let glyphs = GLYPHS[usize::from(digit)];
    let mut left = random.below(glyphs.iter().map(|glyph| glyph.weight).sum());
    for glyph in glyphs {
        if left < glyph.weight {
            return glyph;
        }
        left -= glyph.weight;
    }
    &glyphs[0]
}

/// A smooth point.
const fn s(x: i16, y: i16) -> Point {
    Point {
        x,
        y,
        corner: false,
    }
}

/// A corner.
const fn c(x: i16, y: i16) -> Point {
    Point { x, y, corner: true }
}

/// The glyphs of each digit.
pub(super) const GLYPHS: [&[Glyph]; 10] =
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE];

#[rustfmt::skip]
const ZERO: &[Glyph] = &[
    // An oval, closed or nearly so.
    Glyph {
        weight: 60,
        first: &[&[s(50, 0), s(20, 18), s(8, 55), s(24, 90), s(50, 100), s(78, 86), s(90, 48), s(80, 14), s(50, 0)]],
        second: &[&[s(62, 8), s(25, 10), s(2, 50), s(20, 88), s(52, 100), s(88, 84), s(100, 45), s(78, 8), s(40, 2)]],
    },
    // The end turns inwards at the top.
    Glyph {
        weight: 20,
        first: &[&[s(45, 6), s(18, 22), s(8, 58), s(24, 92), s(52, 100), s(80, 84), s(90, 42), s(74, 8), s(52, 4), s(42, 16)]],
        second: &[&[s(38, 0), s(14, 26), s(4, 62), s(26, 96), s(56, 98), s(88, 76), s(98, 34), s(78, 2), s(48, 8), s(52, 26)]],
    },
    // The stroke runs past its start at the top.
    Glyph {
        weight: 20,
        first: &[&[s(64, 0), s(30, 10), s(10, 52), s(24, 90), s(52, 100), s(80, 84), s(90, 48), s(76, 14), s(44, 6), s(26, 14)]],
        second: &[&[s(80, -8), s(34, 6), s(4, 54), s(20, 94), s(56, 102), s(90, 82), s(96, 42), s(70, 8), s(30, 12), s(4, 22)]],
    },
    // Pointed at the top right.
    Glyph {
        weight: 20,
        first: &[&[c(70, 0), s(36, 22), s(10, 64), s(22, 96), s(50, 96), s(82, 66), s(90, 28), c(74, 2)]],
        second: &[&[c(90, 6), s(40, 12), s(2, 60), s(14, 98), s(46, 98), s(86, 64), s(98, 26), c(78, 0)]],
    },
];

#[rustfmt::skip]
const ONE: &[Glyph] = &[
    // A stroke.
    Glyph {
        weight: 85,
        first: &[&[s(54, 0), s(50, 33), s(48, 66), s(52, 100)]],
        second: &[&[s(46, 0), s(51, 33), s(51, 66), s(46, 100)]],
    },
    // With a flag.
    Glyph {
        weight: 6,
        first: &[&[c(36, 14), c(50, 0), s(50, 50), s(50, 100)]],
        second: &[&[c(18, 26), c(52, 0), s(50, 50), s(48, 100)]],
    },
    // With a flag and a base.
    Glyph {
        weight: 6,
        first: &[&[c(34, 16), c(50, 0), s(50, 50), s(50, 98)], &[s(24, 100), s(50, 98), s(78, 98)]],
        second: &[&[c(16, 26), c(52, 0), s(50, 50), s(46, 98)], &[s(0, 98), s(46, 98), s(96, 100)]],
    },
    // With a foot to the right or left.
    Glyph {
        weight: 4,
        first: &[&[s(50, 0), s(50, 50), s(50, 92), s(60, 100)]],
        second: &[&[s(50, 0), s(52, 50), s(50, 92), s(40, 100)]],
    },
];

#[rustfmt::skip]
const TWO: &[Glyph] = &[
    // A straight base, after a corner.
    Glyph {
        weight: 40,
        first: &[&[s(12, 24), s(36, 2), s(70, 8), s(78, 30), s(50, 62), c(8, 96), s(48, 94), s(92, 98)]],
        second: &[&[s(0, 10), s(40, 0), s(80, 4), s(84, 24), s(48, 58), c(-2, 96), s(50, 92), s(106, 88)]],
    },
    // The base begins with a hump.
    Glyph {
        weight: 20,
        first: &[&[s(14, 22), s(38, 2), s(72, 8), s(76, 32), s(52, 64), c(12, 94), s(40, 84), s(68, 94), s(96, 96)]],
        second: &[&[s(0, 22), s(44, 0), s(86, 8), s(82, 34), s(50, 66), c(0, 92), s(38, 74), s(74, 96), s(104, 110)]],
    },
    // A loop in the lower left.
    Glyph {
        weight: 35,
        first: &[&[s(14, 22), s(38, 2), s(72, 8), s(78, 34), s(54, 68), s(26, 94), s(10, 92), s(18, 78), s(46, 82), s(72, 96), s(98, 90)]],
        second: &[&[s(4, 30), s(40, 0), s(86, 6), s(88, 36), s(54, 66), s(24, 98), s(-4, 96), s(4, 72), s(46, 76), s(80, 98), s(112, 80)]],
    },
    // The start curls in.
    Glyph {
        weight: 6,
        first: &[&[s(30, 34), s(14, 24), s(34, 2), s(72, 6), s(80, 30), s(50, 66), c(6, 98), s(50, 92), s(98, 96)]],
        second: &[&[s(34, 40), s(8, 34), s(30, 0), s(80, 4), s(86, 34), s(54, 70), c(10, 94), s(52, 96), s(104, 90)]],
    },
];

#[rustfmt::skip]
const THREE: &[Glyph] = &[
    // Two bows that meet in a corner.
    Glyph {
        weight: 55,
        first: &[&[s(14, 14), s(42, 0), s(76, 8), s(78, 28), s(58, 43), c(36, 48), s(72, 54), s(84, 74), s(66, 96), s(34, 100), s(4, 88)]],
        second: &[&[s(0, 8), s(46, 0), s(86, 10), s(76, 30), s(54, 40), c(26, 46), s(78, 48), s(96, 70), s(74, 94), s(36, 100), s(-4, 96)]],
    },
    // A small bow above a large one.
    Glyph {
        weight: 25,
        first: &[&[s(22, 12), s(46, 0), s(72, 10), s(70, 26), s(54, 38), c(42, 42), s(72, 46), s(88, 68), s(70, 94), s(34, 100), s(8, 84)]],
        second: &[&[s(12, 22), s(40, 0), s(64, 6), s(66, 22), s(50, 34), c(34, 40), s(78, 44), s(98, 70), s(70, 98), s(26, 100), s(-2, 76)]],
    },
    // Round, the middle hardly drawn in.
    Glyph {
        weight: 20,
        first: &[&[s(12, 16), s(38, 0), s(72, 6), s(80, 24), s(66, 44), s(60, 48), s(76, 56), s(84, 76), s(66, 96), s(34, 100), s(6, 86)]],
        second: &[&[s(6, 10), s(46, 0), s(78, 12), s(74, 32), s(48, 46), s(46, 50), s(70, 52), s(92, 70), s(80, 94), s(42, 102), s(0, 92)]],
    },
    // A small loop between the bows.
    Glyph {
        weight: 8,
        first: &[&[s(12, 14), s(44, 0), s(80, 10), s(74, 30), s(50, 48), s(38, 52), s(42, 42), s(68, 48), s(86, 72), s(64, 98), s(30, 100), s(0, 88)]],
        second: &[&[s(2, 18), s(46, 0), s(90, 8), s(80, 28), s(50, 50), s(32, 58), s(30, 42), s(66, 44), s(92, 68), s(70, 96), s(36, 102), s(-4, 96)]],
    },
    // A straight top, with a corner.
    Glyph {
        weight: 10,
        first: &[&[s(10, 6), s(46, 2), c(84, 2), s(64, 22), c(42, 42), s(74, 46), s(88, 70), s(66, 96), s(34, 100), s(2, 90)]],
        second: &[&[s(0, 4), s(46, 0), c(92, 6), s(70, 24), c(32, 40), s(76, 44), s(96, 68), s(76, 94), s(40, 102), s(-6, 92)]],
    },
];

#[rustfmt::skip]
const FOUR: &[Glyph] = &[
    // Open at the top, with a corner at the left.
    Glyph {
        weight: 45,
        first: &[&[s(14, 2), s(12, 28), c(8, 52), s(46, 54), s(88, 50)], &[s(80, 6), s(76, 50), s(70, 100)]],
        second: &[&[s(34, 0), s(18, 24), c(-4, 54), s(44, 52), s(104, 42)], &[s(86, 0), s(70, 46), s(50, 100)]],
    },
    // Open at the top, round at the left.
    Glyph {
        weight: 30,
        first: &[&[s(12, 2), s(8, 30), s(22, 50), s(54, 48), s(78, 36)], &[s(84, 0), s(80, 48), s(74, 100)]],
        second: &[&[s(30, 0), s(4, 36), s(14, 54), s(54, 46), s(86, 32)], &[s(94, 2), s(80, 44), s(58, 100)]],
    },
    // Open wide at the top, the bar rising to the right.
    Glyph {
        weight: 20,
        first: &[&[s(4, 8), s(2, 34), s(12, 54), s(46, 56), s(84, 46)], &[s(86, 0), s(80, 50), s(78, 100)]],
        second: &[&[s(16, 0), s(-2, 34), s(-2, 60), s(40, 58), s(92, 36)], &[s(104, 10), s(80, 52), s(54, 100)]],
    },
    // Closed at the top.
    Glyph {
        weight: 4,
        first: &[&[s(64, 2), s(36, 30), c(8, 60), s(46, 60), s(94, 58)], &[s(66, 0), s(66, 50), s(66, 100)]],
        second: &[&[s(76, 0), s(38, 28), c(-4, 64), s(46, 66), s(104, 62)], &[s(78, 0), s(72, 50), s(64, 100)]],
    },
    // In one stroke.
    Glyph {
        weight: 4,
        first: &[&[s(28, 2), s(14, 28), s(10, 50), s(38, 52), s(70, 28), c(86, 2), s(76, 48), s(64, 100)]],
        second: &[&[s(38, 0), s(8, 36), s(8, 58), s(44, 52), s(84, 26), c(98, 4), s(76, 46), s(48, 100)]],
    },
];

#[rustfmt::skip]
const FIVE: &[Glyph] = &[
    // A stroke down, a belly, and a bar on top.
    Glyph {
        weight: 40,
        first: &[&[s(30, 6), s(26, 24), c(22, 42), s(54, 38), s(82, 56), s(76, 86), s(44, 100), s(6, 90)], &[s(30, 5), s(58, 6), s(88, 4)]],
        second: &[&[s(44, 6), s(34, 24), c(24, 44), s(58, 42), s(80, 60), s(68, 88), s(34, 100), s(-8, 92)], &[s(44, 8), s(74, 4), s(114, -2)]],
    },
    // In one stroke, from the right end of the bar.
    Glyph {
        weight: 30,
        first: &[&[s(88, 4), s(60, 4), c(28, 6), s(24, 24), c(20, 42), s(54, 40), s(84, 58), s(76, 88), s(42, 100), s(4, 90)]],
        second: &[&[s(110, -2), s(76, 4), c(38, 8), s(28, 26), c(16, 46), s(58, 46), s(82, 64), s(68, 92), s(34, 100), s(-6, 90)]],
    },
    // Round, like the letter S.
    Glyph {
        weight: 22,
        first: &[&[s(88, 4), s(56, 2), s(28, 12), s(30, 34), s(58, 48), s(78, 66), s(66, 92), s(36, 100), s(4, 92)]],
        second: &[&[s(104, 0), s(66, 2), s(26, 20), s(34, 38), s(62, 46), s(80, 70), s(64, 94), s(30, 102), s(-6, 84)]],
    },
];

#[rustfmt::skip]
const SIX: &[Glyph] = &[
    // A bent stem.
    Glyph {
        weight: 45,
        first: &[&[s(66, 0), s(36, 20), s(14, 54), s(12, 82), s(38, 100), s(72, 92), s(82, 72), s(60, 58), s(32, 68), s(20, 86)]],
        second: &[&[s(76, 2), s(38, 14), s(8, 50), s(6, 82), s(38, 100), s(82, 90), s(94, 66), s(66, 50), s(30, 60), s(8, 82)]],
    },
    // A straight stem.
    Glyph {
        weight: 40,
        first: &[&[s(48, 0), s(30, 28), s(16, 58), s(16, 86), s(40, 100), s(68, 88), s(76, 66), s(56, 56), s(32, 72), s(24, 92)]],
        second: &[&[s(40, 0), s(18, 30), s(6, 62), s(12, 90), s(40, 100), s(84, 88), s(96, 64), s(66, 54), s(34, 68), s(16, 94)]],
    },
    // The top bends over.
    Glyph {
        weight: 8,
        first: &[&[s(84, 10), s(62, 0), s(30, 16), s(10, 50), s(14, 84), s(42, 100), s(76, 90), s(84, 68), s(58, 54), s(26, 64), s(14, 80)]],
        second: &[&[s(92, 22), s(68, 0), s(28, 10), s(4, 48), s(14, 88), s(48, 102), s(84, 88), s(88, 64), s(58, 52), s(26, 60), s(8, 76)]],
    },
];

#[rustfmt::skip]
const SEVEN: &[Glyph] = &[
    // A bar and a stroke.
    Glyph {
        weight: 50,
        first: &[&[s(6, 10), s(42, 6), c(80, 6), s(60, 50), s(44, 100)]],
        second: &[&[s(-4, 14), s(40, 6), c(92, 2), s(66, 46), s(34, 100)]],
    },
    // Round at the upper right.
    Glyph {
        weight: 22,
        first: &[&[s(8, 14), s(36, 4), s(72, 4), s(78, 18), s(62, 54), s(50, 100)]],
        second: &[&[s(0, 10), s(40, 4), s(84, 2), s(88, 22), s(66, 56), s(42, 100)]],
    },
    // The bar begins with a stroke up.
    Glyph {
        weight: 16,
        first: &[&[s(10, 24), c(14, 8), s(46, 6), c(80, 4), s(64, 48), s(48, 100)]],
        second: &[&[s(-2, 40), c(8, 12), s(46, 8), c(88, 0), s(66, 50), s(38, 100)]],
    },
    // A second bar across.
    Glyph {
        weight: 18,
        first: &[&[s(8, 10), s(44, 6), c(82, 6), s(62, 50), s(46, 100)], &[s(36, 48), s(58, 48), s(82, 46)]],
        second: &[&[s(-4, 12), s(40, 4), c(90, 4), s(66, 46), s(36, 100)], &[s(8, 62), s(52, 56), s(104, 52)]],
    },
];

#[rustfmt::skip]
const EIGHT: &[Glyph] = &[
    // In one stroke that crosses itself, from the upper right.
    Glyph {
        weight: 65,
        first: &[&[s(76, 14), s(52, 0), s(24, 16), s(36, 40), s(66, 60), s(76, 84), s(48, 100), s(20, 84), s(34, 60), s(64, 38), s(78, 12)]],
        second: &[&[s(80, 8), s(50, 0), s(16, 18), s(34, 42), s(64, 62), s(70, 86), s(36, 100), s(8, 86), s(30, 60), s(70, 36), s(98, 2)]],
    },
    // Wide and open to the right.
    Glyph {
        weight: 15,
        first: &[&[s(86, 10), s(54, 0), s(18, 14), s(30, 36), s(66, 56), s(80, 80), s(54, 100), s(20, 90), s(30, 66), s(62, 42), s(78, 22)]],
        second: &[&[s(106, 8), s(58, 2), s(12, 20), s(24, 40), s(62, 58), s(76, 82), s(46, 100), s(14, 88), s(28, 64), s(66, 44), s(98, 18)]],
    },
    // In one stroke, begun in the middle.
    Glyph {
        weight: 15,
        first: &[&[s(46, 46), s(74, 24), s(54, 0), s(28, 16), s(48, 44), s(74, 76), s(48, 100), s(22, 78), s(48, 46)]],
        second: &[&[s(60, 40), s(82, 14), s(50, 0), s(16, 16), s(44, 48), s(84, 80), s(44, 100), s(12, 82), s(66, 34)]],
    },
    // Two rings.
    Glyph {
        weight: 20,
        first: &[
            &[s(50, 0), s(26, 12), s(28, 36), s(50, 46), s(72, 34), s(74, 12), s(50, 0)],
            &[s(50, 46), s(22, 60), s(20, 88), s(50, 100), s(78, 88), s(78, 60), s(50, 46)],
        ],
        second: &[
            &[s(46, 2), s(18, 14), s(22, 38), s(48, 46), s(76, 38), s(82, 12), s(50, 0)],
            &[s(50, 48), s(20, 62), s(10, 88), s(46, 100), s(80, 88), s(74, 60), s(46, 46)],
        ],
    },
];

#[rustfmt::skip]
const NINE: &[Glyph] = &[
    // A ring, then a straight stem.
    Glyph {
        weight: 50,
        first: &[&[s(78, 12), s(54, 0), s(24, 14), s(18, 36), s(42, 48), s(70, 32), c(80, 10), s(76, 52), s(70, 100)]],
        second: &[&[s(82, 8), s(50, 0), s(10, 18), s(6, 42), s(36, 52), s(74, 32), c(88, 6), s(74, 50), s(46, 100)]],
    },
    // A ring, then a bent stem.
    Glyph {
        weight: 20,
        first: &[&[s(76, 12), s(52, 0), s(24, 12), s(20, 36), s(44, 46), s(70, 34), c(80, 12), s(82, 52), s(72, 88), s(46, 100), s(22, 92)]],
        second: &[&[s(80, 10), s(48, 0), s(16, 16), s(14, 40), s(42, 48), s(72, 34), c(84, 10), s(80, 50), s(62, 84), s(30, 100), s(-2, 90)]],
    },
    // A bowl and a stem that it hardly touches.
    Glyph {
        weight: 20,
        first: &[&[s(72, 6), s(42, 2), s(18, 18), s(20, 40), s(46, 46), s(74, 30)], &[s(80, 4), s(76, 50), s(72, 100)]],
        second: &[&[s(86, 10), s(46, 0), s(6, 22), s(10, 50), s(44, 48), s(78, 26)], &[s(88, 6), s(78, 48), s(52, 100)]],
    },
    // Round throughout, begun inside.
    Glyph {
        weight: 30,
        first: &[&[s(76, 28), s(52, 46), s(24, 42), s(22, 16), s(50, 0), s(74, 10), s(76, 40), s(66, 70), s(54, 100)]],
        second: &[&[s(78, 34), s(44, 50), s(12, 42), s(14, 14), s(50, 0), s(84, 8), s(80, 40), s(62, 72), s(36, 100)]],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};

    #[test]
    fn both_extremes_of_a_glyph_have_the_same_points() {
        for glyph in GLYPHS.iter().copied().flatten() {
            assert!(glyph.weight > 0);
            assert_eq!(glyph.first.len(), glyph.second.len());
            for (a, b) in glyph.first.iter().zip(glyph.second) {
                assert!(a.len() >= 2, "a stroke has a start and an end");
                let corners = |stroke: Stroke| stroke.iter().map(|p| p.corner).collect::<Vec<_>>();
                assert_eq!(corners(a), corners(b));
            }
        }
    }

    #[test]
    fn every_glyph_is_sampled() {
        for (digit, glyphs) in GLYPHS.iter().enumerate() {
            let mut random = stream(0, Purpose::Digits, digit as u64);
            let sampled: std::collections::HashSet<usize> = (0..500)
                .map(|_| std::ptr::from_ref(sample(digit as u8, &mut random)).addr())
                .collect();
            assert_eq!(sampled.len(), glyphs.len(), "{digit}");
        }
    }
}
