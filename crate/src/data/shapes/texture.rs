//! What a surface looks like: a colour that varies over the image.

use core::f32::consts::TAU;

use super::outline::Point;
use crate::random::Stream;

/// The colour of a surface, and how it varies along a direction.
pub(super) struct Texture {
    colour: [f32; 3],
    pattern: Pattern,
    /// By how much the pattern makes it lighter and darker.
    step: f32,
    /// The direction of the pattern.
    along: Point,
    /// Pixels in which stripes and checks repeat.
    period: f32,
    /// Where in its period the pattern begins.
    phase: f32,
}

#[derive(Clone, Copy)]
enum Pattern {
    Plain,
    Gradient,
    Stripes,
    Checks,
}

impl Texture {
    /// A texture of any colour of this lightness, between 0 and 1.
    pub(super) fn sample(lightness: f32, random: &mut Stream) -> Texture {
        const PATTERNS: [Pattern; 4] = [
            Pattern::Plain,
            Pattern::Gradient,
            Pattern::Stripes,
            Pattern::Checks,
        ];
        let hue = [random.uniform(), random.uniform(), random.uniform()];
        let mean = (hue[0] + hue[1] + hue[2]) / 3.0;
        let (sin, cos) = libm::sincosf(random.uniform_in(0.0, TAU));
        Texture {
            colour: hue.map(|channel| lightness + 0.6 * (channel - mean)),
            pattern: PATTERNS[random.below(4) as usize],
            step: random.uniform_in(0.02, 0.15),
            along: [cos, sin],
            period: random.uniform_in(3.0, 8.0),
            phase: random.uniform(),
        }
    }

    /// The colour at a point of an image, in pixels from its centre: red, green and blue, about 0 to 1.
    pub(super) fn at(&self, [x, y]: Point) -> [f32; 3] {
        let [cos, sin] = self.along;
        let along = x * cos + y * sin;
        let across = y * cos - x * sin;
        // The first or the second half of a period.
        let half = |distance: f32| {
            let periods = distance / self.period + self.phase;
            periods - periods.floor() < 0.5
        };
        let sign = |is_lighter: bool| if is_lighter { 1.0 } else { -1.0 };
        let level = match self.pattern {
            Pattern::Plain => 0.0,
            Pattern::Gradient => along / 16.0,
            Pattern::Stripes => sign(half(along)),
            Pattern::Checks => sign(half(along) == half(across)),
        };
        self.colour.map(|channel| channel + self.step * level)
    }
}
