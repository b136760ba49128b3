//! Limits on the files that a person gives.

use crate::resize::Format;

/// Classes. Labels are bytes.
pub const MAX_CLASSES: usize = 256;

/// Images of a class: one to train on and one to test with.
pub const MIN_IMAGES_PER_CLASS: usize = 2;

/// Bytes of all images: of 3×32×32 bytes each these are 50,000.
pub const MAX_BYTES: usize = 50_000 * 3 * 32 * 32;

/// Images in all: 50,000 of 32×32 pixels in colour, and as many more as they are smaller.
pub fn max_images(format: Format) -> usize {
    MAX_BYTES / format.bytes().max(1)
}

/// Images that are looked at, of which as many are drawn as a data set may have.
pub const MAX_GIVEN_IMAGES: usize = 200_000;

/// A number of bytes as people say it: "3.1 GB", "268 MB".
pub fn in_words(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => {
            let tenths = bytes / 100_000_000;
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} KB", bytes.div_ceil(1000)),
    }
}

/// Bytes of one image's file, packed or not.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Bytes of one file of arrays, unpacked: a table of 70,000 images of 28×28 pixels has 130 MB.
pub const MAX_ARRAY_BYTES: u64 = 256 << 20;

/// Bytes of all files of arrays, unpacked.
pub const MAX_ARRAYS_BYTES: u64 = 512 << 20;

/// Pixels of one image before it is resized: more than any camera in schools has, and 192 MB when decoded.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Pixels that all images may have together, beside [`PIXELS_PER_BYTE`] for each byte of their files.
pub const FREE_PIXELS: u64 = 4 * MAX_PIXELS;

/// Pixels that a byte of a file may stand for. A photograph has 10 at most, and a page that is nearly white 1,000.
pub const PIXELS_PER_BYTE: u64 = 2_000;

/// Pixels of an image that are as many as any scanned page has: A4 at 300 dots an inch has 8.7 million. What an image has beyond
/// them is counted once more, because only a photograph has so many, and a photograph takes bytes.
pub const PAGE_PIXELS: u64 = 10_000_000;

/// Pixels beyond [`PAGE_PIXELS`] that all images may have together, beside [`EXCESS_PER_BYTE`] for each byte of their files.
pub const FREE_EXCESS: u64 = 2 * MAX_PIXELS;

/// Pixels beyond [`PAGE_PIXELS`] that a byte of a file may stand for.
pub const EXCESS_PER_BYTE: u64 = 100;

/// Bytes of a file's name, and of what else a tar says of a file.
pub const MAX_NAME_BYTES: u64 = 1 << 16;

/// Entries of a zip.
pub const MAX_ENTRIES: usize = 200_000;

/// Bytes of a zip within a zip.
pub const MAX_INNER_ZIP_BYTES: u64 = 256 << 20;

/// How deep zips lie within each other at most: the one that was given is 1.
pub const MAX_ZIP_DEPTH: usize = 4;

/// How many times its own size a zip may unpack to, if that is more than [`MIN_UNPACKED_LIMIT`]. Images are packed already, so
/// that even ten times is far more than any folder of images gives.
pub const MAX_RATIO: u64 = 10;

/// What a zip may always unpack to, in bytes.
pub const MIN_UNPACKED_LIMIT: u64 = 64 << 20;

/// What a zip of so many bytes may unpack to, in bytes.
pub fn max_unpacked(packed: u64) -> u64 {
    MIN_UNPACKED_LIMIT.max(MAX_RATIO.saturating_mul(packed))
}

/// Bytes of the archive of a known data set: EMNIST's has 561 MB.
pub const MAX_ARCHIVE_BYTES: u64 = 1 << 30;

/// What a tar may unpack to, in bytes: CIFAR-10's has 184 MB.
pub const MAX_TAR_BYTES: u64 = 512 << 20;

/// Files that a sentence names before it counts the others.
pub const MAX_NAMED: usize = 5;
