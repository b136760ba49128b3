//! Which labels belong to which images, and what they are for.

use super::{Arrays, Images, Named, Order, names};
use crate::builder::SkippedFile;
use crate::classes::Role;
use crate::error::list_some;

/// Images with their labels.
#[derive(Debug)]
pub(crate) struct Set {
    /// The file of the images.
    pub path: String,
    /// What they are for; `None` where that is the seed's to decide.
    pub role: Option<Role>,
    pub images: Images,
    /// A label for each.
    pub labels: Vec<i64>,
}

/// What a person's arrays hold.
#[derive(Debug, Default)]
pub(crate) struct Paired {
    /// Of each role one at most.
    pub sets: Vec<Set>,
    /// Arrays that are no part of it.
    pub skipped: Vec<SkippedFile>,
    /// What was decided, as sentences.
    pub notices: Vec<String>,
}

impl Arrays {
    /// Pairs images and labels by their counts and by what their names say.
    ///
    /// # Errors
    /// A sentence that says why there is no data set.
    pub fn pair(mut self) -> Result<Paired, String> {
        if !self.faults.is_empty() {
            return Err(self.faults.join(" "));
        }
        let mut paired = Paired::default();
        let mut unlabelled = Vec::new();
        for images in std::mem::take(&mut self.images) {
            match self.take_labels(&images)? {
                Some(labels) => paired.sets.push(Set {
                    role: names::role(&images.path).or_else(|| names::role(&labels.path)),
                    path: images.path,
                    images: images.value,
                    labels: labels.value,
                }),
                None => unlabelled.push(images),
            }
        }
        for table in std::mem::take(&mut self.tables) {
            let notice = table.value.notice;
            paired
                .notices
                .extend(notice.map(|notice| format!("In {} {notice}.", table.path)));
            paired.sets.push(Set {
                role: names::role(&table.path),
                path: table.path,
                images: table.value.images,
                labels: table.value.labels,
            });
        }
        for images in unlabelled {
            let is_needed = matches!(names::role(&images.path), None | Some(Role::Train));
            if is_needed || paired.sets.is_empty() {
                return Err(self.without_labels(&images));
            }
            paired.skipped.push(SkippedFile {
                path: images.path,
                why: "there are no labels for its images".into(),
            });
        }
        if let (true, Some(labels)) = (paired.sets.is_empty(), self.labels.first()) {
            return Err(self.without_images(labels));
        }
        for labels in self.labels {
            paired.skipped.push(SkippedFile {
                path: labels.path,
                why: "there are no images for its labels".into(),
            });
        }
        paired.skipped.extend(self.others);
        assign_roles(&mut paired.sets)?;
        let flat = paired
            .sets
            .iter()
            .find(|set| set.images.order == Order::Flat && set.images.channels == 3);
        paired.notices.extend(flat.map(|set| {
            format!(
                "The numbers of an image in {} are in one row: they were taken as all of red, then of green, then of blue, as CIFAR's.",
                set.path
            )
        }));
        Ok(paired)
    }

    /// The labels of images: as many, for the same use, of the same set and in the same file or folder, as far as names say.
    fn take_labels(&mut self, images: &Named<Images>) -> Result<Option<Named<Vec<i64>>>, String> {
        let path = images.path.as_str();
        let role = names::role(path);
        let likeness = |labels: &Named<Vec<i64>>| {
            let other = names::role(&labels.path);
            let may_be = labels.value.len() == images.value.count
                && (role == other || role.is_none() || other.is_none());
            may_be.then(|| {
                [
                    role == other,
                    names::set(path) == names::set(&labels.path),
                    parent(path) == parent(&labels.path),
                ]
            })
        };
        let best = self.labels.iter().filter_map(likeness).max();
        let Some(best) = best else {
            return Ok(None);
        };
        let mut alike =
            (0..self.labels.len()).filter(|at| likeness(&self.labels[*at]) == Some(best));
        let (first, second) = (alike.next(), alike.next());
        match (first, second) {
            (Some(first), None) => Ok(Some(self.labels.remove(first))),
            (Some(first), Some(second)) => Err(format!(
                "{path} may have its labels in {} or in {}: leave one of them out.",
                self.labels[first].path, self.labels[second].path
            )),
            (None, _) => Ok(None),
        }
    }

    /// The sentence about images for which there are no labels.
    fn without_labels(&self, images: &Named<Images>) -> String {
        let labels = self.labels.iter();
        let mut found: Vec<String> = labels
            .map(|labels| format!("{} has {} labels", labels.path, labels.value.len()))
            .collect();
        found.extend(self.unused());
        let found = match found.is_empty() {
            true => String::new(),
            false => format!(": {}", list_some(found.into_iter())),
        };
        format!(
            "{} has {} images, and no file has a label for each of them{found}.",
            images.path, images.value.count
        )
    }

    /// The sentence about labels for which there are no images: a person who gave images is told why those are none.
    fn without_images(&self, labels: &Named<Vec<i64>>) -> String {
        let unused: Vec<String> = self.unused().collect();
        let why = match unused.is_empty() {
            true => "give the file of the images, too".into(),
            false => list_some(unused.into_iter()),
        };
        format!(
            "{} has {} labels, and no file has an image for each of them: {why}.",
            labels.path,
            labels.value.len()
        )
    }

    /// Arrays that are neither images nor labels, each with why.
    fn unused(&self) -> impl Iterator<Item = String> {
        let others = self.others.iter();
        others.map(|SkippedFile { path, why }| format!("of {path}, {why}"))
    }
}

/// The file or folder that holds an array.
fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

/// Says what each set is for: what is not for tests is trained on.
///
/// # Errors
/// A sentence, where there is more than one data set.
fn assign_roles(sets: &mut [Set]) -> Result<(), String> {
    let count =
        |role: Option<Role>, sets: &[Set]| sets.iter().filter(|set| set.role == role).count();
    let train = Some(Role::Train);
    let to_train = count(None, sets) + count(train, sets);
    let most = [Some(Role::Test), Some(Role::Validation)]
        .map(|role| count(role, sets))
        .into_iter()
        .fold(to_train, usize::max);
    if most > 1 {
        let paths = sets.iter().map(|set| set.path.clone());
        return Err(format!(
            "These files are of several data sets: {}. Give one at a time.",
            list_some(paths)
        ));
    }
    let is_split = sets.len() > 1 && to_train == 1;
    for set in sets {
        set.role = match set.role {
            _ if !is_split => None,
            None => train,
            role => role,
        };
    }
    Ok(())
}
