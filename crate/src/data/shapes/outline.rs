//! The outlines of the shapes: closed polygons around the origin, about 1 in radius.

use core::f32::consts::{PI, TAU};

/// A point, x to the right and y downwards.
pub(super) type Point = [f32; 2];
/// A closed polygon, or several: what lies within an odd number of them is inside.
pub(super) type Outline = Vec<Vec<Point>>;

/// The classes, as they are called.
pub(super) const CLASSES: [&str; 10] = [
    "disc", "ring", "square", "triangle", "cross", "star", "heart", "crescent", "arrow", "hexagon",
];

/// The outline of a class.
pub(super) fn of(class: usize) -> Outline {
    let contour = match class {
        0 => return disc(0.85),
        1 => return [disc(0.95), disc(0.5)].concat(),
        2 => vec![[-0.75, -0.75], [0.75, -0.75], [0.75, 0.75], [-0.75, 0.75]],
        3 => arc([0.0, 0.0], 1.05, 0.0, TAU, 3),
        4 => cross(0.95, 0.3),
        5 => star(1.05, 0.45),
        6 => heart(),
        7 => crescent(),
        8 => arrow(),
        _ => arc([0.0, 0.0], 0.95, 0.0, TAU, 6),
    };
    vec![contour]
}

/// A disc around the origin.
pub(super) fn disc(radius: f32) -> Outline {
    vec![arc([0.0, 0.0], radius, 0.0, TAU, 28)]
}

/// A rectangle around the origin, of these half sides.
pub(super) fn rectangle(half_width: f32, half_height: f32) -> Outline {
    let (x, y) = (half_width, half_height);
    vec![vec![[-x, -y], [x, -y], [x, y], [-x, y]]]
}

/// `count` points of a circle, at equal angles from `from` on; `to` itself is left out.
fn arc(centre: Point, radius: f32, from: f32, to: f32, count: usize) -> Vec<Point> {
    let step = (to - from) / count as f32;
    let point = |index: usize| {
        let (sin, cos) = libm::sincosf(from + step * index as f32);
        [centre[0] + radius * cos, centre[1] + radius * sin]
    };
    (0..count).map(point).collect()
}

/// Two bars across each other.
fn cross(length: f32, half: f32) -> Vec<Point> {
    let corner = [[length, -half], [length, half], [half, half]];
    let turned = |turn: usize| {
        corner.map(|[x, y]| match turn {
            0 => [x, y],
            1 => [-y, x],
            2 => [-x, -y],
            _ => [y, -x],
        })
    };
    (0..4).flat_map(turned).collect()
}

/// Five points.
fn star(outer: f32, inner: f32) -> Vec<Point> {
    let tips = arc([0.0, 0.0], outer, 0.0, TAU, 5);
    let notches = arc([0.0, 0.0], inner, PI / 5.0, TAU + PI / 5.0, 5);
    tips.into_iter()
        .zip(notches)
        .flat_map(|(tip, notch)| [tip, notch])
        .collect()
}

/// The curve x = 16 sin³ t, y = −(13 cos t − 5 cos 2t − 2 cos 3t − cos 4t), made smaller.
fn heart() -> Vec<Point> {
    const COUNT: usize = 28;
    let point = |index: usize| {
        let t = TAU * index as f32 / COUNT as f32;
        let (sin, cos) = libm::sincosf(t);
        let (cos2, cos3, cos4) = (
            libm::cosf(2.0 * t),
            libm::cosf(3.0 * t),
            libm::cosf(4.0 * t),
        );
        let y = 13.0 * cos - 5.0 * cos2 - 2.0 * cos3 - cos4;
        [16.0 * sin * sin * sin / 17.0, -(y + 2.5) / 17.0]
    };
    (0..COUNT).map(point).collect()
}

/// A disc without another one that lies partly over it: two arcs between the points where the circles meet.
fn crescent() -> Vec<Point> {
    const OUTER: f32 = 0.95;
    const INNER: f32 = 0.75;
    const APART: f32 = 0.42;
    let x = (OUTER * OUTER - INNER * INNER + APART * APART) / (2.0 * APART);
    let y = (OUTER * OUTER - x * x).sqrt();
    let (outer, inner) = (libm::atan2f(y, x), libm::atan2f(y, x - APART));
    let around = arc([0.0, 0.0], OUTER, outer, TAU - outer, 20);
    let back = arc([APART, 0.0], INNER, TAU - inner, inner, 14);
    [around, back].concat()
}

/// To the right.
fn arrow() -> Vec<Point> {
    vec![
        [-0.95, -0.24],
        [0.1, -0.24],
        [0.1, -0.7],
        [1.0, 0.0],
        [0.1, 0.7],
        [0.1, 0.24],
        [-0.95, 0.24],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The area inside, by the shoelace formula; holes are counted off.
    fn area(outline: &Outline) -> f32 {
        let polygon = |points: &Vec<Point>| {
            let next = points.iter().cycle().skip(1);
            let doubled = points
                .iter()
                .zip(next)
                .map(|([x, y], [u, v])| x * v - u * y);
            doubled.sum::<f32>().abs() / 2.0
        };
        let areas: Vec<f32> = outline.iter().map(polygon).collect();
        2.0 * areas[0] - areas.iter().sum::<f32>()
    }

    #[test]
    fn outlines_are_about_one_in_radius_and_neither_thin_nor_full() {
        for (class, name) in CLASSES.iter().enumerate() {
            let outline = of(class);
            let radius = |[x, y]: Point| (x * x + y * y).sqrt();
            let largest = outline
                .iter()
                .flatten()
                .map(|point| radius(*point))
                .fold(0.0, f32::max);
            assert!((0.8..=1.15).contains(&largest), "{name}: {largest}");
            let area = area(&outline);
            assert!((0.9..=2.5).contains(&area), "{name}: {area}");
        }
    }
}
