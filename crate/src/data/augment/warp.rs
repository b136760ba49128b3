//! Shift, rotation and elastic distortion as one warp: each pixel is sampled once, from its source in the image.
//!
//! The elastic distortion is P. Simard, D. Steinkraus, J. Platt: Best practices for convolutional neural networks applied to
//! visual document analysis, 2003, section 2. Where this departs: the paper smooths a random displacement of each pixel
//! with a Gaussian; here the displacements of a few nodes are drawn and interpolated by a cubic B-spline, which is as smooth and
//! takes a tenth of the time.

use crate::random::Stream;

/// The largest shift in each direction, in pixels. Shifts are real numbers.
pub const SHIFT: f32 = 2.0;
/// The largest rotation to either side, in degrees.
pub const DEGREES: f32 = 10.0;
/// Nodes of the distortion in each direction. The outermost are outside the image.
const NODES: usize = 7;
/// Standard deviation of a node's displacement in each direction, as a fraction of the image's side. The spline's is about half
/// of that.
const NODE_STD: f32 = 0.09;

/// A map from each pixel to its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Warp {
    /// Downwards and to the right, in pixels.
    pub shift: [f32; 2],
    /// Clockwise, in radians.
    pub angle: f32,
    /// The displacement of each node, row by row: downwards and to the right, as a fraction of the side.
    pub nodes: Option<Box<[[[f32; 2]; NODES]; NODES]>>,
}

/// Draws a shift: downwards and to the right.
pub(super) fn draw_shift(random: &mut Stream) -> [f32; 2] {
    [0, 1].map(|_| random.uniform_in(-SHIFT, SHIFT))
}

/// Draws a rotation.
pub(super) fn draw_angle(random: &mut Stream) -> f32 {
    random.uniform_in(-DEGREES, DEGREES).to_radians()
}

/// Draws a distortion.
pub(super) fn draw_nodes(random: &mut Stream) -> Box<[[[f32; 2]; NODES]; NODES]> {
    let mut nodes = Box::new([[[0.0; 2]; NODES]; NODES]);
    for number in nodes.as_flattened_mut().as_flattened_mut() {
        *number = random.normal() * NODE_STD;
    }
    nodes
}

impl Warp {
    /// Warps in place. Sources outside the image are 0.
    ///
    /// # Shapes
    /// - `image`: `[channels, height, width]`
    pub fn apply(&self, image: &mut [u8], [_, height, width]: [usize; 3]) {
        let sources = sources(self, height, width);
        for plane in image.chunks_exact_mut((height * width).max(1)) {
            let original = plane.to_vec();
            for (pixel, [y, x]) in plane.iter_mut().zip(&sources) {
                *pixel = bilinear(&original, height, width, *y, *x);
            }
        }
    }
}

/// The row and column of each pixel's source.
fn sources(warp: &Warp, height: usize, width: usize) -> Vec<[f32; 2]> {
    let (sin, cos) = (libm::sinf(warp.angle), libm::cosf(warp.angle));
    let centre = [height, width].map(|side| (side as f32 - 1.0) / 2.0);
    let columns: Vec<_> = (0..width).map(|column| spline(column, width)).collect();
    let mut sources = Vec::with_capacity(height * width);
    for row in 0..height {
        let row_nodes = warp
            .nodes
            .as_ref()
            .map(|nodes| interpolate_rows(nodes, row, height));
        let y = row as f32 - centre[0] - warp.shift[0];
        for (column, (first, weights)) in columns.iter().enumerate() {
            let x = column as f32 - centre[1] - warp.shift[1];
            let mut source = [centre[0] + cos * y - sin * x, centre[1] + sin * y + cos * x];
            if let Some(nodes) = &row_nodes {
                for (node, weight) in nodes[*first..].iter().zip(weights) {
                    source[0] += node[0] * weight * height as f32;
                    source[1] += node[1] * weight * width as f32;
                }
            }
            sources.push(source);
        }
    }
    sources
}

/// The nodes' displacements at a row of the image: interpolated between the rows of nodes.
fn interpolate_rows(
    nodes: &[[[f32; 2]; NODES]; NODES],
    row: usize,
    height: usize,
) -> [[f32; 2]; NODES] {
    let (first, weights) = spline(row, height);
    let mut interpolated = [[0.0; 2]; NODES];
    for (line, weight) in nodes[first..].iter().zip(weights) {
        for (sum, node) in interpolated.iter_mut().zip(line) {
            sum[0] += node[0] * weight;
            sum[1] += node[1] * weight;
        }
    }
    interpolated
}

/// The uniform cubic B-spline at a row or column: the first of the four nodes that it depends on, and the weight of each.
fn spline(pixel: usize, side: usize) -> (usize, [f32; 4]) {
    let position = (pixel as f32 + 0.5) / side as f32 * (NODES - 3) as f32;
    let first = (position as usize).min(NODES - 4);
    let t = position - first as f32;
    let (s, t2, t3) = (1.0 - t, t * t, t * t * t);
    let weights = [
        s * s * s,
        3.0 * t3 - 6.0 * t2 + 4.0,
        -3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0,
        t3,
    ];
    (first, weights.map(|weight| weight / 6.0))
}

/// Bilinear interpolation between the four pixels around a point; pixels outside the image are 0.
fn bilinear(plane: &[u8], height: usize, width: usize, y: f32, x: f32) -> u8 {
    let (top, left) = (y.floor(), x.floor());
    let (v, u) = (y - top, x - left);
    let pixel = |row: f32, column: f32| {
        let inside = row >= 0.0 && column >= 0.0 && row < height as f32 && column < width as f32;
        match inside {
            true => f32::from(plane[row as usize * width + column as usize]),
            false => 0.0,
        }
    };
    let upper = pixel(top, left) * (1.0 - u) + pixel(top, left + 1.0) * u;
    let lower = pixel(top + 1.0, left) * (1.0 - u) + pixel(top + 1.0, left + 1.0) * u;
    (upper * (1.0 - v) + lower * v + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};

    fn image(pixels: usize) -> Vec<u8> {
        (0..pixels).map(|i| (i * 37 % 255 + 1) as u8).collect()
    }

    fn warped(shape: [usize; 3], warp: &Warp) -> Vec<u8> {
        let mut image = image(shape.iter().product());
        warp.apply(&mut image, shape);
        image
    }

    #[test]
    fn nothing_moves_where_nothing_was_drawn() {
        for shape in [[3, 32, 32], [1, 28, 28], [2, 5, 7], [1, 1, 1]] {
            let pixels = shape.iter().product();
            assert_eq!(warped(shape, &Warp::default()), image(pixels), "{shape:?}");
        }
    }

    #[test]
    fn a_whole_shift_moves_pixels_as_they_are() {
        let warp = Warp {
            shift: [1.0, -2.0],
            ..Warp::default()
        };
        let (before, after) = (image(48), warped([1, 6, 8], &warp));
        for row in 0..6 {
            for column in 0..8 {
                let inside = row >= 1 && column + 2 < 8;
                let expected = match inside {
                    true => before[(row - 1) * 8 + column + 2],
                    false => 0,
                };
                assert_eq!(after[row * 8 + column], expected, "{row}, {column}");
            }
        }
    }

    #[test]
    fn a_quarter_turn_is_clockwise() {
        let warp = Warp {
            angle: std::f32::consts::FRAC_PI_2,
            ..Warp::default()
        };
        let (before, after) = (image(25), warped([1, 5, 5], &warp));
        for row in 0..5 {
            for column in 0..5 {
                assert_eq!(after[column * 5 + 4 - row], before[row * 5 + column]);
            }
        }
    }

    /// Neighbours stay neighbours, and the whole is displaced by about a pixel.
    #[test]
    fn a_distortion_is_smooth_and_moderate() {
        let (mut squares, mut steepest, mut count) = (0.0f32, 0.0f32, 0.0f32);
        for seed in 0..200 {
            let nodes = Some(draw_nodes(&mut stream(seed, Purpose::Augmentation, 0)));
            let warp = Warp {
                nodes,
                ..Warp::default()
            };
            let sources = sources(&warp, 28, 28);
            for (pixel, [y, x]) in sources.iter().enumerate() {
                let (row, column) = ((pixel / 28) as f32, (pixel % 28) as f32);
                squares += (y - row) * (y - row) + (x - column) * (x - column);
                count += 2.0;
                if column > 0.0 {
                    let [left_y, left_x] = sources[pixel - 1];
                    let difference = (y - left_y).abs().max((x - left_x - 1.0).abs());
                    steepest = steepest.max(difference);
                }
            }
        }
        let deviation = (squares / count).sqrt();
        assert!((0.8..1.6).contains(&deviation), "{deviation}");
        assert!(steepest < 1.5, "{steepest}");
    }

    #[test]
    fn weights_of_the_spline_add_up_to_1() {
        for side in [1, 5, 28, 32, 224] {
            for place in 0..side {
                let (first, weights) = spline(place, side);
                assert!(first + 4 <= NODES);
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
                assert!(weights.iter().all(|weight| *weight >= 0.0));
            }
        }
    }
}
