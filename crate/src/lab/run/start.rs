//! What a run starts from: weights that are drawn, or those of a file.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::Run;
use crate::data::Dataset;
use crate::lab::engine::Engine;
use crate::lab::error::LabError;
use crate::lab::files::weights_file::WeightsFile;
use crate::lab::files::{Differences, Fitted};
use crate::lab::train::trainer::Trainer;
use crate::ops::{concat, split, vector};
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;

/// What a run starts from.
#[derive(Debug)]
pub(super) enum Start<'a> {
    /// What the recipe says: weights that are drawn.
    Drawn,
    /// The weights of a file, which the recipe then names.
    Weights(Box<WeightsFile<'a>>),
    /// What replaces all that a start gives: a checkpoint's state.
    Checkpoint,
}

impl Run {
    /// Starts a run from the weights of a file, those of its own network or of one with other images or classes: [`Run::notices`] says what
    /// of it starts anew. The recipe names the file by its digest then. Without a file it is [`Run::start`].
    ///
    /// # Errors
    /// Those of [`Run::start`], [`LabError::InitialWeights`] where the recipe names another file, and [`LabError::WeightsFile`] where the
    /// file is damaged, or another network's.
    pub async fn start_from(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
        weights: Option<&[u8]>,
    ) -> Result<Self, LabError> {
        let start = match weights {
            Some(weights) => Start::Weights(Box::new(WeightsFile::open(weights)?)),
            None => Start::Drawn,
        };
        Run::begin(engine, recipe, data, start).await
    }
}

impl Start<'_> {
    /// Makes a recipe name the weights, so that its link means these and no others.
    ///
    /// # Errors
    /// [`LabError::InitialWeights`], where it names others than are given.
    pub(super) fn name(&self, recipe: &mut Recipe, data: &Dataset) -> Result<(), LabError> {
        let wanted = recipe.init;
        let found = match self {
            Start::Weights(file) if wanted.is_none() => {
                recipe.init = file.digest();
                return Ok(());
            }
            Start::Weights(file) if file.digest() == wanted => return Ok(()),
            Start::Weights(file) => Some(file.digest().to_string()),
            // A network that is to answer, and not to be trained, gets its weights later.
            Start::Drawn if wanted.is_none() || data.is_stand_in() => return Ok(()),
            Start::Drawn => None,
            Start::Checkpoint => return Ok(()),
        };
        Err(LabError::InitialWeights {
            wanted: wanted.to_string(),
            found,
        })
    }

    /// The numbers of the file that fit the run's network, which is the trainer's.
    ///
    /// # Errors
    /// [`LabError::WeightsFile`], where they are another network's.
    pub(super) fn fitted(&self, trainer: &Trainer) -> Result<Option<Fitted>, LabError> {
        match self {
            Start::Weights(file) => file.fit(trainer, Differences::FirstAndLast).map(Some),
            Start::Drawn | Start::Checkpoint => Ok(None),
        }
    }
}

/// Puts the numbers of a file in the place of those that were drawn, but for what starts anew.
pub(super) fn take(trainer: &mut Trainer, fitted: Fitted) {
    let device = trainer.weights.device();
    let upload = |values| vector(values, &device);
    trainer.running_statistics = fitted.running_statistics.map(upload);
    let is_whole = fitted.parameters.iter().all(Option::is_some);
    trainer.weights = match is_whole {
        true => upload(fitted.parameters.into_iter().flatten().flatten().collect()),
        false => {
            let lengths = trainer.slots.iter().map(Slot::len).collect();
            let drawn = split(trainer.weights.clone(), lengths);
            let parts: Vec<Tensor<1>> = drawn
                .into_iter()
                .zip(fitted.parameters)
                .map(|(drawn, values)| values.map_or(drawn, upload))
                .collect();
            concat(parts)
        }
    };
}
