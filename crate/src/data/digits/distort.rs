//! From a glyph to the strokes of one sample: interpolation between its extremes, jitter of its points, slant, stretch,
//! rotation, and a smooth deformation of the whole.

use super::glyphs::{Glyph, Point};
use crate::random::Stream;

/// Line segments for each span between two control points.
const STEPS: usize = 6;
/// Nodes of the bending lattice in each direction.
const NODES: usize = 4;

/// Standard deviation of a control point's displacement, as a fraction of the digit's height.
const JITTER: f32 = 0.03;
/// The same for the lattice's nodes: those at the corners, on the edges and inside. The further inside a node is, the less
/// any one point follows it.
const BEND: [f32; 3] = [0.14, 0.2, 0.35];
/// How far a sample may lie beyond the two extremes of its glyph, as a fraction of their distance.
const BEYOND: f32 = 0.4;
/// Standard deviations of how much the middle moves up or down, and of how much the top and bottom differ in width.
const WAIST: f32 = 0.35;
const TAPER: f32 = 0.2;
/// Standard deviation of how much earlier or later a stroke begins and ends, as a fraction of its first and last span.
const TRIM: f32 = 0.3;
/// Standard deviations of the slant and of the rotation in radians.
const SLANT: f32 = 0.22;
const TURN: f32 = 0.10;

/// The strokes of a digit, as polylines. The scale does not matter; x is to the right, y downwards.
pub(super) struct Strokes {
    /// The points of all strokes.
    pub points: Vec<[f32; 2]>,
    /// Where each stroke ends in `points`.
    pub ends: Vec<usize>,
}

/// The strokes of one sample of `glyph`, which is a way to write `digit`.
pub(super) fn strokes(glyph: &Glyph, digit: u8, random: &mut Stream) -> Strokes {
    let deformation = Lattice::new(random, if digit == 1 { 0.5 } else { 1.0 });
    let shear = Shear::new(digit, random);
    let mut strokes = Strokes {
        points: Vec::with_capacity(96),
        ends: Vec::with_capacity(glyph.first.len()),
    };
    let mut control = Vec::with_capacity(16);
    for (first, second) in glyph.first.iter().zip(glyph.second) {
        // The choice between the extremes drifts along the stroke.
        let (start, end) = (
            random.uniform_in(-BEYOND, 1.0 + BEYOND),
            random.uniform_in(-BEYOND, 1.0 + BEYOND),
        );
        control.clear();
        let last = (first.len() - 1) as f32;
        for (i, (a, b)) in first.iter().zip(*second).enumerate() {
            let t = start + (end - start) * (i as f32 / last);
            let interpolate =
                |a: i16, b: i16| (f32::from(a) + (f32::from(b) - f32::from(a)) * t) * 0.01;
            let x = interpolate(a.x, b.x) + random.normal() * JITTER;
            let y = interpolate(a.y, b.y) + random.normal() * JITTER;
            control.push([x, y]);
        }
        for (end, next) in [(0, 1), (control.len() - 1, control.len() - 2)] {
            // People begin and end a stroke a little early or late.
            let extension = random.normal() * TRIM;
            let (from, to) = (control[next], control[end]);
            control[end] = [
                to[0] + (to[0] - from[0]) * extension,
                to[1] + (to[1] - from[1]) * extension,
            ];
        }
        curve(&control, first, &mut strokes.points);
        strokes.ends.push(strokes.points.len());
    }
    for point in &mut strokes.points {
        *point = shear.apply(deformation.apply(*point));
    }
    stretch(&mut strokes.points, digit, random);
    strokes
}

/// Scales the strokes to a width that people give this digit.
fn stretch(points: &mut [[f32; 2]], digit: u8, random: &mut Stream) {
    let (mean, deviation) = ASPECT[usize::from(digit)];
    let wanted = libm::expf(mean + random.normal() * deviation);
    if digit == 1 {
        // A bare stroke has no width to speak of: its slant makes it.
        return;
    }
    let [width, height] = [0, 1].map(|axis| {
        let (low, high) = range(points, axis);
        (high - low).max(1e-3)
    });
    // The pen adds to both.
    let wanted = (wanted * (1.0 + PEN) - PEN).max(0.2);
    let factor = (wanted * height / width).clamp(0.5, 2.0);
    for point in points {
        point[0] *= factor;
    }
}

/// The least and the greatest coordinate on one axis.
pub(super) fn range(points: &[[f32; 2]], axis: usize) -> (f32, f32) {
    let first = (f32::MAX, f32::MIN);
    points.iter().fold(first, |(low, high), p| {
        (low.min(p[axis]), high.max(p[axis]))
    })
}

/// Lays a curve through the control points (a Catmull-Rom spline, broken at corners) and adds its points to `out`.
fn curve(control: &[[f32; 2]], kinds: &[Point], out: &mut Vec<[f32; 2]>) {
    for i in 0..control.len() - 1 {
        let (from, to) = (control[i], control[i + 1]);
        // Tangents: along the neighbours' line; at an end or a corner, towards the other end of the span.
        let before = if i == 0 || kinds[i].corner {
            from
        } else {
            control[i - 1]
        };
        let after = if i + 2 == control.len() || kinds[i + 1].corner {
            to
        } else {
            control[i + 2]
        };
        if i == 0 {
            out.push(from);
        }
        for step in 1..=STEPS {
            let t = step as f32 / STEPS as f32;
            let (t2, t3) = (t * t, t * t * t);
            let weights = [
                -0.5 * t3 + t2 - 0.5 * t,
                1.5 * t3 - 2.5 * t2 + 1.0,
                -1.5 * t3 + 2.0 * t2 + 0.5 * t,
                0.5 * t3 - 0.5 * t2,
            ];
            let along = |axis: usize| {
                weights[0] * before[axis]
                    + weights[1] * from[axis]
                    + weights[2] * to[axis]
                    + weights[3] * after[axis]
            };
            out.push([along(0), along(1)]);
        }
    }
}

/// A free-form deformation: the nodes of a lattice over the digit's box are displaced, and cubic Bernstein polynomials
/// interpolate between them.
struct Lattice([[[f32; 2]; NODES]; NODES]);

impl Lattice {
    fn new(random: &mut Stream, strength: f32) -> Lattice {
        let mut nodes = [[[0.0; 2]; NODES]; NODES];
        for (i, row) in nodes.iter_mut().enumerate() {
            for (j, node) in row.iter_mut().enumerate() {
                let inside = |k: usize| usize::from(k > 0 && k + 1 < NODES);
                let far = strength * BEND[inside(i) + inside(j)];
                *node = [random.normal() * far, random.normal() * far];
            }
        }
        Lattice(nodes)
    }

    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (across, down) = (bernstein(x), bernstein(y));
        let mut moved = [x, y];
        for (row, v) in self.0.iter().zip(down) {
            for (node, u) in row.iter().zip(across) {
                moved[0] += node[0] * (u * v);
                moved[1] += node[1] * (u * v);
            }
        }
        moved
    }
}

/// The four cubic Bernstein polynomials at `t`, clamped to the box.
fn bernstein(t: f32) -> [f32; NODES] {
    let t = t.clamp(0.0, 1.0);
    let s = 1.0 - t;
    [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t]
}

/// What one hand does to all its digits: an affine map (stretch, slant, rotation) after a change of proportions.
struct Shear {
    waist: f32,
    taper: f32,
    matrix: [[f32; 2]; 2],
}

impl Shear {
    fn new(digit: u8, random: &mut Stream) -> Shear {
        let waist = (random.normal() * WAIST).clamp(-0.9, 0.9);
        let taper = (random.normal() * TAPER).clamp(-0.6, 0.6);
        let slant = LEAN[usize::from(digit)] + random.normal() * SLANT;
        let turn = random.normal() * TURN;
        let (sin, cos) = (libm::sinf(turn), libm::cosf(turn));
        // Stretch first, then slant (the top goes right), then turn.
        let matrix = [[cos, -(cos * slant) - sin], [0.8 * sin, cos - sin * slant]];
        Shear {
            waist,
            taper,
            matrix,
        }
    }

    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [[a, b], [c, d]] = self.matrix;
        let x = (x - 0.5) * (1.0 + self.taper * (1.0 - 2.0 * y));
        let inside = y.clamp(0.0, 1.0);
        let y = y + self.waist * inside * (1.0 - inside);
        [a * x + b * y, c * x + d * y]
    }
}

/// The usual slant of each digit: how far its top lies to the right of its foot, for its height.
const LEAN: [f32; 10] = [0.15, 0.22, 0.10, 0.08, 0.14, 0.06, 0.06, 0.04, 0.10, 0.06];
/// The logarithm of each digit's width for its height: the mean and the standard deviation.
const ASPECT: [(f32, f32); 10] = [
    (-0.10, 0.17),
    (0.0, 0.0),
    (-0.07, 0.20),
    (-0.23, 0.19),
    (-0.24, 0.19),
    (-0.08, 0.22),
    (-0.32, 0.20),
    (-0.25, 0.19),
    (-0.27, 0.20),
    (-0.39, 0.18),
];
/// The pen's usual width for the digit's height.
const PEN: f32 = 0.14;
