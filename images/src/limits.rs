//! How much there may be of everything that somebody's files say of themselves.

/// Classes: labels are bytes.
pub const CLASSES: usize = 256;

/// Images of a class, at least: one to train on, one to test with.
pub const OF_A_CLASS: usize = 2;

/// Images in all. With 3×32×32 bytes each they fill 150 MB.
pub const IMAGES: usize = 50_000;

/// Bytes of one file, packed or not.
pub const FILE: u64 = 64 << 20;

/// Pixels of one image before it is made small: beyond any camera's in schools, and 192 MB when decoded.
pub const PIXELS: u64 = 64_000_000;

/// Members of a zip.
pub const MEMBERS: usize = 200_000;

/// How many times its own size a zip may unpack to, beside [`UNPACKED`]. Images are packed already, so that even ten times
/// is far more than any folder of images gives.
pub const TIMES: u64 = 10;

/// What a zip may unpack to in any case, in bytes.
pub const UNPACKED: u64 = 64 << 20;

/// What a tar may unpack to, in bytes: CIFAR-10's has 184 MB.
pub const TAR: u64 = 512 << 20;

/// How many files a sentence names before it counts the others.
pub const NAMED: usize = 5;
