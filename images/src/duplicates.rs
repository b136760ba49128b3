//! Images that are there twice, by what a network sees of them: a file that was saved again is another file, and the same image.

use std::collections::BTreeSet;

use crate::builder::SkippedFile;
use crate::classes::Role;
use crate::error::list_some;
use crate::finish::Labelled;

/// Each image once, with notices of the others. An image in the folders of two classes has no certain label, and is skipped; a test
/// image that is also trained on tests nothing.
pub(crate) fn without_duplicates(
    labelled: Vec<Labelled>,
    skipped: &mut Vec<SkippedFile>,
    notices: &mut Vec<String>,
) -> Vec<Labelled> {
    let mut labelled = labelled;
    // Which of equal files stays follows from the files, not from their names.
    labelled.sort_unstable_by(|a, b| {
        let pixels = a.image.pixels.cmp(&b.image.pixels);
        pixels.then_with(|| key(a).cmp(&key(b)))
    });
    let mut labelled = labelled.into_iter().peekable();
    let (mut unique, mut duplicates, mut trained) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(first) = labelled.next() {
        let mut equal = vec![first];
        while let Some(next) = labelled.next_if(|next| next.image.pixels == equal[0].image.pixels) {
            equal.push(next);
        }
        let classes: BTreeSet<&str> = equal.iter().map(|image| image.class.as_str()).collect();
        if classes.len() > 1 {
            let classes: Vec<_> = classes.into_iter().map(str::to_owned).collect();
            let why = format!("the same image lies in {}", classes.join(" and in "));
            skipped.extend(equal.into_iter().map(|image| SkippedFile {
                path: image.image.path.join("/"),
                why: why.clone(),
            }));
            continue;
        }
        let mut equal = equal.into_iter();
        let Some(first) = equal.next() else { continue };
        for other in equal {
            let pair = (other.image.path.join("/"), first.image.path.join("/"));
            match other.role == first.role {
                true => duplicates.push(pair),
                false => trained.push(pair),
            }
        }
        unique.push(first);
    }
    if let Some(named) = list(duplicates.as_mut_slice()) {
        let images = match duplicates.len() {
            1 => "1 image is there already, and counts".to_owned(),
            count => format!("{count} images are there already, and count"),
        };
        notices.push(format!("{images} once: {named}."));
    }
    if let Some(named) = list(trained.as_mut_slice()) {
        let images = match trained.len() {
            1 => "1 test image is also a training image, and was".to_owned(),
            count => format!("{count} test images are also training images, and were"),
        };
        notices.push(format!("{images} left out of the test: {named}."));
    }
    unique
}

/// The order within equal images: training images first.
fn key(image: &Labelled) -> (Option<Role>, [u8; 32], &[String]) {
    (image.role, image.image.hash, &image.image.path)
}

/// "b.png is a.png, c.png is a.png"; none where there are none.
fn list(pairs: &mut [(String, String)]) -> Option<String> {
    pairs.sort();
    let named = pairs
        .iter()
        .map(|(path, first)| format!("{path} is {first}"));
    (!pairs.is_empty()).then(|| list_some(named))
}
