//! What an answer is worth: whether its probabilities are nearly equal, and whether the image is like those that were learned. The rules of the
//! package (`crate/js/answers/doubt.ts`), number by number.

use bunsen::recipe::Normalization;

/// Of the entropy of equal probabilities: an answer with so much of it says nothing.
const FLAT: f64 = 0.9;

/// Standard deviations of the pixels that were learned by which an image's mean may differ from theirs.
const MOST_DEVIATIONS: f64 = 2.0;

/// Values from 0 to 255 by which the pixels of an image of one colour may differ.
const BLANK: u8 = 4;

/// Why an answer is called unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// Its probabilities are nearly equal.
    Flat,
    /// The image is of one colour.
    Blank,
    /// The image is much lighter or darker than those that the network learned from.
    OutOfRange,
}

impl Unsure {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Unsure::Flat => "flat",
            Unsure::Blank => "blank",
            Unsure::OutOfRange => "out-of-range",
        }
    }

    /// What is wrong, for people.
    pub fn words(self) -> &'static str {
        match self {
            Unsure::Flat => "its probabilities are nearly equal",
            Unsure::Blank => "the image is of one colour",
            Unsure::OutOfRange => "the image is much lighter or darker than those it learned from",
        }
    }
}

/// Why an answer is called unsure. `pixels`: `[channels, size, size]`, as the network was given them.
pub fn unsure(
    probabilities: &[f32],
    pixels: &[u8],
    channels: usize,
    normalization: Option<&Normalization>,
) -> Option<Unsure> {
    let planes = || pixels.chunks(pixels.len() / channels.max(1));
    if planes().all(|plane| range(plane) <= BLANK) {
        return Some(Unsure::Blank);
    }
    let is_far = |(channel, plane): (usize, &[u8])| {
        let of_channel = |numbers: &[f32]| numbers.get(channel).map(|number| f64::from(*number));
        let Some(Normalization { mean, std }) = normalization else {
            return false;
        };
        of_channel(mean)
            .zip(of_channel(std))
            .is_some_and(|(mean, std)| (plane_mean(plane) - mean).abs() > MOST_DEVIATIONS * std)
    };
    if planes().enumerate().any(is_far) {
        return Some(Unsure::OutOfRange);
    }
    let most = (probabilities.len() as f64).ln();
    (entropy(probabilities) >= FLAT * most).then_some(Unsure::Flat)
}

/// In nats.
fn entropy(probabilities: &[f32]) -> f64 {
    let terms = probabilities.iter().map(|p| f64::from(*p));
    terms
        .filter(|p| *p > 0.0)
        .fold(0.0, |sum, p| sum - p * p.ln())
}

/// The mean of pixels, from 0 to 1.
fn plane_mean(plane: &[u8]) -> f64 {
    let sum: u64 = plane.iter().map(|byte| u64::from(*byte)).sum();
    sum as f64 / (255 * plane.len()) as f64
}

fn range(plane: &[u8]) -> u8 {
    let [least, most] = [plane.iter().min(), plane.iter().max()];
    most.zip(least).map_or(0, |(most, least)| most - least)
}

/// Whether nine in ten grey images `[size, size]` have ink all around, which paper has not: they are light on dark.
pub fn are_light_on_dark<'a>(images: impl Iterator<Item = &'a [u8]>, size: usize) -> bool {
    let last = size.saturating_sub(1);
    let is_border = |index: usize| {
        let at = [index / size, index % size];
        at.iter().any(|at| [0, last].contains(at))
    };
    let (mut dark, mut all) = (0, 0);
    for image in images {
        let border = image.iter().enumerate().filter(|pixel| is_border(pixel.0));
        let sum: usize = border.map(|(_, byte)| usize::from(*byte)).sum();
        dark += usize::from(sum > 4 * last * 128);
        all += 1;
    }
    all > 0 && 10 * dark >= 9 * all
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARNED: Normalization = Normalization {
        mean: Vec::new(),
        std: Vec::new(),
    };

    #[test]
    fn answers_are_unsure_where_the_image_says_nothing() {
        let normalization = Normalization {
            mean: vec![0.5],
            std: vec![0.125],
        };
        let sure = [0.98, 0.01, 0.01];
        let image = |low: u8, high: u8| [low, high, low, high];
        let unsure =
            |answer: &[f32], pixels: &[u8]| unsure(answer, pixels, 1, Some(&normalization));
        assert_eq!(unsure(&sure, &image(100, 150)), None);
        assert_eq!(unsure(&sure, &image(100, 104)), Some(Unsure::Blank));
        assert_eq!(unsure(&sure, &image(100, 105)), None);
        assert_eq!(unsure(&sure, &image(240, 250)), Some(Unsure::OutOfRange));
        assert_eq!(unsure(&sure, &image(0, 30)), Some(Unsure::OutOfRange));
        let flat = [0.34, 0.33, 0.33];
        assert_eq!(unsure(&flat, &image(100, 150)), Some(Unsure::Flat));
        assert_eq!(unsure(&[0.6, 0.3, 0.1], &image(100, 150)), None);
    }

    #[test]
    fn nothing_is_out_of_range_where_the_range_is_not_known() {
        let answer = [0.9, 0.1];
        assert_eq!(unsure(&answer, &[0, 30], 1, None), None);
        assert_eq!(unsure(&answer, &[0, 30], 1, Some(&LEARNED)), None);
    }

    #[test]
    fn ink_all_around_is_light_on_dark() {
        let dark = [255, 255, 255, 255, 0, 255, 255, 255, 255];
        let light = [0, 0, 0, 0, 255, 0, 0, 0, 0];
        let nine = |rest: &'static [u8]| {
            let dark: &'static [u8] = dark.to_vec().leak();
            std::iter::repeat_n(dark, 9).chain([rest])
        };
        assert!(are_light_on_dark(nine(light.to_vec().leak()), 3));
        let mixed = [&light[..], &light, &dark];
        assert!(!are_light_on_dark(mixed.into_iter(), 3));
        assert!(!are_light_on_dark(std::iter::empty(), 3));
    }
}
