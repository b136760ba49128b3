//! The pictures of arrays, as networks take them.

use sha2::{Digest as _, Sha256};

use super::pairs::Set;
use super::{Images, Order};
use crate::builder::ImageFile;
use crate::classes::Role;
use crate::decode::Picture;
use crate::error::ImagesError;
use crate::finish::Labelled;
use crate::limits;
use crate::notices::mostly_dark;
use crate::resize::{Format, resize};

/// A notice tells where no pixel is brighter than this.
const BARELY_VISIBLE: u8 = 63;

/// The images of sets, each with its label as its class. In grey ones 0 is paper and 255 ink, as in MNIST's files; where they are dark
/// on light they are inverted, with a notice.
///
/// # Errors
/// [`ImagesError`], where there are too many of anything, or too few classes.
pub(crate) fn labelled(
    sets: Vec<Set>,
    format: Format,
    notices: &mut Vec<String>,
) -> Result<Vec<Labelled>, ImagesError> {
    check(&sets, format)?;
    let most = sets
        .iter()
        .flat_map(|set| set.images.pixels.iter().copied().max())
        .max();
    let is_ink = !format.colour && sets.iter().all(|set| set.images.channels == 1);
    let mut labelled = Vec::new();
    for Set {
        path,
        role,
        images,
        labels,
    } in sets
    {
        for (index, label) in labels.into_iter().enumerate() {
            labelled.push(Labelled {
                class: label.to_string(),
                role,
                image: ImageFile {
                    path: vec![format!("{path}, image {index}")],
                    hash: [0; 32],
                    pixels: pixels(&images, index, format, is_ink),
                },
            });
        }
    }
    if is_ink
        && mostly_dark(
            format,
            labelled.iter().map(|image| image.image.pixels.as_slice()),
        )
    {
        for image in &mut labelled {
            image
                .image
                .pixels
                .iter_mut()
                .for_each(|pixel| *pixel = 255 - *pixel);
        }
        notices.push(
            "These images are dark on light, and grey images in arrays are taken as 0 for paper and 255 for ink: they were inverted."
                .into(),
        );
    }
    for image in &mut labelled {
        image.image.hash = Sha256::digest(&image.image.pixels).into();
    }
    if let Some(most @ ..=BARELY_VISIBLE) = most {
        notices.push(format!(
            "No pixel is brighter than {most} of 255, so that these images are nearly black: scale them to 0 to 255."
        ));
    }
    Ok(labelled)
}

/// Refuses sets before their images are made.
fn check(sets: &[Set], format: Format) -> Result<(), ImagesError> {
    let is_tested = sets.iter().any(|set| set.role == Some(Role::Test));
    // Those for validation are left out where there are test images.
    let used = sets
        .iter()
        .filter(|set| !(is_tested && set.role == Some(Role::Validation)));
    let count: usize = used.map(|set| set.images.count).sum();
    if count > limits::max_images(format) {
        return Err(ImagesError::TooManyImages {
            found: count,
            format,
        });
    }
    let pixels = |set: &&Set| set.images.height as u64 * set.images.width as u64;
    if let Some(set) = sets.iter().find(|set| pixels(set) > limits::MAX_PIXELS) {
        return Err(ImagesError::Arrays(format!(
            "The images of {} have {}×{} pixels, and {} million in all are the most of an image.",
            set.path,
            set.images.width,
            set.images.height,
            limits::MAX_PIXELS / 1_000_000
        )));
    }
    let mut labels: Vec<i64> = Vec::new();
    for label in sets.iter().flat_map(|set| &set.labels) {
        if labels.len() <= limits::MAX_CLASSES && !labels.contains(label) {
            labels.push(*label);
        }
    }
    match (labels.len(), labels.first()) {
        (0, _) => Ok(()),
        (1, Some(label)) => Err(ImagesError::Arrays(format!(
            "All {count} images have the label {label}: a network that tells classes apart needs at least two."
        ))),
        (found, _) if found > limits::MAX_CLASSES => Err(ImagesError::Arrays(format!(
            "There are more than {} different labels, and there are no more classes than that.",
            limits::MAX_CLASSES
        ))),
        _ => Ok(()),
    }
}

/// What a network is given of an image. A grey one is no photograph: its numbers are ink already.
fn pixels(images: &Images, index: usize, format: Format, is_ink: bool) -> Vec<u8> {
    let plane = images.height * images.width;
    let start = index * plane * images.channels;
    let numbers = &images.pixels[start..start + plane * images.channels];
    if is_ink && [images.height, images.width] == [format.size; 2] {
        return numbers.to_vec();
    }
    let rgb = match (images.channels, images.order) {
        (1, _) => numbers.iter().flat_map(|number| [*number; 3]).collect(),
        (_, Order::Interleaved) => numbers.to_vec(),
        _ => (0..plane)
            .flat_map(|at| [0, 1, 2].map(|channel| numbers[channel * plane + at]))
            .collect(),
    };
    let picture = Picture {
        width: images.width,
        height: images.height,
        rgb,
        twelve_bit: false,
    };
    let mut pixels = resize(&picture, format);
    if is_ink {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    pixels
}
