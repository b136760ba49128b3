//! Files of weights that are no safetensors, called what they are, with what to do.

/// The signature of HDF5, and of what is zipped.
const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
const ZIP: &[u8] = b"PK\x03\x04";
/// The beginning of a pickle of protocol 2 and later.
const PICKLE: u8 = 0x80;

const KERAS: &str = "it is a file of Keras, whose layers have other names and other shapes. What is read is safetensors with PyTorch's \
     names and shapes: convert it there.";

const PICKLED: &str = "it is a .pt file, which is a pickle and may hold any program, so it is not opened. In Python, save it as safetensors: \
     `from safetensors.torch import save_file; save_file(model.state_dict(), 'weights.safetensors')`";

/// What a file is that is known, and no safetensors: the end of a sentence.
pub(super) fn recognized(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(HDF5) {
        return Some(KERAS.to_owned());
    }
    if bytes.starts_with(ZIP) {
        let name = first_name_in_zip(bytes).unwrap_or_default();
        return Some(match name.rsplit(['/', '.']).next() {
            Some("pkl" | "version" | "format_version" | "storage_alignment" | "byteorder") => {
                PICKLED.to_owned()
            }
            Some("json" | "h5") => KERAS.to_owned(),
            _ => "it is a zip. Open the safetensors file that is in it.".to_owned(),
        });
    }
    // A length of a header below 16 MB has zeros where a pickle has its first operations.
    let is_pickle = matches!(bytes, [PICKLE, 2..=5, _, _, rest @ ..] if !rest.starts_with(&[0; 4]));
    is_pickle.then(|| PICKLED.to_owned())
}

/// The name of the first file in a zip.
fn first_name_in_zip(bytes: &[u8]) -> Option<String> {
    let length = u16::from_le_bytes([*bytes.get(26)?, *bytes.get(27)?]);
    let name = bytes.get(30..30 + usize::from(length))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(name: &str) -> Vec<u8> {
        let mut bytes = [ZIP, &[0; 22]].concat();
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(name.as_bytes());
        bytes
    }

    #[test]
    fn files_of_others_are_called_what_they_are() {
        for (bytes, expected) in [
            (zip("archive/data.pkl"), PICKLED),
            (zip("weights/.format_version"), PICKLED),
            (b"\x80\x02\x8a\nl\xfc\x9cF".to_vec(), PICKLED),
            (zip("metadata.json"), KERAS),
            ([HDF5, &[0; 100]].concat(), KERAS),
        ] {
            assert_eq!(recognized(&bytes).as_deref(), Some(expected));
        }
        for other in [zip("weights.safetensors"), ZIP.to_vec()] {
            let other = recognized(&other).unwrap();
            assert!(other.starts_with("it is a zip."), "{other}");
        }
        assert_eq!(recognized(&640u64.to_le_bytes()), None);
        // A header of 640 bytes begins as a pickle does.
        assert_eq!(640u64.to_le_bytes()[..2], [0x80, 2]);
        assert_eq!(recognized(&[]), None);
    }
}
