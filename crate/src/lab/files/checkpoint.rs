//! A checkpoint, from which a run resumes: a safetensors file with the network's tensors as PyTorch has them, the
//! optimizer's state and the loss of every step. docs/files.md describes the format.

use safetensors::tensor::Dtype;

use super::LEAST_LOSS;
use super::described::Described;
use super::tensor_file::{TensorFile, TensorSource, TensorSpec, write_with_digest};
use super::weights::{NetworkState, read_network, to_tensors};
use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::lab::train::trainer::Trainer;

const FORMAT: &str = "checkpoint";
pub(super) const FIRST_MOMENT: &str = "optimizer.first";
pub(super) const SECOND_MOMENT: &str = "optimizer.second";
pub(super) const AVERAGE: &str = "optimizer.average";
pub(super) const TRACE: &str = "trace";

/// Which run a checkpoint belongs to, and how far the run was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointHeader {
    /// The recipe's link.
    pub link: String,
    /// The data's digest.
    pub digest: String,
    /// Steps done.
    pub steps: u64,
    /// The engine of the last step.
    pub engine: EngineKind,
    /// Steps up to this one came from a file when the run that made this checkpoint was started; 0 if that run computed all.
    pub computed_from: u64,
    /// The step after which another engine took the run over, the last time; `None` if it never changed engines.
    pub handed_over: Option<u64>,
}

/// All that a run needs to resume. Random streams have no state: their positions follow from the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which run it belongs to.
    pub header: CheckpointHeader,
    /// What it says of images, so that its network can answer without the data.
    pub described: Described,
    /// All parameters, `[parameters]`.
    pub weights: Vec<f32>,
    /// The running statistics of batch normalization, `[statistics]`; `None` for a network without it.
    pub running_statistics: Option<Vec<f32>>,
    /// The optimizer's first moment, if it has one: `[parameters]`.
    pub first_moment: Option<Vec<f32>>,
    /// The optimizer's second moment, if it has one: `[parameters]`.
    pub second_moment: Option<Vec<f32>>,
    /// The average of the weights, where the recipe keeps one: `[parameters]`.
    pub average: Option<Vec<f32>>,
    /// The loss of every step so far, as bits.
    pub trace: Vec<u32>,
}

impl CheckpointHeader {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where the file is no checkpoint.
    pub fn read(file: &TensorFile) -> Result<Self, LabError> {
        read_header(file).map_err(LabError::Checkpoint)
    }

    /// Checks that the checkpoint belongs to the run of this link and data.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where it belongs to another run.
    pub fn check_run(&self, link: &str, digest: &str) -> Result<(), LabError> {
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

fn read_header(file: &TensorFile) -> Result<CheckpointHeader, String> {
    match file.entry("format")? {
        FORMAT => {}
        "weights" => {
            return Err("it holds weights alone; to go on, a run needs more.".to_owned());
        }
        _ => return Err("it is another kind of file.".to_owned()),
    }
    let steps = file.element_count(TRACE).ok_or("trace is missing.")? as u64;
    let engine = EngineKind::from_name(file.entry("engine")?);
    let step_of = |key| match file.entry(key).map(str::parse) {
        Err(_) => Ok(None),
        Ok(Ok(step)) if step <= steps => Ok(Some(step)),
        Ok(_) => Err("its header names a step that was not done.".to_owned()),
    };
    let computed_from = step_of("computed-from")?;
    let handed_over = step_of("handed-over")?;
    Ok(CheckpointHeader {
        link: file.entry("link")?.to_owned(),
        digest: file.entry("data")?.to_owned(),
        steps,
        engine: engine.ok_or("its header names an engine that there is not.")?,
        computed_from: computed_from.ok_or("its header does not say its computed-from.")?,
        handed_over,
    })
}

impl Checkpoint {
    /// Whether a file says that it is a checkpoint.
    #[must_use]
    pub fn is_format_of(file: &TensorFile) -> bool {
        matches!(file.entry("format"), Ok(FORMAT))
    }

    /// Opens a file and checks that its contents are those that were written. That shows damage; who changes a file on purpose can
    /// give it the digest of what they made of it.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where it is damaged or no checkpoint.
    pub fn open(bytes: &[u8]) -> Result<TensorFile<'_>, LabError> {
        let file = TensorFile::open(bytes).map_err(LabError::Checkpoint)?;
        // Another kind of file is called so, and not damaged.
        CheckpointHeader::read(&file)?;
        file.check_digest().map_err(LabError::Checkpoint)?;
        Ok(file)
    }

    /// The file's bytes. The trainer is any of the same recipe: it gives the names and shapes.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`], where the tensors do not fit the trainer.
    pub fn to_bytes(&self, trainer: &Trainer) -> Result<Vec<u8>, LabError> {
        let written = self.tensors(trainer).and_then(|tensors| {
            let CheckpointHeader { link, digest, .. } = &self.header;
            let engine = self.header.engine.name();
            let computed_from = self.header.computed_from.to_string();
            let mut entries = vec![
                ("format", FORMAT),
                ("link", link),
                ("data", digest),
                ("engine", engine),
                ("computed-from", &computed_from),
            ];
            let step = self.header.handed_over.map(|step| step.to_string());
            entries.extend(step.as_deref().map(|step| ("handed-over", step)));
            let described = self.described.entries();
            entries.extend(described.iter().map(|(key, value)| (*key, value.as_str())));
            write_with_digest(&entries, &tensors)
        });
        written.map_err(|why| LabError::Checkpoint(format!("it could not be written ({why}).")))
    }

    fn tensors(&self, trainer: &Trainer) -> Result<Vec<TensorSource<'_>>, String> {
        let mut tensors = to_tensors(&trainer.slots, &self.weights)?;
        if let Some(statistics) = &self.running_statistics {
            tensors.extend(to_tensors(&trainer.statistics_slots(), statistics)?);
        }
        for (name, vector) in [
            (FIRST_MOMENT, &self.first_moment),
            (SECOND_MOMENT, &self.second_moment),
            (AVERAGE, &self.average),
        ] {
            if let Some(vector) = vector {
                let spec = TensorSpec::f32(name, &[vector.len()]);
                tensors.push(TensorSource::new(spec, vector));
            }
        }
        tensors.push(TensorSource::new(trace_spec(self.trace.len()), &self.trace));
        Ok(tensors)
    }

    /// Reads a file that has to belong to a run of the trainer's recipe, of at most `max_steps` steps.
    ///
    /// # Errors
    /// [`LabError::Checkpoint`]: the first thing that is wrong with it.
    pub fn read(file: &TensorFile, trainer: &Trainer, max_steps: u64) -> Result<Self, LabError> {
        let header = CheckpointHeader::read(file)?;
        let has_vectors = trainer.optimizer.has_vectors(header.steps);
        let read = || {
            let steps = header.steps;
            if steps > max_steps {
                return Err(format!(
                    "it has {steps} steps behind it, and the run has {max_steps} in all."
                ));
            }
            let squares = has_vectors[1].then_some(SECOND_MOMENT);
            let others = other_tensors(steps, trainer, has_vectors);
            let state = read_network(file, trainer, others, squares)?;
            match file.has_less_than(TRACE, LEAST_LOSS as f32) {
                // By more than a GPU's logarithm is off.
                true => Err("trace holds a loss below 0.".to_owned()),
                false => Ok(state),
            }
        };
        let NetworkState {
            weights,
            running_statistics,
        } = read().map_err(LabError::Checkpoint)?;
        let vector = |index: usize, name| has_vectors[index].then(|| file.floats(name));
        Ok(Checkpoint {
            weights,
            running_statistics,
            first_moment: vector(0, FIRST_MOMENT),
            second_moment: vector(1, SECOND_MOMENT),
            average: vector(2, AVERAGE),
            trace: file.bits(TRACE),
            described: Described::read(file),
            header,
        })
    }
}

/// The tensors of a checkpoint after `steps` steps, beside the network's.
fn other_tensors(steps: u64, trainer: &Trainer, has_vectors: [bool; 3]) -> Vec<TensorSpec> {
    let mut specs = Vec::new();
    let names = [FIRST_MOMENT, SECOND_MOMENT, AVERAGE];
    for (name, exists) in names.into_iter().zip(has_vectors) {
        specs.extend(exists.then(|| TensorSpec::f32(name, &[trainer.parameters()])));
    }
    specs.push(trace_spec(steps as usize));
    specs
}

fn trace_spec(steps: usize) -> TensorSpec {
    TensorSpec {
        name: TRACE.to_owned(),
        shape: vec![steps],
        dtype: Dtype::U32,
    }
}
