//! From a drawing to pixels: a round pen with a soft edge follows the strokes, in MNIST's frame.

use wide::f32x4;

use super::distort::{Drawing, range};
use super::{PIXELS, SIDE};
use crate::random::Stream;

/// The side of the box that the ink fits, in pixels.
const BOX: f32 = 20.0;
/// The usual radius of the pen, in pixels, and the standard deviation of its logarithm.
const RADIUS: f32 = 1.1;
const SPREAD: f32 = 0.26;
/// How uneven the stroke is: how much its width differs from one short piece to the next.
const ROUGH: f32 = 0.4;
/// How far the centre of mass lies off the centre, as standard deviation in each direction, in pixels. MNIST's are
/// centred to the pixel, but a network that has seen only such digits reads those of other hands worse.
const OFF: f32 = 0.8;

/// Columns of a picture while it is inked: four at once are, and the last are no part of it.
const COLUMNS: usize = SIDE.next_multiple_of(4);
/// Rows of ink, from 0 to 1.
type Ink = [[f32; COLUMNS]; SIDE];

/// Draws with a pen of random width.
pub(super) fn trace(drawing: &Drawing, random: &mut Stream) -> [u8; PIXELS] {
    let radius = (RADIUS * libm::expf(random.normal() * SPREAD)).clamp(0.6, 2.6);
    let soft = random.uniform_in(0.9, 1.5);
    let (swing, phase) = (random.uniform_in(0.0, 0.2), random.uniform());
    let mut ink = [[0.0; COLUMNS]; SIDE];
    let frame = Frame::new(drawing, radius + 0.5 * soft);
    let off = [random.normal() * OFF, random.normal() * OFF];
    let per_point = 1.0 / drawing.points.len().max(1) as f32;
    let mut start = 0;
    for &end in &drawing.ends {
        for i in start + 1..end {
            // The pressure swings once over the digit, as a parabola does.
            let t = (i as f32 * per_point + phase).fract();
            let pressure = 1.0 + swing * (8.0 * t * (1.0 - t) - 1.0);
            let pressure = pressure * (1.0 + ROUGH * (random.uniform() - 0.5));
            let (from, to) = (
                frame.place(drawing.points[i - 1]),
                frame.place(drawing.points[i]),
            );
            segment(&mut ink, from, to, radius * pressure, soft);
        }
        start = end;
    }
    centre(&ink, off)
}

/// Where the drawing's coordinates fall in the picture.
struct Frame {
    scale: f32,
    shift: [f32; 2],
}

impl Frame {
    /// Fits the drawing, with a pen that reaches so far, into the box, in the middle of the picture.
    fn new(drawing: &Drawing, reach: f32) -> Frame {
        let [(left, right), (top, bottom)] = [0, 1].map(|axis| range(&drawing.points, axis));
        let extent = (right - left).max(bottom - top).max(1e-3);
        let scale = (BOX - 2.0 * reach) / extent;
        let middle = |low: f32, high: f32| 0.5 * SIDE as f32 - scale * 0.5 * (low + high);
        let shift = [middle(left, right), middle(top, bottom)];
        Frame { scale, shift }
    }

    fn place(&self, point: [f32; 2]) -> [f32; 2] {
        [
            point[0] * self.scale + self.shift[0],
            point[1] * self.scale + self.shift[1],
        ]
    }
}

/// Inks the pixels near the line from `a` to `b`: fully inside the pen's radius, and less and less over an edge of `soft`
/// pixels. Ink on ink adds nothing.
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
    // Whole fours: what lies farther off than the pen reaches gets no ink.
    let fours = columns.start / 4..columns.end.div_ceil(4);
    let all = f32x4::splat;
    for row in pixels(a[1].min(b[1]), a[1].max(b[1])) {
        let y = row as f32 + 0.5 - a[1];
        for four in fours.clone() {
            let column = (4 * four) as f32;
            let x = f32x4::from([column, column + 1.0, column + 2.0, column + 3.0]);
            let x = x + all(0.5) - all(a[0]);
            let t = (x * all(dx) + all(y * dy)) * all(inverse);
            let t = t.fast_max(all(0.0)).fast_min(all(1.0));
            let (ex, ey) = (x - t * all(dx), all(y) - t * all(dy));
            let distance = (ex * ex + ey * ey).sqrt();
            let value = (all(reach) - distance) * all(1.0 / soft);
            let value = value.fast_max(all(0.0)).fast_min(all(1.0));
            let place = &mut ink[row][4 * four..4 * four + 4];
            let before = f32x4::from([place[0], place[1], place[2], place[3]]);
            place.copy_from_slice(&before.fast_max(value).to_array());
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
    // The box leaves a margin on all sides; no further than that, so that no ink is lost.
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
