//! The beginning of a digest, by which a recipe names a file that it does not hold: a custom data set, or the weights that a run starts from.

/// What a digest's beginning is written in.
pub(super) const HEXADECIMAL: &str = "16 hexadecimal digits (0 to 9, a to f)";

/// The first 16 hexadecimal digits of a SHA-256, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestPrefix(Option<u64>);

impl DigestPrefix {
    /// No digest.
    pub const NONE: Self = DigestPrefix(None);

    /// The beginning of a SHA-256 of a file's bytes.
    pub fn of(sha256: &[u8; 32]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *sha256;
        DigestPrefix(Some(u64::from_be_bytes([a, b, c, d, e, f, g, h])))
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// Parses it; an empty text is none. `None` where the text is not 16 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(DigestPrefix(None));
        }
        let bits = is_hexadecimal(text).then(|| u64::from_str_radix(text, 16).ok());
        Some(DigestPrefix(Some(bits.flatten()?)))
    }
}

impl std::fmt::Display for DigestPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |bits| write!(f, "{bits:016x}"))
    }
}

/// Whether a text is 16 hexadecimal digits, in lower case.
pub(super) fn is_hexadecimal(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 16 && text.bytes().all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_digits_of_a_digest() {
        let mut digest = [0xab; 32];
        digest[0] = 0x01;
        assert_eq!(DigestPrefix::of(&digest).to_string(), "01ababababababab");
        assert!(DigestPrefix::NONE.is_none());
    }

    #[test]
    fn one_spelling_is_read_and_written() {
        for text in ["", "00000000000000ff", "ffffffffffffffff"] {
            let read = DigestPrefix::parse(text).unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!(read.is_none(), text.is_empty());
        }
        for text in [
            "0",
            "00000000000000FF",
            "+0000000000000ff",
            "00000000000000ff0",
            "ねねねねね!",
        ] {
            assert_eq!(DigestPrefix::parse(text), None, "{text}");
        }
    }
}
