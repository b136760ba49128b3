// `src/load.rs`: a person's own images as Bunsen makes them of files, and their split. crate/examples/as_code_own has it as a file, by which the images crate's
// tests hold it to that crate.

export const LOAD_RS = `//! Reads images as Bunsen does: of a folder or a zip with a folder for each class, or of the own.npz that Bunsen saves.
//!
//! It decodes with the crates that Bunsen decodes with, so that every pixel is the same. Three rules of Bunsen's are not here: classes
//! that tables or names of files tell, bursts of one scene, and the part that is drawn of too many images. The digest tells
//! collections that came to be by one of them, and own.npz has those.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::files::{self, Role};
use crate::picture::{decode, light_on_dark, squared};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What a link says of the images.
pub struct Recipe {
    /// Rows and columns.
    pub size: usize,
    /// Red, green and blue; else grey, where white is 0, as paper is.
    pub colour: bool,
    /// How a picture becomes a square.
    pub fit: Fit,
    /// Which folder is an image's class.
    pub folder: Folder,
    /// It decides which images are tested with.
    pub seed: u64,
    /// The beginning of the SHA-256 of all images; empty where the link has none.
    pub digest: &'static str,
}

/// How a picture becomes a square: its middle, all of it with borders, or all of it squashed.
#[allow(dead_code)] // A link has one of them.
#[derive(PartialEq)]
pub enum Fit {
    Crop,
    Pad,
    Squash,
}

/// Which folder is an image's class: what the structure says, the one that holds it, or the outermost.
#[allow(dead_code)] // A link has one of them.
pub enum Folder {
    Auto,
    Inner,
    Outer,
}

/// Images, a byte a pixel, \`[count, channels, size, size]\`, and their classes.
#[derive(Default)]
pub struct Split {
    pub pixels: Vec<u8>,
    pub labels: Vec<u8>,
}

/// What was read.
pub struct Images {
    pub train: Split,
    pub test: Split,
    /// The names of the classes.
    pub names: Vec<String>,
    /// The beginning of the SHA-256 of all images.
    pub digest: String,
}

/// Reads a folder, a zip, or own.npz.
pub fn load(source: &Path, recipe: &Recipe) -> Fallible<Images> {
    let collection = match source.extension().is_some_and(|ending| ending == "npz") {
        true => Collection::of_npz(source, recipe)?,
        false => Collection::of_files(source, recipe)?,
    };
    let digest = collection.digest(recipe);
    if !["", &digest].contains(&recipe.digest) {
        eprintln!(
            "{} has {digest}, not {}: these are other images, or Bunsen found them by a rule that this program does not have. own.npz is exact.",
            source.display(),
            recipe.digest
        );
    }
    let [train, test] = collection.split(recipe.seed);
    let names = collection.names;
    Ok(Images {
        train,
        test,
        names,
        digest,
    })
}

/// An image, prepared.
struct Image {
    path: Vec<String>,
    /// The SHA-256 of its file.
    hash: [u8; 32],
    pixels: Vec<u8>,
    role: Option<Role>,
    class: String,
}

/// All images, in the order of their files' hashes.
struct Collection {
    names: Vec<String>,
    hashes: Vec<[u8; 32]>,
    labels: Vec<u8>,
    /// Which ones are tested with, where a person's own folders say so.
    tests: Option<Vec<bool>>,
    pixels: Vec<Vec<u8>>,
}

impl Collection {
    fn of_npz(source: &Path, recipe: &Recipe) -> Fallible<Self> {
        let mut zip = ZipArchive::new(File::open(source)?)?;
        // What an array's header says, and its bytes.
        let mut array = |name: &str| -> Fallible<(String, Vec<u8>)> {
            let mut header = [0; 10];
            let mut file = zip.by_name(&format!("{name}.npy"))?;
            file.read_exact(&mut header)?;
            let mut text = vec![0; usize::from(u16::from_le_bytes([header[8], header[9]]))];
            file.read_exact(&mut text)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok((String::from_utf8(text)?, bytes))
        };
        let (_, images) = array("images")?;
        let (_, labels) = array("labels")?;
        let (_, hashes) = array("hashes")?;
        let (_, tests) = array("test")?;
        let (_, split) = array("split")?;
        let (header, names) = array("names")?;
        let channels = if recipe.colour { 3 } else { 1 };
        let bytes = channels * recipe.size * recipe.size;
        if images.len() != labels.len() * bytes {
            return Err(format!(
                "{} has images of another size than the link.",
                source.display()
            )
            .into());
        }
        // NumPy has texts as so many characters of 32 bits each.
        let length = header
            .split("<U")
            .nth(1)
            .and_then(|rest| rest.split('\\'').next());
        let length: usize = length
            .ok_or("the names of the classes are no texts")?
            .parse()?;
        let characters = |name: &[u8]| {
            let numbers = name
                .as_chunks::<4>()
                .0
                .iter()
                .map(|four| u32::from_le_bytes(*four));
            numbers
                .filter(|number| *number > 0)
                .filter_map(char::from_u32)
                .collect()
        };
        Ok(Collection {
            names: names.chunks_exact(4 * length).map(characters).collect(),
            hashes: hashes.as_chunks().0.to_vec(),
            labels,
            tests: (split == [1]).then(|| tests.iter().map(|test| *test == 1).collect()),
            pixels: images.chunks_exact(bytes).map(<[u8]>::to_vec).collect(),
        })
    }

    fn of_files(source: &Path, recipe: &Recipe) -> Fallible<Self> {
        let mut images = Vec::new();
        let mut take = |path: Vec<String>, bytes: &[u8]| match decode(bytes) {
            Ok(picture) => images.push(Image {
                path,
                hash: Sha256::digest(bytes).into(),
                pixels: squared(&picture, recipe),
                role: None,
                class: String::new(),
            }),
            Err(why) => eprintln!("{} is left out: {why}", path.join("/")),
        };
        files::read(source, &mut take)?;
        let places = files::places(images.iter().map(|image| &image.path[..]), &recipe.folder);
        for (image, (role, class)) in images.iter_mut().zip(places) {
            (image.role, image.class) = (role, class);
        }
        images.retain(|image| !image.class.is_empty());
        if !recipe.colour
            && light_on_dark(images.iter().map(|image| &image.pixels[..]), recipe.size)
        {
            let pixels = images.iter_mut().flat_map(|image| &mut image.pixels);
            pixels.for_each(|pixel| *pixel = 255 - *pixel);
        }
        let has = |role: Role| images.iter().any(|image| image.role == Some(role));
        let (has_test, is_split) = (
            has(Role::Test),
            has(Role::Train) && (has(Role::Test) || has(Role::Validation)),
        );
        images.retain(|image| !(is_split && has_test && image.role == Some(Role::Validation)));
        if !is_split {
            images.iter_mut().for_each(|image| image.role = None);
        }
        // Of equal images one stays, and none where they are of two classes.
        images.sort_by(|a, b| {
            (&a.pixels, a.role, a.hash, &a.path).cmp(&(&b.pixels, b.role, b.hash, &b.path))
        });
        let once = images.chunk_by(|a, b| a.pixels == b.pixels);
        let once = once.filter(|equal| equal.iter().all(|image| image.class == equal[0].class));
        let mut images: Vec<&Image> = once.map(|equal| &equal[0]).collect();
        images.sort_by_key(|image| image.hash);
        let names: BTreeSet<&String> = images.iter().map(|image| &image.class).collect();
        if !(2..=256).contains(&names.len()) {
            return Err(format!(
                "{} has no folders of images for 2 to 256 classes.",
                source.display()
            )
            .into());
        }
        let labels: BTreeMap<&String, u8> = names.iter().copied().zip(0..=255).collect();
        Ok(Collection {
            hashes: images.iter().map(|image| image.hash).collect(),
            labels: images.iter().map(|image| labels[&image.class]).collect(),
            tests: is_split.then(|| {
                images
                    .iter()
                    .map(|image| image.role != Some(Role::Train))
                    .collect()
            }),
            pixels: images.iter().map(|image| image.pixels.clone()).collect(),
            names: names.into_iter().cloned().collect(),
        })
    }

    /// The first 16 digits of the SHA-256 of what Bunsen keeps of the images.
    fn digest(&self, recipe: &Recipe) -> String {
        let mut bytes = match (recipe.fit == Fit::Crop, self.tests.is_some()) {
            (true, false) => b"bunsen images 1\\n".to_vec(),
            (true, true) => b"bunsen images 2\\n".to_vec(),
            (false, _) => b"bunsen images 3\\n".to_vec(),
        };
        let channels = if recipe.colour { 3 } else { 1 };
        let mut numbers = vec![recipe.size, channels, self.names.len(), self.labels.len()];
        match recipe.fit {
            Fit::Crop => {}
            Fit::Pad => numbers.push(2 + usize::from(self.tests.is_some())),
            Fit::Squash => numbers.push(4 + usize::from(self.tests.is_some())),
        }
        bytes.extend(
            numbers
                .iter()
                .flat_map(|number| (*number as u32).to_le_bytes()),
        );
        for name in &self.names {
            bytes.extend((name.len() as u32).to_le_bytes());
            bytes.extend(name.bytes());
        }
        for (at, (hash, label)) in self.hashes.iter().zip(&self.labels).enumerate() {
            bytes.extend(hash);
            bytes.push(*label);
            bytes.extend(self.tests.iter().map(|tests| u8::from(tests[at])));
        }
        let mut digest = Sha256::new_with_prefix(bytes);
        self.pixels.iter().for_each(|pixels| digest.update(pixels));
        digest.finalize()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Images to train on and images to test with: by the seed and the files' hashes, unless a person's own folders say so.
    fn split(&self, seed: u64) -> [Split; 2] {
        let key = |hash: &[u8; 32]| -> [u8; 32] {
            Sha256::digest([b"bunsen own images 1\\n", &seed.to_le_bytes()[..], hash].concat())
                .into()
        };
        let keys: Vec<[u8; 32]> = self.hashes.iter().map(key).collect();
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|at| &keys[*at][..8]);
        // One in five, by 8 bytes of the key as a number.
        let is_test = |key: &[u8; 32]| {
            key[8..16]
                .iter()
                .fold(0u64, |number, byte| number << 8 | u64::from(*byte))
                % 5
                == 0
        };
        let mut tests = self
            .tests
            .clone()
            .unwrap_or_else(|| keys.iter().map(is_test).collect());
        for class in 0..self.names.len() {
            let members: Vec<usize> = order
                .iter()
                .copied()
                .filter(|at| usize::from(self.labels[*at]) == class)
                .collect();
            let tested = members.iter().filter(|at| tests[**at]).count();
            if self.tests.is_some() || (1..members.len()).contains(&tested) {
                continue;
            }
            // Each class is in both: its first image changes sides, with those that have the same hash.
            let same = members
                .iter()
                .filter(|at| self.hashes[**at] == self.hashes[members[0]])
                .count();
            let moved = if same == members.len() { 1 } else { same };
            members[..moved]
                .iter()
                .for_each(|at| tests[*at] = tested == 0);
        }
        let mut splits = [Split::default(), Split::default()];
        for at in order {
            let split = &mut splits[usize::from(tests[at])];
            split.pixels.extend(&self.pixels[at]);
            split.labels.push(self.labels[at]);
        }
        splits
    }
}
`;
