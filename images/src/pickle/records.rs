//! A batch of CIFAR's Python versions as records of the binary ones: a byte for the class, then the pixels.
//!
//! Such a batch is a dictionary with `labels`, a list of whole numbers, and `data`, an array of bytes with a row for each image. CIFAR-100's
//! has `coarse_labels` and `fine_labels`, and records of two labels.

use super::{Fault, Global, Value, read};

/// Bytes of an image: 32×32 in three colours.
const PIXELS: usize = 3 * 32 * 32;

/// The lists of labels of a record in their order, each with how many classes there are: CIFAR-100's, and CIFAR-10's.
const LABELS: [&[(&[u8], u8)]; 2] = [
    &[(b"coarse_labels", 20), (b"fine_labels", 100)],
    &[(b"labels", 10)],
];

/// The records of a pickled batch.
///
/// # Errors
/// What cannot be read.
pub fn records(pickle: &[u8]) -> Result<Vec<u8>, Fault> {
    let batch = read(pickle)?;
    let is_there = |lists: &&&[(&[u8], u8)]| entry(&batch, lists[0].0).is_ok();
    let lists = LABELS.iter().find(is_there).unwrap_or(&LABELS[1]);
    let mut labels = Vec::new();
    for (name, classes) in *lists {
        labels.push(labels_of(entry(&batch, name)?, *classes)?);
    }
    let pixels = pixels(entry(&batch, b"data")?)?;
    let images = labels[0].len();
    if pixels.len() != images * PIXELS || labels.iter().any(|list| list.len() != images) {
        let bytes = pixels.len();
        return Err(format!(
            "it has {bytes} bytes of pixels for {images} classes"
        ));
    }
    let mut records = Vec::with_capacity(images * (labels.len() + PIXELS));
    for (index, image) in pixels.chunks_exact(PIXELS).enumerate() {
        records.extend(labels.iter().map(|list| list[index]));
        records.extend(image);
    }
    Ok(records)
}

/// The value of a key of a dictionary.
fn entry<'v, 'a>(dictionary: &'v Value<'a>, key: &[u8]) -> Result<&'v Value<'a>, Fault> {
    let missing = || format!("it has no {}", String::from_utf8_lossy(key));
    let Value::Sequence(items, _) = dictionary else {
        return Err(missing());
    };
    let mut pairs = items.chunks_exact(2);
    let pair = pairs.find(|pair| pair[0] == Value::Bytes(key));
    pair.map(|pair| &pair[1]).ok_or_else(missing)
}

fn labels_of(value: &Value, classes: u8) -> Result<Vec<u8>, Fault> {
    let Value::Sequence(items, _) = value else {
        return Err("its labels are no list".into());
    };
    let label = |item: &Value| match item {
        Value::Int(number) => u8::try_from(*number).ok().filter(|label| *label < classes),
        _ => None,
    };
    let labels: Option<Vec<u8>> = items.iter().map(label).collect();
    labels.ok_or_else(|| "a label is no number of a class".into())
}

/// The bytes of an array. Its state is its version, shape, type, whether columns come first, and its bytes.
fn pixels<'a>(value: &Value<'a>) -> Result<&'a [u8], Fault> {
    let unknown = || "its data are no array of bytes, row by row".to_owned();
    let Value::Object(Global::Array, state, _) = value else {
        return Err(unknown());
    };
    match state.as_slice() {
        // Not one with its columns first.
        [
            ..,
            Value::Object(Global::Dtype, ..),
            Value::Singleton(false),
            Value::Bytes(bytes),
        ] => Ok(bytes),
        _ => Err(unknown()),
    }
}
