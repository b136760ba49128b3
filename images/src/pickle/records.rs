//! A batch of CIFAR-10's Python version as records of the binary version: a byte for the class, then the pixels.
//!
//! Such a batch is a dictionary with `labels`, a list of whole numbers, and `data`, an array of bytes with a row for each image.

use super::{Fault, Global, Value, read};

/// Bytes of an image: 32×32 in three colours.
const PIXELS: usize = 3 * 32 * 32;

/// Classes, from 0.
const CLASSES: u8 = 10;

/// The records of a pickled batch.
///
/// # Errors
/// What cannot be read.
pub fn records(pickle: &[u8]) -> Result<Vec<u8>, Fault> {
    let batch = read(pickle)?;
    let labels = labels(entry(&batch, b"labels")?)?;
    let pixels = pixels(entry(&batch, b"data")?)?;
    if pixels.len() != labels.len() * PIXELS {
        let (bytes, images) = (pixels.len(), labels.len());
        return Err(format!(
            "it has {bytes} bytes of pixels for {images} classes"
        ));
    }
    let mut records = Vec::with_capacity(labels.len() * (1 + PIXELS));
    for (label, image) in labels.iter().zip(pixels.chunks_exact(PIXELS)) {
        records.push(*label);
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

fn labels(value: &Value) -> Result<Vec<u8>, Fault> {
    let Value::Sequence(items, _) = value else {
        return Err("its labels are no list".into());
    };
    let label = |item: &Value| match item {
        Value::Int(number) => u8::try_from(*number).ok().filter(|label| *label < CLASSES),
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
