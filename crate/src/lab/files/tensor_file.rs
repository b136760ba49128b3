//! Safetensors files. The reader trusts nothing, because a file may come from anywhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use bytemuck::NoUninit;
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView, View};
use sha2::{Digest, Sha256};

use super::widen::widen;
use crate::hex::hex;
use crate::recipe::shorten;

/// The key of the metadata that says what the file is.
const METADATA_KEY: &str = "bunsen";

/// The key of the header that holds the digest of a file's contents.
const DIGEST_KEY: &str = "digest";

/// The largest header that is read, in bytes. A few hundred tensors and a link take less.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// The name, shape and type of a tensor that is written or expected.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorSpec {
    /// Its name.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// The type of its elements.
    pub dtype: Dtype,
}

impl TensorSpec {
    /// A tensor of 32-bit floats.
    pub fn f32(name: &str, shape: &[usize]) -> Self {
        TensorSpec {
            name: name.to_owned(),
            shape: shape.to_vec(),
            dtype: Dtype::F32,
        }
    }
}

/// A tensor to be written. Its bytes are made when they are written, one tensor after the other: a file takes no copies of all of
/// them beside itself.
#[derive(Clone, Debug)]
pub struct TensorSource<'a> {
    /// Its name, shape and type.
    pub spec: TensorSpec,
    /// Its values, 32 bits each, little-endian as in the file.
    values: &'a [u8],
    /// Rows and columns of the values, where the file has the transpose of that matrix.
    transposed: Option<[usize; 2]>,
}

impl<'a> TensorSource<'a> {
    /// A tensor of these values, in their order.
    pub fn new(spec: TensorSpec, values: &'a [impl NoUninit]) -> Self {
        TensorSource {
            spec,
            values: bytemuck::cast_slice(values),
            transposed: None,
        }
    }

    /// The transpose of a matrix.
    pub fn transposed(spec: TensorSpec, matrix: &'a [f32], shape: [usize; 2]) -> Self {
        TensorSource {
            transposed: Some(shape),
            ..TensorSource::new(spec, matrix)
        }
    }
}

impl TensorSource<'_> {
    /// The values as the file has them, of a tensor of 32-bit floats.
    pub fn floats(&self) -> Vec<f32> {
        let data = (&self).data();
        let words = data.as_chunks::<4>().0.iter().copied();
        words.map(f32::from_le_bytes).collect()
    }
}

impl View for &TensorSource<'_> {
    fn dtype(&self) -> Dtype {
        self.spec.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.spec.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let Some([rows, columns]) = self.transposed else {
            return Cow::Borrowed(self.values);
        };
        let values = self.values.as_chunks::<4>().0;
        let mut bytes = Vec::with_capacity(self.values.len());
        for column in 0..columns {
            bytes.extend((0..rows).flat_map(|row| values[row * columns + column]));
        }
        Cow::Owned(bytes)
    }

    fn data_len(&self) -> usize {
        self.values.len()
    }
}

/// Writes a file. `entries` are key and value pairs for its header. They are joined into one metadata entry, as in a URL's
/// query, because safetensors keeps no order of several entries and the bytes would differ from file to file.
///
/// # Errors
/// What the format refused.
pub fn write(entries: &[(&str, &str)], tensors: &[TensorSource<'_>]) -> Result<Vec<u8>, String> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(entries);
    let header = HashMap::from([(METADATA_KEY.to_owned(), text.finish())]);
    for TensorSource { spec, values, .. } in tensors {
        if values.len() != spec.dtype.bitsize() / 8 * spec.shape.iter().product::<usize>() {
            return Err(format!("{} has another number of values", spec.name));
        }
    }
    let views = tensors.iter().map(|tensor| (&tensor.spec.name, tensor));
    safetensors::serialize(views, Some(header)).map_err(|error| error.to_string())
}

/// SHA-256 over the entries of a file's header, but for the digest itself, and over its tensors: all that a reader believes.
fn content_digest<'a>(
    entries: impl Iterator<Item = (&'a str, &'a str)>,
    tensors: impl Iterator<Item = (&'a str, Dtype, &'a [usize], impl View)>,
) -> String {
    let mut hash = Sha256::new();
    // With its length before each part, so that no two contents give the same bytes.
    let mut update = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    let entries: BTreeMap<_, _> = entries.filter(|(key, _)| *key != DIGEST_KEY).collect();
    for (key, value) in entries {
        update(key.as_bytes());
        update(value.as_bytes());
    }
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_by_key(|tensor| tensor.0);
    for (name, dtype, shape, view) in tensors {
        update(name.as_bytes());
        update(dtype.to_string().as_bytes());
        let sizes: Vec<u8> = shape
            .iter()
            .flat_map(|size| (*size as u64).to_le_bytes())
            .collect();
        update(&sizes);
        update(&view.data());
    }
    hex(&hash.finalize())
}

/// Writes a file as [`write()`] does, with the digest of all its contents in the header.
///
/// # Errors
/// What the format refused.
pub fn write_with_digest(
    entries: &[(&str, &str)],
    tensors: &[TensorSource<'_>],
) -> Result<Vec<u8>, String> {
    let parts = tensors.iter().map(|tensor| {
        let TensorSpec { name, shape, dtype } = &tensor.spec;
        (name.as_str(), *dtype, shape.as_slice(), tensor)
    });
    let digest = content_digest(entries.iter().copied(), parts);
    let entries: Vec<_> = entries
        .iter()
        .copied()
        .chain([(DIGEST_KEY, digest.as_str())])
        .collect();
    write(&entries, tensors)
}

/// An open file with a valid header.
#[derive(Debug)]
pub struct TensorFile<'a> {
    /// What Bunsen wrote into the header; nothing of another program's file.
    entries: Option<BTreeMap<String, String>>,
    tensors: SafeTensors<'a>,
}

impl<'a> TensorFile<'a> {
    /// Opens a file, of any program. No tensor is copied, and every length in the header is checked.
    ///
    /// # Errors
    /// The end of a sentence: what is wrong with it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let total = bytes.len() as u64;
        let Some(length) = bytes.first_chunk().copied().map(u64::from_le_bytes) else {
            return Err(format!(
                "it is no safetensors file, for it has {total} bytes in all."
            ));
        };
        if length > total - 8 {
            return Err(format!(
                "its header should be {length} bytes long, and only {} follow: it is cut short, or no safetensors file.",
                total - 8
            ));
        }
        if length > MAX_HEADER_BYTES {
            return Err(format!(
                "its header is {length} bytes long; one that is read has {MAX_HEADER_BYTES} at most."
            ));
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(sentence)?;
        let text = metadata
            .metadata()
            .as_ref()
            .and_then(|metadata| metadata.get(METADATA_KEY));
        let parse = |text: &String| {
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect()
        };
        Ok(TensorFile {
            entries: text.map(parse),
            tensors: SafeTensors::deserialize(bytes).map_err(sentence)?,
        })
    }

    /// Checks that the contents are those that [`write_with_digest`] wrote.
    ///
    /// # Errors
    /// The end of a sentence: the header has no digest, or another one.
    pub fn check_digest(&self) -> Result<(), String> {
        let entries = self.entries.iter().flatten();
        let entries = entries.map(|(key, value)| (key.as_str(), value.as_str()));
        let views: Vec<_> = self.tensors.iter().collect();
        let tensors = views
            .iter()
            .map(|(name, view)| (*name, view.dtype(), view.shape(), view));
        let digest = content_digest(entries, tensors);
        match self.entry(DIGEST_KEY)? == digest {
            true => Ok(()),
            false => Err(
                "its contents are not those that were written: it was damaged or changed."
                    .to_owned(),
            ),
        }
    }

    /// Whether the header says that Bunsen made it.
    pub fn is_bunsens(&self) -> bool {
        self.entries.is_some()
    }

    /// The header's value of a key.
    ///
    /// # Errors
    /// The end of a sentence, where the header has no such key, or is of another program.
    pub fn entry(&self, key: &str) -> Result<&str, String> {
        let entries = self.entries.as_ref();
        let entries = entries.ok_or("its header does not say that Bunsen made it.")?;
        let value = entries.get(key).map(String::as_str);
        value.ok_or_else(|| format!("its header does not say its {key}."))
    }

    /// The number of elements of a tensor of 32-bit values; `None` if the file has no such tensor.
    pub fn element_count(&self, name: &str) -> Option<usize> {
        let view = self.tensors.tensor(name).ok()?;
        Some(view.data().len() / 4)
    }

    /// Checks that the file has exactly these tensors, and that all values are finite.
    ///
    /// # Errors
    /// The end of a sentence: the first tensor that is missing, wrong or not expected.
    pub fn check_tensors(&self, expected: &[TensorSpec]) -> Result<(), String> {
        for spec in expected {
            let name = &spec.name;
            let view = self.tensors.tensor(name);
            let view = view.map_err(|_| format!("{name} is missing."))?;
            if view.dtype() != spec.dtype {
                let (is, right) = (view.dtype(), spec.dtype);
                return Err(format!("{name} is of {is} numbers where {right} is right."));
            }
            if view.shape() != spec.shape {
                let (is, right) = (dimensions(view.shape()), dimensions(&spec.shape));
                return Err(format!("{name} is {is} where {right} is right."));
            }
            if bits(&view).any(|bits| !f32::from_bits(bits).is_finite()) {
                return Err(format!("{name} holds something that is no finite number."));
            }
        }
        let is_expected = |name: &&str| expected.iter().any(|spec| spec.name == *name);
        let names = self.tensors.names();
        // The first in the alphabet, because the order of names is random.
        match names.into_iter().filter(|name| !is_expected(name)).min() {
            Some(name) => {
                let name = shorten(name);
                Err(format!("it holds {name}, which has no place in it."))
            }
            None => Ok(()),
        }
    }

    /// The name, shape and type of each tensor, in the order of the alphabet.
    pub fn specs(&self) -> Vec<TensorSpec> {
        let specs = self.tensors.iter().map(|(name, view)| TensorSpec {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            dtype: view.dtype(),
        });
        let mut specs: Vec<_> = specs.collect();
        specs.sort_by(|a, b| a.name.cmp(&b.name));
        specs
    }

    /// A tensor's values, those of 16 bits widened; `None` if the file has no such tensor, or it is of other numbers.
    pub fn widened(&self, name: &str) -> Option<Vec<f32>> {
        let view = self.tensors.tensor(name).ok()?;
        widen(view.dtype(), view.data())
    }

    /// A tensor's values as bits; empty if the file has no such tensor.
    pub fn bits(&self, name: &str) -> Vec<u32> {
        let view = self.tensors.tensor(name);
        view.map(|view| bits(&view).collect()).unwrap_or_default()
    }

    /// Whether a tensor holds a number below `least`.
    pub fn has_less_than(&self, name: &str, least: f32) -> bool {
        self.floats(name).iter().any(|value| *value < least)
    }

    /// A tensor's values; empty if the file has no such tensor.
    pub fn floats(&self, name: &str) -> Vec<f32> {
        self.bits(name).into_iter().map(f32::from_bits).collect()
    }
}

fn bits<'a>(view: &TensorView<'a>) -> impl Iterator<Item = u32> + 'a {
    let words = view.data().as_chunks::<4>().0.iter();
    words.map(|bytes| u32::from_le_bytes(*bytes))
}

pub(super) fn dimensions(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().take(8).map(usize::to_string).collect();
    match shape.len() {
        0 => "a single number".to_owned(),
        1..=8 => sizes.join("×"),
        many => format!("{}×… ({many} dimensions)", sizes.join("×")),
    }
}

fn sentence(error: SafeTensorError) -> String {
    match error {
        SafeTensorError::MetadataIncompleteBuffer => {
            "its tensors take another number of bytes than follow the header: it is cut short, or has something behind it."
                .to_owned()
        }
        SafeTensorError::ValidationOverflow => {
            "its header tells of a tensor that is larger than any memory.".to_owned()
        }
        SafeTensorError::TensorInvalidInfo => {
            "its header gives a tensor another number of bytes than its shape needs.".to_owned()
        }
        SafeTensorError::InvalidOffset(name) => {
            format!("its header puts {} where another tensor is.", shorten(&name))
        }
        other => format!("its header cannot be read ({}).", shorten(&other.to_string())),
    }
}
