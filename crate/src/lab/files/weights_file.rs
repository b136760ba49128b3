//! Files of weights as people have them: Bunsen's own and its checkpoints, and what PyTorch's users save as safetensors.
//!
//! One reader for all that takes weights: to answer with them, and to train on from them. It trusts nothing.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::checkpoint::{AVERAGE, Checkpoint, FIRST_MOMENT, SECOND_MOMENT, TRACE};
use super::described::Described;
use super::fit::{Differences, Fitted, fit};
use super::foreign;
use super::tensor_file::{TensorFile, TensorSpec};
use super::weights::{self, tensor_specs};
use crate::lab::engine::Engine;
use crate::lab::error::LabError;
use crate::lab::train::trainer::Trainer;
use crate::recipe::{DigestPrefix, Recipe, shorten};
use crate::registry;
use crate::zoo::{Network, build_graph};

/// What names of tensors may begin with, all of one file: what PyTorch's wrappers put before them.
const PREFIXES: [&str; 3] = ["module.", "model.", "_orig_mod."];

/// A counter of PyTorch's batch normalization, which no answer needs.
const COUNTER: &str = "num_batches_tracked";

/// What kind of file weights come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsFormat {
    /// Bunsen's weights.
    Weights,
    /// Bunsen's checkpoint: the weights that its run is scored with.
    Checkpoint,
    /// Another program's tensors.
    Safetensors,
}

impl WeightsFormat {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            WeightsFormat::Weights => "weights",
            WeightsFormat::Checkpoint => "checkpoint",
            WeightsFormat::Safetensors => "safetensors",
        }
    }
}

/// A tensor of the network in the file.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    /// What the file calls it, and its shape and type there.
    pub spec: TensorSpec,
    /// Its values, where they are others than the file has under that name.
    average: Option<Vec<f32>>,
}

/// An open file of weights: its tensors are finite numbers, and its header is what it says.
#[derive(Debug)]
pub struct WeightsFile<'a> {
    file: TensorFile<'a>,
    format: WeightsFormat,
    digest: DigestPrefix,
    /// The recipe of its header, where that can be read.
    recipe: Option<Recipe>,
    /// Its tensors by the names that networks have here.
    pub(super) tensors: BTreeMap<String, Tensor>,
}

impl<'a> WeightsFile<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`LabError::WeightsFile`]: what is wrong with it, and what would be right.
    pub fn open(bytes: &'a [u8]) -> Result<Self, LabError> {
        Self::read(bytes).map_err(LabError::WeightsFile)
    }

    fn read(bytes: &'a [u8]) -> Result<Self, String> {
        if let Some(what) = foreign::recognized(bytes) {
            return Err(what);
        }
        let file = TensorFile::open(bytes)?;
        let format = match file.is_bunsens() {
            false => WeightsFormat::Safetensors,
            true if Checkpoint::is_format_of(&file) => WeightsFormat::Checkpoint,
            true => match file.entry("format")? {
                weights::FORMAT => WeightsFormat::Weights,
                _ => return Err("it is another kind of file.".to_owned()),
            },
        };
        if format == WeightsFormat::Checkpoint {
            // What it says of its run is no part of the weights, but a file that is damaged there may be damaged anywhere.
            Checkpoint::open(bytes).map_err(end_of_sentence)?;
        }
        let recipe = file.entry("link").ok().map(registry::parse);
        let recipe = recipe.and_then(Result::ok).map(|link| link.recipe);
        let mut opened = WeightsFile {
            tensors: named(&file, format)?,
            digest: DigestPrefix::of(&Sha256::digest(bytes).into()),
            recipe,
            format,
            file,
        };
        if format == WeightsFormat::Checkpoint {
            opened.take_average()?;
        }
        opened.check_finite()?;
        Ok(opened)
    }

    /// Puts the average of the weights, which a run is scored with, in the place of those of its last step.
    fn take_average(&mut self) -> Result<(), String> {
        let Some(average) = self.file.widened(AVERAGE) else {
            return Ok(());
        };
        let recipe = self.recipe.as_ref();
        let recipe = recipe.ok_or("its recipe cannot be read, and its average needs that.")?;
        let (found, right) = (average.len(), build_graph(recipe).summary().parameters());
        if found != right {
            return Err(format!("{AVERAGE} is {found} where {right} is right."));
        }
        let device = Engine::cpu().device;
        let slots = Network::init(recipe, &device).slots();
        let parts = weights::to_tensors(&slots, &average)?;
        for part in &parts {
            if let Some(tensor) = self.tensors.get_mut(&part.spec.name)
                && tensor.spec.shape == part.spec.shape
            {
                tensor.average = Some(part.floats());
            }
        }
        Ok(())
    }

    fn check_finite(&self) -> Result<(), String> {
        for (name, tensor) in &self.tensors {
            let values = self.values(tensor).unwrap_or_default();
            if values.iter().any(|value| !value.is_finite()) {
                let name = shorten(name);
                return Err(format!("{name} holds something that is no finite number."));
            }
        }
        Ok(())
    }

    /// A tensor's values; `None` where they are no floats of at most 32 bits.
    pub(super) fn values(&self, tensor: &Tensor) -> Option<Vec<f32>> {
        match &tensor.average {
            Some(average) => Some(average.clone()),
            None => self.file.widened(&tensor.spec.name),
        }
    }

    /// What kind of file it is.
    pub fn format(&self) -> WeightsFormat {
        self.format
    }

    /// The beginning of the SHA-256 of its bytes, by which a recipe names it.
    pub fn digest(&self) -> DigestPrefix {
        self.digest
    }

    /// The recipe that its header names; `None` where it names none, or one that cannot be read.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.recipe.as_ref()
    }

    /// What its header says of the images that its network is for.
    pub fn described(&self) -> Described {
        Described::read(&self.file)
    }

    /// How many tensors it has, and how many numbers in those that are trained.
    pub fn counts(&self) -> [usize; 2] {
        let is_statistic =
            |name: &str| name.ends_with(".running_mean") || name.ends_with(".running_var");
        let trained = self.tensors.iter().filter(|(name, _)| !is_statistic(name));
        let numbers = trained.map(|(_, tensor)| tensor.spec.shape.iter().product::<usize>());
        [self.tensors.len(), numbers.sum()]
    }

    /// The numbers of a network in the file. `differences` says what of it may be missing.
    ///
    /// # Errors
    /// [`LabError::WeightsFile`]: the first tensor that is wrong, and of which network the file says to be.
    pub fn fit(&self, trainer: &Trainer, differences: Differences) -> Result<Fitted, LabError> {
        let mut expected: Vec<TensorSpec> = tensor_specs(&trainer.slots).collect();
        expected.extend(tensor_specs(&trainer.statistics_slots()));
        let fitted = fit(self, trainer, &expected, differences);
        fitted.map_err(|what| LabError::WeightsFile(what + &self.of_which_network(trainer)))
    }

    /// A sentence on which network the file says to be of, where that is another.
    fn of_which_network(&self, trainer: &Trainer) -> String {
        let title = |recipe: &Recipe| build_graph(recipe).summary().title;
        let own = trainer.graph().summary().title;
        match self.recipe.as_ref().map(title) {
            Some(title) if title != own => {
                format!(" The file says that it is of {title}; this network is {own}.")
            }
            _ => String::new(),
        }
    }
}

/// The end of the sentence of an error about a checkpoint.
fn end_of_sentence(error: LabError) -> String {
    match error {
        LabError::Checkpoint(what) => what,
        error => error.to_string(),
    }
}

/// The tensors of a network in a file, by the names that networks have here.
fn named(file: &TensorFile<'_>, format: WeightsFormat) -> Result<BTreeMap<String, Tensor>, String> {
    let beside = [FIRST_MOMENT, SECOND_MOMENT, AVERAGE, TRACE];
    let is_beside = |name: &str| format == WeightsFormat::Checkpoint && beside.contains(&name);
    let is_counter = |name: &str| name.rsplit('.').next() == Some(COUNTER);
    let mut specs = file.specs();
    specs.retain(|spec| !is_beside(&spec.name) && !is_counter(&spec.name));
    if specs.is_empty() && format == WeightsFormat::Safetensors {
        return Err("it holds no tensor.".to_owned());
    }
    let start = prefix_length(&specs);
    let tensor = |spec: TensorSpec| {
        let name = spec.name.get(start..).unwrap_or_default().to_owned();
        let tensor = Tensor {
            spec,
            average: None,
        };
        (name, tensor)
    };
    Ok(specs.into_iter().map(tensor).collect())
}

/// How long the prefixes are that all names begin with.
fn prefix_length(specs: &[TensorSpec]) -> usize {
    let mut start = 0;
    let all_have = |start: usize, prefix: &str| {
        let rest = |spec: &TensorSpec| spec.name.get(start..).map(|rest| rest.starts_with(prefix));
        !specs.is_empty() && specs.iter().all(|spec| rest(spec) == Some(true))
    };
    while let Some(prefix) = PREFIXES.iter().find(|prefix| all_have(start, prefix)) {
        start += prefix.len();
    }
    start
}
