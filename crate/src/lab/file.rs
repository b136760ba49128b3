//! Safetensors files, read with care: they may come from anywhere.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};

use crate::recipe::shorten;

/// The header's entry that says what the file is.
const ENTRY: &str = "bunsen";

/// More than any header of ours: a few hundred tensors and a link.
const MOST_HEADER: u64 = 1 << 20;

/// A tensor that is to be written, or that must be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// What its numbers are.
    pub dtype: Dtype,
}

impl Form {
    /// A tensor of 32-bit floats.
    pub fn floats(name: &str, shape: &[usize]) -> Self {
        Form {
            name: name.to_owned(),
            shape: shape.to_vec(),
            dtype: Dtype::F32,
        }
    }
}

/// Writes a file. `about` is what its header says, as key and value pairs: they are one entry, as in a URL, since the
/// order of several entries would be chance.
///
/// # Errors
/// What the format refused.
pub fn write(about: &[(&str, &str)], tensors: &[(Form, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(about);
    let header = HashMap::from([(ENTRY.to_owned(), text.finish())]);
    let mut views = Vec::new();
    for (form, bytes) in tensors {
        let view = TensorView::new(form.dtype, form.shape.clone(), bytes)
            .map_err(|error| format!("{}: {error}", form.name))?;
        views.push((form.name.as_str(), view));
    }
    safetensors::serialize(views, Some(header)).map_err(|error| error.to_string())
}

/// A file whose header was found sound.
#[derive(Debug)]
pub struct File<'a> {
    about: BTreeMap<String, String>,
    tensors: SafeTensors<'a>,
}

impl<'a> File<'a> {
    /// Opens a file. Nothing of its tensors is copied, and no length that it claims is believed.
    ///
    /// # Errors
    /// A sentence's end: what is wrong with it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let there = bytes.len() as u64;
        let Some(length) = bytes.first_chunk().copied().map(u64::from_le_bytes) else {
            return Err(format!(
                "it is no safetensors file, for it has {there} bytes in all."
            ));
        };
        if length > there - 8 {
            return Err(format!(
                "its header should be {length} bytes long, and only {} follow: it is cut short, or no safetensors file.",
                there - 8
            ));
        }
        if length > MOST_HEADER {
            return Err(format!(
                "its header is {length} bytes long; one of Bunsen's has {MOST_HEADER} at most."
            ));
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(sentence)?;
        let text = metadata.metadata().as_ref().and_then(|all| all.get(ENTRY));
        let text = text.ok_or("its header does not say that Bunsen made it.")?;
        Ok(File {
            about: form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
            tensors: SafeTensors::deserialize(bytes).map_err(sentence)?,
        })
    }

    /// What the header says of a key.
    ///
    /// # Errors
    /// A sentence's end, where it says nothing.
    pub fn about(&self, key: &str) -> Result<&str, String> {
        let value = self.about.get(key).map(String::as_str);
        value.ok_or_else(|| format!("its header does not say its {key}."))
    }

    /// How many numbers a tensor holds, if it is there.
    pub fn len(&self, name: &str) -> Option<usize> {
        let view = self.tensors.tensor(name).ok()?;
        Some(view.data().len() / 4)
    }

    /// Whether it has exactly these tensors, each of that shape and of those numbers, none of them infinite or no
    /// number.
    ///
    /// # Errors
    /// A sentence's end: the first that is missing, wrong or too many.
    pub fn expect(&self, forms: &[Form]) -> Result<(), String> {
        for form in forms {
            let name = &form.name;
            let view = self.tensors.tensor(name);
            let view = view.map_err(|_| format!("{name} is missing."))?;
            if view.dtype() != form.dtype {
                let (is, right) = (view.dtype(), form.dtype);
                return Err(format!("{name} is of {is} numbers where {right} is right."));
            }
            if view.shape() != form.shape {
                let (is, right) = (dimensions(view.shape()), dimensions(&form.shape));
                return Err(format!("{name} is {is} where {right} is right."));
            }
            if words(&view).any(|bits| !f32::from_bits(bits).is_finite()) {
                return Err(format!("{name} holds something that is no finite number."));
            }
        }
        let known = |name: &&str| forms.iter().any(|form| form.name == *name);
        let names = self.tensors.names();
        // The first in the alphabet, since their own order is chance.
        match names.into_iter().filter(|name| !known(name)).min() {
            Some(name) => {
                let name = shorten(name);
                Err(format!("it holds {name}, which has no place in it."))
            }
            None => Ok(()),
        }
    }

    /// A tensor's numbers, as bits; none where it is not there.
    pub fn words(&self, name: &str) -> Vec<u32> {
        let view = self.tensors.tensor(name);
        view.map(|view| words(&view).collect()).unwrap_or_default()
    }

    /// A tensor's numbers; none where it is not there.
    pub fn floats(&self, name: &str) -> Vec<f32> {
        self.words(name).into_iter().map(f32::from_bits).collect()
    }
}

/// The bytes of numbers, as a file has them.
pub fn bytes(words: impl IntoIterator<Item = u32>) -> Vec<u8> {
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn words<'a>(view: &TensorView<'a>) -> impl Iterator<Item = u32> + 'a {
    let words = view.data().as_chunks::<4>().0.iter();
    words.map(|bytes| u32::from_le_bytes(*bytes))
}

fn dimensions(shape: &[usize]) -> String {
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
