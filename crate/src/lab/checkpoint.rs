//! A run to go on from, as a safetensors file.

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::error::LabError;
use super::weights::{header, read_header};

/// All that a run needs to go on: what it was, and where it stood. Random streams need no state: their positions
/// follow from the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The recipe's link.
    pub link: String,
    /// The data's digest.
    pub digest: String,
    /// All parameters, `[parameters]`.
    pub weights: Vec<f32>,
    /// The running averages of what is normalised by batches, if anything is.
    pub statistics: Option<Vec<f32>>,
    /// The optimizer's first vector, if it has one.
    pub first: Option<Vec<f32>>,
    /// Its second.
    pub second: Option<Vec<f32>>,
    /// The loss of every step so far, as bits.
    pub trace: Vec<u32>,
}

impl Checkpoint {
    /// The file.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where the format refuses.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabError> {
        let mut parts = vec![("weights", Dtype::F32, bytes(&self.weights))];
        if let Some(statistics) = &self.statistics {
            parts.push(("statistics", Dtype::F32, bytes(statistics)));
        }
        if let Some(first) = &self.first {
            parts.push(("optimizer.first", Dtype::F32, bytes(first)));
        }
        if let Some(second) = &self.second {
            parts.push(("optimizer.second", Dtype::F32, bytes(second)));
        }
        let trace = self.trace.iter().flat_map(|bits| bits.to_le_bytes());
        parts.push(("trace", Dtype::U32, trace.collect()));
        let views: Result<Vec<_>, _> = parts
            .iter()
            .map(|(name, dtype, bytes)| {
                TensorView::new(*dtype, vec![bytes.len() / 4], bytes).map(|view| (*name, view))
            })
            .collect();
        let about = header(&[
            ("format", "checkpoint"),
            ("link", &self.link),
            ("data", &self.digest),
        ]);
        views
            .and_then(|views| safetensors::serialize(views, Some(about)))
            .map_err(|error| LabError::Checkpoint(format!("it could not be written ({error}).")))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], saying what is wrong with it.
    pub fn from_bytes(file: &[u8]) -> Result<Self, LabError> {
        let wrong = |what: String| LabError::Checkpoint(what);
        let broken = |error| wrong(format!("it is no whole safetensors file ({error})."));
        let (_, metadata) = SafeTensors::read_metadata(file).map_err(broken)?;
        let tensors = SafeTensors::deserialize(file).map_err(broken)?;
        let about = |key: &str| {
            read_header(metadata.metadata().as_ref(), key)
                .ok_or_else(|| wrong(format!("its header does not say its {key}.")))
        };
        let words = |name: &str, dtype: Dtype| match tensors.tensor(name) {
            Ok(view) if view.dtype() == dtype => Ok(Some(view.data().to_vec())),
            Ok(view) => Err(wrong(format!(
                "{name} holds {:?} where {dtype:?} is right.",
                view.dtype()
            ))),
            Err(_) => Ok(None),
        };
        let floats =
            |name: &str| -> Result<Option<Vec<f32>>, LabError> {
                Ok(words(name, Dtype::F32)?
                    .map(|bytes| four(&bytes).map(f32::from_le_bytes).collect()))
            };
        Ok(Checkpoint {
            link: about("link")?,
            digest: about("data")?,
            weights: floats("weights")?.ok_or_else(|| wrong("it has no weights.".to_owned()))?,
            statistics: floats("statistics")?,
            first: floats("optimizer.first")?,
            second: floats("optimizer.second")?,
            trace: words("trace", Dtype::U32)?
                .map(|bytes| four(&bytes).map(u32::from_le_bytes).collect())
                .ok_or_else(|| wrong("it has no trace.".to_owned()))?,
        })
    }

    /// Whether it is of that run, whose network has so many parameters, and so many running averages if any.
    pub(super) fn check(
        &self,
        link: &str,
        digest: &str,
        (parameters, averages): (usize, Option<usize>),
    ) -> Result<(), LabError> {
        let vectors = [
            Some(&self.weights),
            self.first.as_ref(),
            self.second.as_ref(),
        ];
        let fits = vectors
            .iter()
            .flatten()
            .all(|vector| vector.len() == parameters);
        let wrong = if self.link != link {
            Some(format!("it is of the run {}, not of {link}.", self.link))
        } else if self.digest != digest {
            Some("it was made with other data.".to_owned())
        } else if !fits {
            Some(format!(
                "its tensors do not hold {parameters} numbers each."
            ))
        } else if self.statistics.as_ref().map(Vec::len) != averages {
            let averages = averages.unwrap_or_default();
            Some(format!(
                "its running averages are not the {averages} numbers of this network."
            ))
        } else {
            None
        };
        wrong.map_or(Ok(()), |what| Err(LabError::Checkpoint(what)))
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn four(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    bytes.as_chunks::<4>().0.iter().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Checkpoint {
        Checkpoint {
            link: "model=lenet5&v=1".to_owned(),
            digest: "ab".to_owned(),
            weights: vec![1.5, -2.0],
            statistics: Some(vec![0.0, 1.0, 0.5]),
            first: Some(vec![0.25, 0.5]),
            second: None,
            trace: vec![1, 2, 3],
        }
    }

    #[test]
    fn there_and_back() {
        let file = sample().to_bytes().unwrap();
        assert_eq!(Checkpoint::from_bytes(&file).unwrap(), sample());
    }

    #[test]
    fn another_runs_checkpoint_is_refused() {
        let error = |result: Result<(), LabError>| result.unwrap_err().to_string();
        assert!(
            sample()
                .check("model=lenet5&v=1", "ab", (2, Some(3)))
                .is_ok()
        );
        assert!(
            error(sample().check("model=lenet5&seed=2&v=1", "ab", (2, Some(3)))).contains("not of")
        );
        assert!(
            error(sample().check("model=lenet5&v=1", "ac", (2, Some(3)))).contains("other data")
        );
        assert!(
            error(sample().check("model=lenet5&v=1", "ab", (3, Some(3)))).contains("3 numbers")
        );
        assert!(error(sample().check("model=lenet5&v=1", "ab", (2, None))).contains("averages"));
    }

    proptest! {
        #[test]
        fn a_damaged_file_never_panics(at in 0usize..200, byte: u8, cut in 0usize..200) {
            let mut file = sample().to_bytes().unwrap();
            let at = at % file.len();
            file[at] = byte;
            let _ = Checkpoint::from_bytes(&file);
            file.truncate(cut % file.len());
            prop_assert!(Checkpoint::from_bytes(&file).is_err());
        }
    }
}
