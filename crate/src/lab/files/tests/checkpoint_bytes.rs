//! A checkpoint's bytes, whatever they are, give a sentence and never a panic.

use proptest::prelude::*;

use super::checkpoint::{LINK, VALID, recipe, refusal};
use crate::lab::Engine;
use crate::lab::error::LabError;
use crate::lab::files::checkpoint::Checkpoint;
use crate::lab::files::tensor_file::TensorFile;
use crate::lab::train::trainer::Trainer;

/// A file with that header, and so many bytes behind it.
fn raw(header: &str, data: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + data, 0);
    file
}

#[test]
fn lengths_in_the_header_are_checked() {
    assert_eq!(
        refusal(b""),
        "it is no safetensors file, for it has 0 bytes in all."
    );
    let mut past = VALID.clone();
    past[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let remaining = VALID.len() - 8;
    assert_eq!(
        refusal(&past),
        format!(
            "its header should be 18446744073709551615 bytes long, and only {remaining} follow: it is cut short, or no safetensors file."
        )
    );
    let long = raw(&" ".repeat(2 << 20), 0);
    assert_eq!(
        refusal(&long),
        "its header is 2097152 bytes long; one that is read has 1048576 at most."
    );
    let cut = &VALID[..VALID.len() - 1];
    assert_eq!(
        refusal(cut),
        "its tensors take another number of bytes than follow the header: it is cut short, or has something behind it."
    );
    let huge = r#"{"trace":{"dtype":"U32","shape":[4000000000,4000000000,4000000000],"data_offsets":[0,8]}}"#;
    assert_eq!(
        refusal(&raw(huge, 8)),
        "its header tells of a tensor that is larger than any memory."
    );
    let large = r#"{"trace":{"dtype":"U32","shape":[1000000000],"data_offsets":[0,8]}}"#;
    assert_eq!(
        refusal(&raw(large, 8)),
        "its header gives a tensor another number of bytes than its shape needs."
    );
    let beyond = r#"{"trace":{"dtype":"U32","shape":[2],"data_offsets":[4000000000,4000000008]}}"#;
    assert_eq!(
        refusal(&raw(beyond, 8)),
        "its header puts trace where another tensor is."
    );
    assert!(refusal(&raw("{\"trace\":", 0)).starts_with("its header cannot be read ("));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Any change in the header or behind it gives a checkpoint or an error.
    #[test]
    fn a_damaged_file_never_panics(
        changes in proptest::collection::vec((0usize..3_000, any::<u8>()), 1..8),
        cut in proptest::option::of(0usize..300_000),
    ) {
        let mut file = VALID.clone();
        for (at, byte) in changes {
            file[at] = byte;
        }
        file.truncate(cut.unwrap_or(usize::MAX));
        let read = TensorFile::open(&file).map_err(LabError::Checkpoint);
        let read = read.and_then(|opened| {
            let trainer = Trainer::new(&recipe(LINK), &Engine::cpu().device);
            Checkpoint::read(&opened, &trainer, 14)
        });
        if let Ok(checkpoint) = read {
            prop_assert_eq!(checkpoint.weights.len(), 61_706);
            prop_assert!(checkpoint.trace.len() <= 14);
        }
    }

    /// The same for headers that are JSON: tensors of any shape, anywhere.
    #[test]
    fn handwritten_headers_never_panic(
        name in "trace|conv1\\.weight|[a-z.]{0,9}",
        dtype in "F32|U32|F64|BOOL|F4|[A-Z0-9]{0,3}",
        shape in proptest::collection::vec(prop_oneof![0u64..9, any::<u64>()], 0..5),
        from in prop_oneof![0u64..64, any::<u64>()],
        to in prop_oneof![0u64..64, any::<u64>()],
        data in 0usize..64,
    ) {
        let header = format!(
            r#"{{"__metadata__":{{"bunsen":"format=checkpoint&engine=cpu&link=a&data=b"}},"{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{from},{to}]}}}}"#
        );
        let file = raw(&header, data);
        if let Ok(opened) = TensorFile::open(&file) {
            let trainer = Trainer::new(&recipe(LINK), &Engine::cpu().device);
            prop_assert!(Checkpoint::read(&opened, &trainer, 14).is_err());
        }
    }
}
