//! A network's answers to files, one after another.

use std::error::Error;

use bunsen::lab::Run;
use bunsen::recipe::Normalization;
use bunsen::zoo::build_graph;
use bunsen_images::paths::composed;
use bunsen_images::{Fit, Format, single};

use super::doubt::{Unsure, are_light_on_dark, unsure};
use super::files::ListedFile;
use crate::native::progress::Progress;

/// Of so many grey images it is told whether they are light on dark, before the first is answered.
const LOOKED_AT: usize = 200;

const INVERTED: &str = "These images are light on dark, and this network learned from dark on light: each was inverted before it was asked.";

/// What the network answers to one image.
pub struct Answer {
    pub path: String,
    /// The classes, the most probable first; of equal ones in their order.
    pub order: Vec<usize>,
    /// The class that its folder is named as.
    pub label: Option<usize>,
    /// Whether the answer is that class.
    pub correct: bool,
    pub unsure: Option<Unsure>,
    /// Of each class, in their order.
    pub probabilities: Vec<f32>,
}

impl Answer {
    /// The most probable class.
    pub fn class(&self) -> usize {
        self.order.first().copied().unwrap_or_default()
    }

    /// The probability of the most probable class, in millionths.
    pub fn millionths(&self) -> u32 {
        let probability = self.probabilities.get(self.class()).copied();
        millionths(probability.unwrap_or_default())
    }
}

/// A probability in millionths, as it is shown and as answers are ordered.
pub fn millionths(probability: f32) -> u32 {
    (f64::from(probability) * 1e6 + 0.5).floor() as u32
}

/// A file to which there is no answer.
pub struct UnreadFile {
    pub path: String,
    /// Why, as the end of a sentence.
    pub why: String,
}

/// The answers to many images.
pub struct Answers {
    pub classes: Vec<String>,
    /// The most doubtful first: by the probability in millionths, then by the path.
    pub answers: Vec<Answer>,
    pub unread: Vec<UnreadFile>,
    /// Sentences that a person should know.
    pub notices: Vec<&'static str>,
}

impl Answers {
    /// How many images have a label.
    pub fn labelled(&self) -> usize {
        let labelled = |answer: &&Answer| answer.label.is_some();
        self.answers.iter().filter(labelled).count()
    }

    /// How many answers of those are right.
    pub fn right(&self) -> usize {
        self.answers.iter().filter(|answer| answer.correct).count()
    }
}

/// Answers each file in turn.
///
/// # Errors
/// Those of asking the network; a file that cannot be read is told among the answers.
pub async fn answer_all(
    run: &Run,
    classes: Vec<String>,
    files: &[ListedFile],
) -> Result<Answers, Box<dyn Error>> {
    let format = format_of(run)?;
    let normalizes = build_graph(run.recipe()).normalizes();
    let normalization = normalizes.then(|| run.normalization());
    let mut progress = Progress::new("answering", "file");
    let (mut done, total) = (0, files.len() as u64);
    let mut advance = |progress: &mut Progress| {
        done += 1;
        progress.show(done, total, "");
    };
    let mut asker = Asker {
        run,
        classes: &classes,
        normalization,
        inverts: false,
    };
    let (mut answers, mut unread, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    // Grey images wait until it is known how light they are.
    let mut waiting = may_invert(format, normalization).then(Vec::new);
    for (index, file) in files.iter().enumerate() {
        let read = file
            .read()
            .and_then(|bytes| single::read(&file.path, &bytes, format));
        match (read, &mut waiting) {
            (Err(why), _) => {
                let path = file.path.clone();
                unread.push(UnreadFile { path, why });
                advance(&mut progress);
            }
            (Ok(pixels), None) => {
                answers.push(asker.ask(&file.path, pixels).await?);
                advance(&mut progress);
            }
            (Ok(pixels), Some(held)) => held.push((&file.path, pixels)),
        }
        let is_due = |held: &Vec<_>| held.len() == LOOKED_AT || index + 1 == files.len();
        if let Some(held) = waiting.take_if(|held| is_due(held)) {
            let images = held.iter().map(|(_, pixels)| pixels.as_slice());
            asker.inverts = are_light_on_dark(images, format.size);
            notices.extend(asker.inverts.then_some(INVERTED));
            for (path, pixels) in held {
                answers.push(asker.ask(path, pixels).await?);
                advance(&mut progress);
            }
        }
    }
    progress.end();
    answers.sort_by(|a: &Answer, b| {
        let by_doubt = a.millionths().cmp(&b.millionths());
        by_doubt.then_with(|| a.path.cmp(&b.path))
    });
    Ok(Answers {
        classes,
        answers,
        unread,
        notices,
    })
}

/// What images are made into.
fn format_of(run: &Run) -> Result<Format, String> {
    let info = &run.data().info;
    let [channels, height, width] = info.shape();
    match height == width {
        true => Ok(Format {
            size: height,
            colour: channels == 3,
            fit: Fit::of(info.fit).unwrap_or_default(),
        }),
        false => Err(format!(
            "This network takes images of {width}×{height} pixels, and files are made square."
        )),
    }
}

/// Whether this network learned from ink on paper: what is light on dark may be inverted for it.
fn may_invert(format: Format, normalization: Option<&Normalization>) -> bool {
    let mean = normalization.and_then(|normalization| normalization.mean.first());
    format.channels() == 1 && mean.copied().unwrap_or_default() < 0.5
}

struct Asker<'a> {
    run: &'a Run,
    classes: &'a [String],
    normalization: Option<&'a Normalization>,
    inverts: bool,
}

impl Asker<'_> {
    async fn ask(&self, path: &str, mut pixels: Vec<u8>) -> Result<Answer, Box<dyn Error>> {
        if self.inverts {
            pixels.iter_mut().for_each(|byte| *byte = 255 - *byte);
        }
        // In double precision first, as the package has it.
        let to_float = |byte: &u8| (f64::from(*byte) / 255.0) as f32;
        let image: Vec<f32> = pixels.iter().map(to_float).collect();
        let probabilities = self.run.predict(&image).await?;
        let mut order: Vec<usize> = (0..self.classes.len()).collect();
        // Of equal ones the first class is first: sorting is stable.
        order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
        let label = label_of(self.classes, path);
        let name = |class: usize| self.classes.get(class);
        let first = order.first().copied().unwrap_or_default();
        let [channels, ..] = self.run.data().info.shape();
        Ok(Answer {
            path: path.to_owned(),
            correct: label.is_some_and(|label| name(label) == name(first)),
            label,
            unsure: unsure(&probabilities, &pixels, channels, self.normalization),
            order,
            probabilities,
        })
    }
}

/// The class that the innermost of the folders is named as of those that are named as one.
fn label_of(classes: &[String], path: &str) -> Option<usize> {
    let path = composed(path);
    let mut folders = path.split(['/', '\\']).rev().skip(1);
    folders.find_map(|folder| classes.iter().rposition(|name| composed(name) == folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_rounded_to_millionths() {
        for (probability, expected) in [
            (0.0, 0),
            (4.9e-7, 0),
            (6e-7, 1),
            (0.5, 500_000),
            (1.0, 1_000_000),
        ] {
            assert_eq!(millionths(probability), expected, "{probability}");
        }
    }

    #[test]
    fn the_innermost_folder_that_is_called_as_a_class_is_the_label() {
        let classes = ["cats", "café", "1"].map(str::to_owned);
        for (path, label) in [
            ("cats/1.png", Some(0)),
            ("cats/1/a.png", Some(2)),
            ("1/cats/old/a.png", Some(0)),
            ("cafe\u{301}/a.png", Some(1)),
            ("dogs\\cats\\a.png", Some(0)),
            ("dogs/cats", None),
            ("Cats/a.png", None),
            ("cats", None),
        ] {
            assert_eq!(label_of(&classes, path), label, "{path}");
        }
    }
}
