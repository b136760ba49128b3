//! Errors of engines and runs. The text of each is a sentence for people, [`LabError::kind`] is for programs.

use crate::data::DataError;
use crate::recipe::RecipeError;
use crate::recipe::sweep::SweepError;

/// Why an engine, a run or a step failed.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The link gives no recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A sweep's text gives no recipes.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The recipe does not fit the data or the memory.
    #[error("{0}")]
    Plan(String),
    /// A value of the recipe does not fit the data or the network.
    #[error("{text}")]
    Value {
        /// Its key in the link.
        key: &'static str,
        /// The sentence.
        text: String,
    },
    /// The engine could not be opened.
    #[error("{0}")]
    Engine(String),
    /// The GPU engine's numbers differ from the CPU engine's.
    #[error(
        "The GPU engine failed its self-test, so nothing was trained on it: {0} Use the CPU engine instead."
    )]
    SelfTest(String),
    /// The GPU reported an error or was lost during the run.
    #[error("{}", gpu_text(*step, what))]
    Gpu {
        /// The last step that was requested; 0 before there was one.
        step: u64,
        /// What the device reported.
        what: String,
    },
    /// A loss that is NaN or infinite.
    #[error(
        "The loss became {loss} at step {step}, so the run was stopped. A smaller learning rate usually helps."
    )]
    NotFinite {
        /// The first such step.
        step: u64,
        /// "NaN", "inf" or "-inf".
        loss: f32,
    },
    /// Weights or an optimizer's state that are no finite numbers, after a loss that still was one.
    #[error(
        "After step {step} the network's weights are no finite numbers any more, so there is no check of them and no file. A \
         smaller learning rate usually helps."
    )]
    NoNumbers {
        /// The last step that was done.
        step: u64,
    },
    /// An update after which a weight, or what else a step keeps, is NaN or infinite. It was not applied.
    #[error(
        "The update of step {step} made weights that are no finite numbers, so the run was stopped before it. A smaller \
         learning rate usually helps."
    )]
    NotFiniteUpdate {
        /// The step.
        step: u64,
    },
    /// Outputs of a network that are NaN or infinite, though its weights are finite.
    #[error(
        "After step {step} the network's outputs are no finite numbers, so that it has no score and no answer. A smaller \
         learning rate usually helps."
    )]
    NotFiniteOutput {
        /// The steps done.
        step: u64,
    },
    /// A checkpoint that is damaged or does not fit the run.
    #[error("This checkpoint cannot be used: {0}")]
    Checkpoint(String),
    /// A run file that is damaged, or of another run.
    #[error("This run file cannot be used: {0}")]
    RunFile(String),
    /// A file of weights that is damaged, or another network's.
    #[error("These weights cannot be used: {0}")]
    WeightsFile(String),
    /// The weights that a run starts from were not given, or others were.
    #[error("{}", initial_weights_text(wanted, found.as_deref()))]
    InitialWeights {
        /// How the digest of the file begins that the recipe names.
        wanted: String,
        /// That of the file that was given; nothing where there was none.
        found: Option<String>,
    },
    /// The file format refuses the weights.
    #[error("The weights could not be written: {0}")]
    Weights(String),
    /// Pixels or a split that do not fit the network.
    #[error("{0}")]
    Input(String),
}

fn gpu_text(step: u64, what: &str) -> String {
    match step {
        0 => format!("The GPU stopped: {what}"),
        step => format!(
            "The GPU stopped before step {step} was done: {what} Nothing after the last checkpoint can be trusted."
        ),
    }
}

fn initial_weights_text(wanted: &str, found: Option<&str>) -> String {
    let starts =
        format!("This run starts from the weights of a file whose digest begins with {wanted}");
    match found {
        None => format!("{starts}: give that file."),
        Some(found) => format!("{starts}; that of the file that was given begins with {found}."),
    }
}

impl LabError {
    /// The kind of error: "recipe", "data", "file", "weights", "engine", "self-test", "gpu", "checkpoint", "nan" or "run".
    pub fn kind(&self) -> &'static str {
        match self {
            LabError::Recipe(_)
            | LabError::Sweep(_)
            | LabError::Plan(_)
            | LabError::Value { .. } => "recipe",
            LabError::Data(_) => "data",
            LabError::Engine(_) => "engine",
            LabError::SelfTest(_) => "self-test",
            LabError::Gpu { .. } => "gpu",
            LabError::NotFinite { .. }
            | LabError::NoNumbers { .. }
            | LabError::NotFiniteUpdate { .. }
            | LabError::NotFiniteOutput { .. } => "nan",
            LabError::RunFile(_) | LabError::WeightsFile(_) => "file",
            LabError::InitialWeights { .. } => "weights",
            LabError::Checkpoint(_) => "checkpoint",
            LabError::Weights(_) | LabError::Input(_) => "run",
        }
    }

    /// The field of the recipe that the error is about, by its key in the link.
    pub fn key(&self) -> Option<&str> {
        match self {
            LabError::Recipe(error) => error.key(),
            LabError::Value { key, .. } => Some(key),
            LabError::InitialWeights { .. } => Some("init"),
            _ => None,
        }
    }

    /// What that field may have, as the end of a sentence: "a whole number from 1 to 64".
    pub fn allowed(&self) -> Option<&str> {
        match self {
            LabError::Recipe(error) => error.allowed(),
            _ => None,
        }
    }

    /// What more there is for programs: see [`DataError::code`].
    pub fn code(&self) -> Option<&'static str> {
        match self {
            LabError::Data(error) => error.code(),
            _ => None,
        }
    }

    /// The step that the error is about, from 1: the one that could not be done, or the last one before outputs that are not finite.
    pub fn step(&self) -> Option<u64> {
        match self {
            LabError::Gpu { step, .. }
            | LabError::NotFinite { step, .. }
            | LabError::NoNumbers { step }
            | LabError::NotFiniteUpdate { step }
            | LabError::NotFiniteOutput { step } => Some(*step),
            _ => None,
        }
    }
}
