//! Unpacks gzip, with a limit on the output; passes anything else through.

use std::io::{BufRead, Read};

use flate2::bufread::GzDecoder;

use super::DataError;

/// The two bytes that every gzip stream starts with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The contents of `bytes`: unpacked when they are gzip data, unchanged when not. At most `limit` bytes; more is an error,
/// found without unpacking more. `file` is the name for messages.
///
/// All of the input must be valid: the checksum and length of every gzip member are verified, and nothing may follow
/// the last one. An empty input is an error. The reader's buffer must hold at least two bytes at a time.
pub fn unpack(file: &str, bytes: impl BufRead, limit: usize) -> Result<Vec<u8>, DataError> {
    let mut contents = Vec::new();
    unpack_into(&mut contents, file, bytes, limit)?;
    Ok(contents)
}

/// The same, after what `out` holds, which has what could be unpacked where there is an error.
pub fn unpack_into(
    out: &mut Vec<u8>,
    file: &str,
    mut bytes: impl BufRead,
    limit: usize,
) -> Result<(), DataError> {
    if peek(&mut bytes).is_empty() {
        return Err(DataError::Empty { file: file.into() });
    }
    // The limit is the caller's knowledge, not the file's claim, so it is safe to allocate; growing step by step would
    // leave WebAssembly's memory, which never shrinks, twice as large.
    let before = out.len();
    out.reserve_exact(limit);
    let gzip = |error: &std::io::Error| DataError::Gzip {
        file: file.into(),
        fault: fault(error),
    };
    if !is_gzip(peek(&mut bytes)) {
        let mut limited = bytes.by_ref().take(limit as u64);
        limited.read_to_end(out).map_err(|error| gzip(&error))?;
        return match count_remaining(bytes) {
            0 => Ok(()),
            remaining => Err(DataError::Size {
                file: file.into(),
                found: limit + remaining,
                expected: limit,
            }),
        };
    }
    // A gzip file is one or more members, one after the other.
    while is_gzip(peek(&mut bytes)) {
        let space = (before + limit - out.len()) as u64;
        let mut member = GzDecoder::new(&mut bytes).take(space + 1);
        member.read_to_end(out).map_err(|error| gzip(&error))?;
        if out.len() > before + limit {
            return Err(DataError::TooLong {
                file: file.into(),
                limit,
            });
        }
    }
    match count_remaining(bytes) {
        0 => Ok(()),
        count => Err(DataError::GzipTrailing {
            file: file.into(),
            count,
        }),
    }
}

/// The next bytes, not consumed; empty at the end.
pub(super) fn peek(bytes: &mut impl BufRead) -> &[u8] {
    bytes.fill_buf().unwrap_or(&[])
}

/// Consumes the remaining bytes and counts them.
fn count_remaining(mut bytes: impl BufRead) -> usize {
    let mut count = 0;
    loop {
        let available = peek(&mut bytes).len();
        if available == 0 {
            return count;
        }
        count += available;
        bytes.consume(available);
    }
}

/// Whether `bytes` start as gzip data do.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// An unpacking error in words that continue "the gzip data is".
fn fault(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        "cut off before its end".into()
    } else {
        format!("damaged ({error})")
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use proptest::prelude::*;

    use super::*;

    /// The same whether the bytes are there at once or come in pieces.
    fn unpack(file: &str, bytes: &[u8], limit: usize) -> Result<Vec<u8>, DataError> {
        let at_once = super::unpack(file, bytes, limit);
        let pieces = BufReader::with_capacity(bytes.len().max(1), bytes);
        assert_eq!(super::unpack(file, pieces, limit), at_once);
        at_once
    }

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn text() -> Vec<u8> {
        (0..5000u32).map(|i| (i * i / 7) as u8).collect()
    }

    #[test]
    fn unpacks_gzip_and_passes_plain() {
        assert_eq!(unpack("f", &pack(&text()), 5000).unwrap(), text());
        assert_eq!(unpack("f", &text(), 5000).unwrap(), text());
        assert_eq!(unpack("f", &pack(&[]), 10).unwrap(), Vec::<u8>::new());
    }

    #[test]
    fn several_members_are_one_file() {
        let mut two = pack(&text()[..2000]);
        two.extend(pack(&text()[2000..]));
        assert_eq!(unpack("f", &two, 5000).unwrap(), text());
        assert_eq!(
            unpack("f", &two, 4999),
            Err(DataError::TooLong {
                file: "f".into(),
                limit: 4999
            })
        );
    }

    #[test]
    fn refuses_more_than_the_limit() {
        let bomb = pack(&vec![0; 10_000_000]);
        let error = unpack("bomb.gz", &bomb, 1000).unwrap_err();
        assert_eq!(
            error.to_string(),
            "bomb.gz: unpacks to more than the 1000 bytes it should hold, so it was not unpacked further."
        );
        assert!(matches!(
            unpack("f", &text(), 4999),
            Err(DataError::Size {
                found: 5000,
                expected: 4999,
                ..
            })
        ));
    }

    #[test]
    fn empty_is_an_error() {
        assert_eq!(
            unpack("f", &[], 10),
            Err(DataError::Empty { file: "f".into() })
        );
    }

    #[test]
    fn every_truncation_is_an_error() {
        let packed = pack(&text());
        for n in 2..packed.len() {
            let error = unpack("f.gz", &packed[..n], 5000).unwrap_err();
            assert_eq!(
                error.to_string(),
                "f.gz: the gzip data is cut off before its end; fetch the file again.",
                "{n}"
            );
        }
    }

    #[test]
    fn a_wrong_checksum_is_an_error() {
        let mut packed = pack(&text());
        let crc = packed.len() - 8;
        packed[crc] ^= 1;
        let error = unpack("f.gz", &packed, 5000).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("f.gz: the gzip data is damaged ("),
            "{error}"
        );
    }

    #[test]
    fn trailing_bytes_are_an_error() {
        let mut packed = pack(&text());
        packed.extend(b"more");
        assert_eq!(
            unpack("f", &packed, 5000),
            Err(DataError::GzipTrailing {
                file: "f".into(),
                count: 4
            })
        );
    }

    proptest! {
        #[test]
        fn a_changed_byte_never_goes_through_unnoticed(at in 0usize..10_000, to in 0u8..) {
            let mut packed = pack(&text());
            let at = at % packed.len();
            packed[at] = to;
            // A change to the header's time or system byte is harmless; the contents are what must not change.
            if let Ok(out) = unpack("f", &packed, 5000) {
                prop_assert!(out == text() || !is_gzip(&packed));
            }
        }

        #[test]
        fn no_input_panics(mut bytes in prop::collection::vec(0u8.., 0..200), gzip in prop::bool::ANY) {
            if gzip {
                bytes.splice(0..0, [0x1f, 0x8b, 8]);
            }
            let _ = unpack("f", &bytes, 1000);
        }
    }
}
