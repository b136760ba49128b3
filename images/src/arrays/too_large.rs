//! Arrays that are refused before they are read: by the size of their file, or by what its header says of them.

use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use super::{Form, START, idx, npy};
use crate::limits::{self, in_words};
use crate::resize::{Fit, Format};

/// Why a file of so many bytes is not read, as it follows the file's name.
pub(crate) fn by_size(bytes: u64) -> String {
    format!("it has {}, and {}", in_words(bytes), most())
}

fn most() -> String {
    let of = |size, colour| {
        limits::max_images(Format {
            size,
            colour,
            fit: Fit::Crop,
        })
    };
    format!(
        "{} are the most of a file of arrays. Give fewer images: {} of 32×32 pixels in colour are the most, or {} of 28×28 in grey",
        in_words(limits::MAX_ARRAY_BYTES),
        of(32, true),
        of(28, false)
    )
}

/// What a file of arrays holds that is packed with gzip. No more of it is unpacked than its header where that says that it is too large.
///
/// # Errors
/// Why it is not read, as it follows the file's name.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let damaged = |why: std::io::Error| format!("it cannot be unpacked ({why})");
    let mut file = MultiGzDecoder::new(packed);
    let mut unpacked = Vec::new();
    let start = file.by_ref().take(START as u64).read_to_end(&mut unpacked);
    start.map_err(damaged)?;
    let claimed = claimed_bytes(&unpacked);
    match claimed {
        Some(bytes @ limits::MAX_ARRAY_BYTES..) => {
            return Err(format!(
                "it says that it holds {} of numbers, and {}",
                in_words(bytes),
                most()
            ));
        }
        // A longer header is in it, and one byte more than there should be. A file that claims more than it holds gets no memory for that.
        Some(bytes) if unpacked.len() == START && packed.len() as u64 > bytes / MAX_PACKING => {
            unpacked.reserve_exact(bytes as usize + 1);
        }
        _ => {}
    }
    let left = (limits::MAX_ARRAY_BYTES + 1).saturating_sub(unpacked.len() as u64);
    let rest = file.take(left).read_to_end(&mut unpacked);
    match rest {
        _ if unpacked.len() as u64 > limits::MAX_ARRAY_BYTES => Err(format!(
            "it unpacks to more than {}, and {}",
            in_words(limits::MAX_ARRAY_BYTES),
            most()
        )),
        Ok(_) => Ok(unpacked),
        Err(why) => Err(damaged(why)),
    }
}

/// How many times its own size anything packed with deflate can have.
const MAX_PACKING: u64 = 1032;

/// The bytes of the numbers that a file holds, by its header; `None` where it does not say.
fn claimed_bytes(start: &[u8]) -> Option<u64> {
    match Form::of(start) {
        Some(Form::Idx) => idx::claimed_bytes(start),
        Some(Form::Npy) => npy::claimed_bytes(start),
        _ => None,
    }
}
