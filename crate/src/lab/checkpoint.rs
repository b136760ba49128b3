//! A run to go on from, as a safetensors file: the network's tensors as PyTorch has them, and beside them what the
//! optimizer carries and the loss of every step. docs/files.md tells of all of it.

use safetensors::tensor::Dtype;

use super::engine::EngineKind;
use super::error::LabError;
use super::file::{File, Form, bytes, write};
use super::learner::Learner;
use super::weights::{cut, forms, join};

const FORMAT: &str = "checkpoint";
const FIRST: &str = "optimizer.first";
const SECOND: &str = "optimizer.second";
const TRACE: &str = "trace";

/// Which run a checkpoint is of, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The recipe's link.
    pub link: String,
    /// The data's digest.
    pub digest: String,
    /// Steps done.
    pub steps: u64,
    /// What computed the last of them.
    pub engine: EngineKind,
    /// After which step another engine took the run over, if one did: the last time.
    pub handed_over: Option<u64>,
}

/// All that a run needs to go on. Random streams need no state: their positions follow from the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Whose it is.
    pub about: About,
    /// All parameters, `[parameters]`.
    pub weights: Vec<f32>,
    /// The running averages of what is normalised by batches, if anything is.
    pub statistics: Option<Vec<f32>>,
    /// The optimizer's first vector, if it has one: `[parameters]`.
    pub first: Option<Vec<f32>>,
    /// Its second.
    pub second: Option<Vec<f32>>,
    /// The loss of every step so far, as bits.
    pub trace: Vec<u32>,
}

impl About {
    /// What a file says of itself.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where it is no checkpoint.
    pub fn of(file: &File) -> Result<Self, LabError> {
        read(file).map_err(LabError::Checkpoint)
    }

    /// Whether it is of that run.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where it is another's.
    pub fn is_of(&self, link: &str, digest: &str) -> Result<(), LabError> {
        if self.link != link {
            let what = format!("it is of the run {}, not of {link}.", self.link);
            return Err(LabError::Checkpoint(what));
        }
        if self.digest != digest {
            let what = "it was made with other data: their digest is another.".to_owned();
            return Err(LabError::Checkpoint(what));
        }
        Ok(())
    }
}

fn read(file: &File) -> Result<About, String> {
    match file.about("format")? {
        FORMAT => {}
        "weights" => {
            return Err("it holds weights alone; to go on, a run needs more.".to_owned());
        }
        _ => return Err("it is another kind of file.".to_owned()),
    }
    let steps = file.len(TRACE).ok_or("trace is missing.")? as u64;
    let engine = EngineKind::named(file.about("engine")?);
    let handed_over = match file.about("handed-over").map(str::parse) {
        Err(_) => None,
        Ok(Ok(step)) if step <= steps => Some(step),
        Ok(_) => return Err("its header names a step that was not done.".to_owned()),
    };
    Ok(About {
        link: file.about("link")?.to_owned(),
        digest: file.about("data")?.to_owned(),
        steps,
        engine: engine.ok_or("its header names an engine that there is not.")?,
        handed_over,
    })
}

impl Checkpoint {
    /// The file. The learner is any of the same recipe: it says what the numbers are.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where the format refuses.
    pub fn to_bytes(&self, learner: &Learner) -> Result<Vec<u8>, LabError> {
        let made = self.tensors(learner).and_then(|tensors| {
            let About { link, digest, .. } = &self.about;
            let engine = self.about.engine.name();
            let mut about = vec![
                ("format", FORMAT),
                ("link", link),
                ("data", digest),
                ("engine", engine),
            ];
            let step = self.about.handed_over.map(|step| step.to_string());
            about.extend(step.as_deref().map(|step| ("handed-over", step)));
            write(&about, &tensors)
        });
        made.map_err(|why| LabError::Checkpoint(format!("it could not be written ({why}).")))
    }

    fn tensors(&self, learner: &Learner) -> Result<Vec<(Form, Vec<u8>)>, String> {
        let mut tensors = cut(&learner.slots, &self.weights)?;
        if let Some(statistics) = &self.statistics {
            tensors.extend(cut(&learner.statistics_slots(), statistics)?);
        }
        for (name, vector) in [(FIRST, &self.first), (SECOND, &self.second)] {
            if let Some(vector) = vector {
                let words = vector.iter().map(|value| value.to_bits());
                tensors.push((Form::floats(name, &[vector.len()]), bytes(words)));
            }
        }
        tensors.push((trace(self.trace.len()), bytes(self.trace.iter().copied())));
        Ok(tensors)
    }

    /// Reads the file of a run: of that learner's recipe, with at most so many steps.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`]: the first thing that is wrong with it.
    pub fn read(file: &File, learner: &Learner, most_steps: u64) -> Result<Self, LabError> {
        let about = About::of(file)?;
        let carries = learner.optimizer.carries(about.steps);
        let fits = if about.steps > most_steps {
            let steps = about.steps;
            Err(format!(
                "it has {steps} steps behind it, and the run has {most_steps} in all."
            ))
        } else {
            file.expect(&expected(&about, learner, carries))
        };
        fits.map_err(LabError::Checkpoint)?;
        let averages = learner.statistics_slots();
        let carried = |index: usize, name| carries[index].then(|| file.floats(name));
        Ok(Checkpoint {
            weights: join(&learner.slots, file),
            statistics: (!averages.is_empty()).then(|| join(&averages, file)),
            first: carried(0, FIRST),
            second: carried(1, SECOND),
            trace: file.words(TRACE),
            about,
        })
    }
}

/// The tensors of a learner's checkpoint, with which of the optimizer's vectors.
fn expected(about: &About, learner: &Learner, carries: [bool; 2]) -> Vec<Form> {
    let mut all: Vec<Form> = forms(&learner.slots).collect();
    all.extend(forms(&learner.statistics_slots()));
    for (name, carried) in [FIRST, SECOND].into_iter().zip(carries) {
        all.extend(carried.then(|| Form::floats(name, &[learner.parameters()])));
    }
    all.push(trace(about.steps as usize));
    all
}

fn trace(steps: usize) -> Form {
    Form {
        name: TRACE.to_owned(),
        shape: vec![steps],
        dtype: Dtype::U32,
    }
}

#[cfg(test)]
mod tests;
