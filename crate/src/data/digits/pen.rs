//! Rasterisation: a round pen with a soft edge follows the strokes, in MNIST's frame.

use wide::f32x4;

use super::distort::{Strokes, range};
use super::{PIXELS, SIDE};
use crate::random::Stream;

/// The side of the box that the ink fits, in pixels.
const BOX: f32 = 20.0;
/// The usual radius of the pen, in pixels, and the standard deviation of its logarithm.
const RADIUS: f32 = 1.1;
const SPREAD: f32 = 0.26;
/// How much the width of the stroke differs from one short segment to the next.
const ROUGH: f32 = 0.4;
/// Standard deviation of the centre of mass from the image's centre in each direction, in pixels. MNIST's digits are
/// centred to the pixel, but a network that was trained on such digits alone generalises worse to others.
const OFF: f32 = 0.8;

/// Columns of the image while it is rasterised, four at a time: those past the side are dropped.
const COLUMNS: usize = SIDE.next_multiple_of(4);
/// Rows of ink, from 0 to 1.
type Ink = [[f32; COLUMNS]; SIDE];

/// Draws the strokes with a pen of random width.
pub(super) fn rasterize(strokes: &Strokes, random: &mut Stream) -> [u8; PIXELS] {
    let radius = (RADIUS * libm::expf(random.normal() * SPREAD)).clamp(0.6, 2.6);
    let soft = random.uniform_in(0.9, 1.5);
    let (swing, phase) = (random.uniform_in(0.0, 0.2), random.uniform());
    let mut ink = [[0.0; COLUMNS]; SIDE];
    let frame = Frame::new(strokes, radius + 0.5 * soft);
    let off = [random.normal() * OFF, random.normal() * OFF];
    let per_point = 1.0 / strokes.points.len().max(1) as f32;
    let mut start = 0;
    for &end in &strokes.ends {
        for i in start + 1..end {
            // The pressure swings once over the digit, as a parabola does.
            let t = (i as f32 * per_point + phase).fract();
            let pressure = 1.0 + swing * (8.0 * t * (1.0 - t) - 1.0);
            let pressure = pressure * (1.0 + ROUGH * (random.uniform() - 0.5));
            let (from, to) = (
                frame.to_pixels(strokes.points[i - 1]),
                frame.to_pixels(strokes.points[i]),
            );
            segment(&mut ink, from, to, radius * pressure, soft);
        }
        start = end;
    }
    centre(&ink, off)
}

/// The map from the strokes' coordinates to pixels.
struct Frame {
    scale: f32,
    shift: [f32; 2],
}

impl Frame {
    /// Fits the strokes, with a pen of radius `reach`, into the box in the middle of the image.
    fn new(strokes: &Strokes, reach: f32) -> Frame {
        let [(left, right), (top, bottom)] = [0, 1].map(|axis| range(&strokes.points, axis));
        let extent = (right - left).max(bottom - top).max(1e-3);
        let scale = (BOX - 2.0 * reach) / extent;
        let middle = |low: f32, high: f32| 0.5 * SIDE as f32 - scale * 0.5 * (low + high);
        let shift = [middle(left, right), middle(top, bottom)];
        Frame { scale, shift }
    }

    fn to_pixels(&self, point: [f32; 2]) -> [f32; 2] {
        [
            point[0] * self.scale + self.shift[0],
            point[1] * self.scale + self.shift[1],
        ]
    }
}

/// Inks the pixels near the line from `a` to `b`: fully inside the pen's radius, and less and less over an edge of `soft`
/// pixels. A pixel keeps the maximum of its ink.
fn segment(ink: &mut Ink, a: [f32; 2], b: [f32; 2], radius: f32, soft: f32) {
    let reach = radius + 0.5 * soft;
    let pixels = |low: f32, high: f32| {
        let first = (low - reach - 0.5).max(0.0) as usize;
        let last = (high + reach + 0.5).clamp(0.0, SIDE as f32) as usize;
        first..last.max(first)
    };
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let inverse = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
    let columns = pixels(a[0].min(b[0]), a[0].max(b[0]));
    // Whole groups of four columns: pixels out of the pen's reach get no ink.
    let fours = columns.start / 4..columns.end.div_ceil(4);
    let splat = f32x4::splat;
    for row in pixels(a[1].min(b[1]), a[1].max(b[1])) {
        let y = row as f32 + 0.5 - a[1];
        for four in fours.clone() {
            let column = (4 * four) as f32;
            let x = f32x4::from([column, column + 1.0, column + 2.0, column + 3.0]);
            let x = x + splat(0.5) - splat(a[0]);
            let t = (x * splat(dx) + splat(y * dy)) * splat(inverse);
            let t = t.fast_max(splat(0.0)).fast_min(splat(1.0));
            let (ex, ey) = (x - t * splat(dx), splat(y) - t * splat(dy));
            let distance = (ex * ex + ey * ey).sqrt();
            let value = (splat(reach) - distance) * splat(1.0 / soft);
            let value = value.fast_max(splat(0.0)).fast_min(splat(1.0));
            let pixels = &mut ink[row][4 * four..4 * four + 4];
            let before = f32x4::from([pixels[0], pixels[1], pixels[2], pixels[3]]);
            pixels.copy_from_slice(&before.fast_max(value).to_array());
        }
    }
}

/// Moves the ink by whole pixels so that its centre of mass comes to the centre, or `off` it, and makes bytes of it.
fn centre(ink: &Ink, off: [f32; 2]) -> [u8; PIXELS] {
    let (mut mass, mut across, mut down) = (0.0f32, 0.0f32, 0.0f32);
    for (row, line) in ink.iter().enumerate() {
        for (column, &value) in line[..SIDE].iter().enumerate() {
            mass += value;
            across += value * column as f32;
            down += value * row as f32;
        }
    }
    // MNIST's centre is the pixel with index 14 in both directions.
    let middle = (SIDE / 2) as f32;
    // The box leaves a margin on all sides. A shift is clamped to it, so that no ink is lost.
    let margin = (SIDE as f32 - BOX) / 2.0;
    let shift = |moment: f32, off: f32| {
        let wanted = middle - moment / mass.max(1e-6) + off + 0.5;
        wanted.floor().clamp(-margin, margin) as isize
    };
    let (right, lower) = (shift(across, off[0]), shift(down, off[1]));
    let mut pixels = [0; PIXELS];
    for (i, pixel) in pixels.iter_mut().enumerate() {
        let row = (i / SIDE).checked_add_signed(-lower).filter(|&r| r < SIDE);
        let column = (i % SIDE).checked_add_signed(-right).filter(|&c| c < SIDE);
        if let (Some(row), Some(column)) = (row, column) {
            *pixel = (ink[row][column] * 255.0 + 0.5) as u8;
        }
    }
    pixels
}
