//! An image that is painted on: surfaces within outlines, one over the other, with soft edges.

use super::SIDE;
use super::outline::{Outline, Point};
use super::texture::Texture;

/// Red, green and blue of each pixel, row by row, about 0 to 1.
pub(super) struct Canvas {
    pixels: Vec<[f32; 3]>,
}

/// The centre of a pixel, in pixels from the image's.
fn centre(row: usize, column: usize) -> Point {
    let middle = (SIDE as f32 - 1.0) / 2.0;
    [column as f32 - middle, row as f32 - middle]
}

impl Canvas {
    /// A canvas that a texture covers.
    pub(super) fn new(ground: &Texture) -> Canvas {
        let places = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| centre(row, column)));
        Canvas {
            pixels: places.map(|place| ground.at(place)).collect(),
        }
    }

    /// Paints what lies inside of an outline, which is given in pixels from the image's centre.
    pub(super) fn paint(&mut self, outline: &Outline, texture: &Texture) {
        let edges = edges(outline);
        // Rows and columns that the outline or its soft edge reaches.
        let reach = |axis: usize| {
            let ends = || {
                outline
                    .iter()
                    .flatten()
                    .map(|point| point[axis] + SIDE as f32 / 2.0)
            };
            let first = ends().fold(f32::INFINITY, f32::min) - 1.0;
            let last = ends().fold(f32::NEG_INFINITY, f32::max) + 1.0;
            first.max(0.0) as usize..(last.max(0.0) as usize).min(SIDE)
        };
        for row in reach(1) {
            for column in reach(0) {
                let place = centre(row, column);
                let cover = cover(&edges, place);
                if cover > 0.0 {
                    let pixel = &mut self.pixels[row * SIDE + column];
                    let paint = texture.at(place);
                    for (under, over) in pixel.iter_mut().zip(paint) {
                        *under += cover * (over - *under);
                    }
                }
            }
        }
    }

    /// Writes the image as bytes, `[3, height, width]`; `noise` is added to each value.
    pub(super) fn write(&self, bytes: &mut [u8], mut noise: impl FnMut() -> f32) {
        for (channel, plane) in bytes.chunks_exact_mut(SIDE * SIDE).enumerate() {
            for (byte, pixel) in plane.iter_mut().zip(&self.pixels) {
                let value = (pixel[channel] + noise()).clamp(0.0, 1.0);
                *byte = (value * 255.0 + 0.5) as u8;
            }
        }
    }
}

/// A side of a polygon: where it begins, where it leads, and one by its squared length.
struct Edge {
    from: Point,
    along: Point,
    inverse: f32,
}

fn edges(outline: &Outline) -> Vec<Edge> {
    let sides = outline.iter().flat_map(|points| {
        let next = points.iter().cycle().skip(1);
        points.iter().zip(next)
    });
    let edge = |(from, to): (&Point, &Point)| {
        let along = [to[0] - from[0], to[1] - from[1]];
        Edge {
            from: *from,
            along,
            inverse: 1.0 / (along[0] * along[0] + along[1] * along[1]).max(1e-12),
        }
    };
    sides.map(edge).collect()
}

/// How much of the pixel around a point lies inside, from 0 to 1: by the point's distance from the outline, half of it where that
/// is 0.
fn cover(edges: &[Edge], [x, y]: Point) -> f32 {
    let mut nearest = f32::INFINITY;
    let mut is_inside = false;
    for Edge {
        from,
        along,
        inverse,
    } in edges
    {
        let (dx, dy) = (x - from[0], y - from[1]);
        let part = ((dx * along[0] + dy * along[1]) * inverse).clamp(0.0, 1.0);
        let (ex, ey) = (dx - part * along[0], dy - part * along[1]);
        nearest = nearest.min(ex * ex + ey * ey);
        // Whether a ray to the right crosses this side.
        let end = from[1] + along[1];
        if (from[1] > y) != (end > y) && dx * along[1].abs() < dy * along[0] * along[1].signum() {
            is_inside = !is_inside;
        }
    }
    // Farther away than half a pixel it is all or nothing.
    let distance = nearest.min(1.0).sqrt();
    (0.5 + if is_inside { distance } else { -distance }).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::shapes::outline::{disc, rectangle};

    fn covered(outline: &Outline) -> f32 {
        let edges = edges(outline);
        let places = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| centre(row, column)));
        places.map(|place| cover(&edges, place)).sum()
    }

    #[test]
    fn pixels_are_covered_as_the_outline_is_large() {
        let square = covered(&rectangle(5.0, 5.0));
        assert!((square - 100.0).abs() < 1.0, "{square}");
        let disc8 = covered(&disc(8.0));
        assert!((disc8 - 201.0).abs() < 4.0, "{disc8}");
        let ring = covered(&[disc(8.0), disc(4.0)].concat());
        assert!((ring - 151.0).abs() < 4.0, "{ring}");
    }

    #[test]
    fn a_pixel_on_the_edge_is_half_covered() {
        let edges = edges(&rectangle(4.0, 4.0));
        assert_eq!(cover(&edges, [4.0, 0.0]), 0.5);
        assert_eq!(cover(&edges, [0.0, 0.0]), 1.0);
        assert_eq!(cover(&edges, [9.0, 0.0]), 0.0);
        assert_eq!(cover(&edges, [4.25, 0.0]), 0.25);
    }
}
