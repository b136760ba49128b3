//! A collection of labelled images, parsed, and its split into training and test images.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use sha2::{Digest as _, Sha256};

use super::Fit;
use crate::data::{DataError, Split};

/// The first line of the format.
pub(super) const MAGIC: &[u8] = b"bunsen images 1\n";

/// The first line where a person's own folders split the images: each has one more byte, 1 for a test image.
pub(super) const SPLIT_MAGIC: &[u8] = b"bunsen images 2\n";

/// The first line where pictures were padded or squashed: a fifth number says which, and whether the images are split.
pub(super) const FIT_MAGIC: &[u8] = b"bunsen images 3\n";

/// One image in that many is a test image.
const TEST_ONE_IN: u64 = 5;

/// Bytes of a file's SHA-256.
const HASH: usize = 32;

/// A parsed collection.
pub(super) struct Collection<'a> {
    /// Rows and columns of an image.
    pub size: usize,
    /// Channels of an image.
    pub channels: usize,
    /// How pictures became squares.
    pub fit: Fit,
    /// The classes' names.
    pub classes: Vec<String>,
    /// Each image's file hash and class.
    images: Vec<(&'a [u8], u8)>,
    /// Whether each image is a test image, where that is not the seed's to decide.
    in_test: Option<Vec<bool>>,
    /// The pixels of all images: `[count, channels, size, size]`.
    pixels: &'a [u8],
}

impl<'a> Collection<'a> {
    /// Parses the bytes that `bunsen-images` writes.
    ///
    /// # Errors
    /// [`DataError::CustomDamaged`]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, DataError> {
        parse(bytes).map_err(|fault| DataError::CustomDamaged { fault })
    }

    /// Training and test images, in an order that follows from the seed and the files' hashes. Every class has at least
    /// one image in both, unless the person's own split has none of it to test with.
    pub fn split(&self, seed: u64) -> (Split, Split) {
        // A heap, because the code of a sort would be as large as that of the rest of this file.
        let mut queue = BinaryHeap::new();
        let mut in_test = Vec::new();
        for (index, (hash, _)) in self.images.iter().enumerate() {
            let mut key = Sha256::new();
            key.update(b"bunsen own images 1\n");
            key.update(seed.to_le_bytes());
            key.update(hash);
            let key = key.finalize();
            let number = |start: usize| {
                let bytes = key[start..start + 8].iter();
                bytes.fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte))
            };
            queue.push(Reverse((number(0), index)));
            // From other bits of the hash than the order, so that the two are independent.
            in_test.push(number(8).is_multiple_of(TEST_ONE_IN));
        }
        let mut order = Vec::with_capacity(self.images.len());
        while let Some(Reverse((_, index))) = queue.pop() {
            order.push(index);
        }
        match &self.in_test {
            Some(given) => in_test.clone_from(given),
            None => self.fill_both_splits(&order, &mut in_test),
        }
        let bytes = self.channels * self.size * self.size;
        let mut splits = [Split::default(), Split::default()];
        for index in order {
            let split = &mut splits[usize::from(in_test[index])];
            let pixels = &self.pixels[index * bytes..(index + 1) * bytes];
            split.images.extend_from_slice(pixels);
            split.labels.push(self.images[index].1);
        }
        let [train, test] = splits;
        (train, test)
    }

    /// Moves images so that each class has at least one training and one test image. Images of one hash, as those of a burst have, are moved
    /// together.
    fn fill_both_splits(&self, order: &[usize], in_test: &mut [bool]) {
        for class in 0..self.classes.len() {
            let is_member = |index: &&usize| usize::from(self.images[**index].1) == class;
            let first = order.iter().find(is_member);
            let count = |wanted: bool| {
                let members = order.iter().filter(is_member);
                members.filter(|index| in_test[**index] == wanted).count()
            };
            let (training, test) = (count(false), count(true));
            let Some(first) = first.filter(|_| training == 0 || test == 0) else {
                continue;
            };
            let (hash, _) = self.images[*first];
            let of_scene = |index: &&usize| self.images[**index].0 == hash;
            let count = order.iter().filter(of_scene).count();
            // Where the class is one scene, one image of it has to do.
            let most = if count == training + test { 1 } else { count };
            let moved = order.iter().filter(of_scene).take(most);
            moved.for_each(|index| in_test[*index] = test == 0);
        }
    }
}

/// Parses a collection. No length in it is trusted: each is checked against the bytes that are there.
fn parse(bytes: &[u8]) -> Result<Collection<'_>, &'static str> {
    const CUT: &str = "they are cut off";
    const UNKNOWN: &str = "they are in no form that is known here";
    let (magic, mut remaining) = bytes.split_at_checked(MAGIC.len()).ok_or(UNKNOWN)?;
    if ![MAGIC, SPLIT_MAGIC, FIT_MAGIC].contains(&magic) {
        return Err(UNKNOWN);
    }
    let mut take = |count: usize| {
        let (taken, rest) = remaining.split_at_checked(count).ok_or(CUT)?;
        remaining = rest;
        Ok::<_, &'static str>(taken)
    };
    let number = |four: &[u8]| four.try_into().map_or(0, u32::from_le_bytes) as usize;
    let [size, channels, classes, count] = [
        number(take(4)?),
        number(take(4)?),
        number(take(4)?),
        number(take(4)?),
    ];
    let flags = match magic {
        FIT_MAGIC => number(take(4)?),
        magic => usize::from(magic == SPLIT_MAGIC),
    };
    let is_split = flags & 1 == 1;
    let fit = match (magic, flags >> 1) {
        (FIT_MAGIC, 1) => Fit::Pad,
        (FIT_MAGIC, 2) => Fit::Squash,
        (FIT_MAGIC, _) => return Err(UNKNOWN),
        _ => Fit::Crop,
    };
    if !matches!((size, channels), (28 | 32, 1 | 3)) || !(2..=256).contains(&classes) {
        return Err("their shape is no allowed one");
    }
    let mut names = Vec::new();
    for _ in 0..classes {
        let length = number(take(4)?);
        let name = std::str::from_utf8(take(length)?).map_err(|_| "a class's name is no text")?;
        names.push(name.to_owned());
    }
    let header = HASH + 1 + usize::from(is_split);
    let headers = take(count.checked_mul(header).ok_or(CUT)?)?;
    let headers = headers.chunks_exact(header);
    let in_test = is_split.then(|| headers.clone().map(|header| header[HASH + 1] == 1));
    let in_test: Option<Vec<bool>> = in_test.map(Iterator::collect);
    let images: Vec<_> = headers
        .map(|header| (&header[..HASH], header[HASH]))
        .collect();
    let pixels = take(count.checked_mul(channels * size * size).ok_or(CUT)?)?;
    if !remaining.is_empty() {
        return Err("there is more of them than they say");
    }
    let label = |image: &(&[u8], u8)| usize::from(image.1);
    let members = |class: usize| images.iter().filter(|image| label(image) == class).count();
    if images.iter().any(|image| label(image) >= classes)
        || (0..classes).any(|class| members(class) < 2)
    {
        return Err("their classes are not those of their images");
    }
    if let Some(in_test) = &in_test {
        let is_trained = |class: usize| {
            let mut images = images.iter().zip(in_test);
            images.any(|(image, in_test)| label(image) == class && !in_test)
        };
        if !in_test.contains(&true) || !(0..classes).all(is_trained) {
            return Err("their split leaves a class untrained, or nothing to test with");
        }
    }
    Ok(Collection {
        in_test,
        size,
        channels,
        fit,
        classes: names,
        images,
        pixels,
    })
}
