//! A scene: a ground, clutter, one shape, and sometimes a bar in front of it.

use core::f32::consts::TAU;

use super::SIDE;
use super::canvas::Canvas;
use super::outline::{self, CLASSES, Outline, Point};
use super::texture::Texture;
use crate::random::{Purpose, Stream, stream};

/// Half of an image's side, in pixels.
const HALF: f32 = SIDE as f32 / 2.0;
/// The part of the images in which a bar lies in front of the shape.
const OCCLUDED: f32 = 0.3;
/// The most pieces of clutter.
const CLUTTER: u32 = 2;
/// The largest standard deviation of the noise.
const NOISE: f32 = 0.05;

/// Draws example `index` under `seed` into the pixels of an image, `[3, height, width]`, and returns its label.
pub(super) fn draw(seed: u64, index: u64, pixels: &mut [u8]) -> u8 {
    let mut random = stream(seed, Purpose::Shapes, index);
    let class = random.below(CLASSES.len() as u32);
    let lightness = random.uniform_in(0.1, 0.45);
    let mut canvas = Canvas::new(&Texture::sample(lightness, &mut random));
    for _ in 0..random.below(CLUTTER + 1) {
        let piece = clutter(&mut random);
        let lightness = random.uniform_in(0.1, 0.9);
        canvas.paint(&piece, &Texture::sample(lightness, &mut random));
    }
    let radius = random.uniform_in(8.0, 13.0);
    let free = HALF - 0.9 * radius;
    let place = [
        random.uniform_in(-free, free),
        random.uniform_in(-free, free),
    ];
    let shape = placed(outline::of(class as usize), radius, place, &mut random);
    // Always lighter than its ground.
    let lightness = random.uniform_in(0.55, 0.9);
    canvas.paint(&shape, &Texture::sample(lightness, &mut random));
    if random.uniform() < OCCLUDED {
        let bar = bar(radius, place, &mut random);
        let lightness = random.uniform_in(0.1, 0.9);
        canvas.paint(&bar, &Texture::sample(lightness, &mut random));
    }
    let deviation = random.uniform_in(0.0, NOISE);
    // The sum of two uniform numbers is near enough to a normal one, and drawn in a fraction of the time. One number between 0 and
    // 1 has a variance of 1/12.
    let factor = deviation * 6.0_f32.sqrt();
    canvas.write(pixels, || {
        let word = random.next_u32();
        let sum = (word >> 16) as f32 + (word & 0xffff) as f32;
        factor * (sum / 65_536.0 - 1.0)
    });
    class as u8
}

/// A bar or a blob, anywhere.
fn clutter(random: &mut Stream) -> Outline {
    let piece = match random.below(2) {
        0 => outline::rectangle(0.95, random.uniform_in(0.15, 0.5)),
        _ => outline::disc(0.85),
    };
    let radius = random.uniform_in(2.0, 9.0);
    let place = [
        random.uniform_in(-HALF, HALF),
        random.uniform_in(-HALF, HALF),
    ];
    placed(piece, radius, place, random)
}

/// A bar across the whole image that hides a part of a shape, not its centre.
fn bar(radius: f32, [x, y]: Point, random: &mut Stream) -> Outline {
    let (sin, cos) = libm::sincosf(random.uniform_in(0.0, TAU));
    let away = radius * random.uniform_in(0.3, 1.0);
    let half = radius * random.uniform_in(0.1, 0.25) / 2.0;
    let bar = outline::rectangle(2.0 * SIDE as f32, half);
    let turned = |[u, v]: Point| {
        let v = v + away;
        [x + u * cos - v * sin, y + u * sin + v * cos]
    };
    mapped(bar, turned)
}

/// An outline of radius 1, made this large, stretched along some direction, turned by some angle, and put there.
fn placed(outline: Outline, radius: f32, [x, y]: Point, random: &mut Stream) -> Outline {
    let stretch = random.uniform_in(0.75, 1.0);
    let (sin, cos) = libm::sincosf(random.uniform_in(0.0, TAU));
    let (sin2, cos2) = libm::sincosf(random.uniform_in(0.0, TAU));
    mapped(outline, |[u, v]| {
        // Turned, so that it is stretched along a direction of its own; then turned on.
        let (u, v) = (
            radius * (u * cos - v * sin),
            radius * stretch * (u * sin + v * cos),
        );
        [x + u * cos2 - v * sin2, y + u * sin2 + v * cos2]
    })
}

fn mapped(mut outline: Outline, map: impl Fn(Point) -> Point) -> Outline {
    for point in outline.iter_mut().flatten() {
        *point = map(*point);
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::shapes::{INPUT, SYNTHETIC};

    /// Mean and standard deviation of each channel of the first 10,000 training images under seed 0 are the declared ones.
    #[test]
    fn images_are_normalized_by_what_is_drawn() {
        let images = SYNTHETIC.split(0, 0..10_000, 3 * SIDE * SIDE).images;
        for channel in 0..3 {
            let planes = images.chunks(SIDE * SIDE).skip(channel).step_by(3);
            let values = || {
                planes
                    .clone()
                    .flatten()
                    .map(|byte| f64::from(*byte) / 255.0)
            };
            let count = (10_000 * SIDE * SIDE) as f64;
            let mean = values().sum::<f64>() / count;
            let std = (values().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count).sqrt();
            let found = format!("channel {channel}: {mean}, {std}");
            assert!(
                (mean - f64::from(INPUT.mean[channel])).abs() < 3e-3,
                "{found}"
            );
            assert!(
                (std - f64::from(INPUT.std[channel])).abs() < 3e-3,
                "{found}"
            );
        }
    }
}
