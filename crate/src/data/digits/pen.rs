//! From a drawing to pixels: a round pen with a soft edge follows the strokes, in MNIST's frame.

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

/// Draws with a pen of random width.
pub(super) fn trace(drawing: &Drawing, random: &mut Stream) -> [u8; PIXELS] {
    let radius = (RADIUS * libm::expf(random.normal() * SPREAD)).clamp(0.6, 2.6);
    let soft = random.uniform_in(0.9, 1.5);
    let (swing, phase) = (random.uniform_in(0.0, 0.2), random.uniform());
    let mut ink = [0f32; PIXELS];
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
fn segment(ink: &mut [f32; PIXELS], a: [f32; 2], b: [f32; 2], radius: f32, soft: f32) {
    let reach = radius + 0.5 * soft;
    let pixels = |low: f32, high: f32| {
        let first = (low - reach - 0.5).max(0.0) as usize;
        let last = (high + reach + 0.5).clamp(0.0, SIDE as f32) as usize;
        first..last.max(first)
    };
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let inverse = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
    let edge = 1.0 / soft;
    for row in pixels(a[1].min(b[1]), a[1].max(b[1])) {
        let y = row as f32 + 0.5 - a[1];
        for column in pixels(a[0].min(b[0]), a[0].max(b[0])) {
            let x = column as f32 + 0.5 - a[0];
            let t = ((x * dx + y * dy) * inverse).clamp(0.0, 1.0);
            let (ex, ey) = (x - t * dx, y - t * dy);
            let distance = (ex * ex + ey * ey).sqrt();
            let value = ((reach - distance) * edge).clamp(0.0, 1.0);
            let pixel = &mut ink[row * SIDE + column];
            *pixel = pixel.max(value);
        }
    }
}

/// Moves the ink by whole pixels so that its centre of mass comes to the centre, or `off` it, and makes bytes of it.
fn centre(ink: &[f32; PIXELS], off: [f32; 2]) -> [u8; PIXELS] {
    let (mut mass, mut across, mut down) = (0.0f32, 0.0f32, 0.0f32);
    for (row, line) in ink.chunks_exact(SIDE).enumerate() {
        for (column, &value) in line.iter().enumerate() {
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
            *pixel = (ink[row * SIDE + column] * 255.0 + 0.5) as u8;
        }
    }
    pixels
}
