//! Weights and checkpoints of a run, and resuming from a checkpoint.

use std::sync::Arc;

use burn::tensor::Transaction;

use super::Run;
use super::start::Start;
use crate::data::Dataset;
use crate::data::given::name_contents;
use crate::lab::engine::Engine;
use crate::lab::error::LabError;
use crate::lab::files::Described;
use crate::lab::files::checkpoint::{Checkpoint, CheckpointHeader};
use crate::lab::files::weights::{self, NetworkState};
use crate::lab::verify::state::{StateDigest, StateHasher};
use crate::lab::verify::trace::Trace;
use crate::ops::vector;
use crate::recipe::Recipe;

/// Where a checkpoint comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file, which anybody may have made: its steps were not computed here.
    File,
    /// This browser or program itself, as the caller vouches: what the checkpoint says of its steps is believed.
    ThisBrowser,
}

impl Run {
    /// Resumes from a checkpoint of the same recipe on the same data: the run continues as if it had never stopped.
    ///
    /// # Errors
    /// Those of [`Run::start`], and [`LabError::Checkpoint`] where the file is damaged or another run's.
    pub async fn resume(
        engine: &Engine,
        mut recipe: Recipe,
        data: Arc<Dataset>,
        checkpoint: &[u8],
        origin: Origin,
    ) -> Result<Self, LabError> {
        name_contents(&mut recipe, &data)?;
        let file = Checkpoint::open(checkpoint)?;
        CheckpointHeader::read(&file)?.check_run(&recipe.link(), &data.digest)?;
        let mut run = Run::begin(engine, recipe, data, Start::Checkpoint).await?;
        let checkpoint = Checkpoint::read(&file, &run.trainer, run.plan.steps)?;
        let header = checkpoint.header;
        let changes_engine = header.steps > 0 && header.engine != run.engine.info.kind;
        run.handed_over = match changes_engine {
            true => Some(header.steps),
            false => header.handed_over,
        };
        run.computed_from = match origin {
            Origin::File => header.steps,
            Origin::ThisBrowser => header.computed_from,
        };
        let device = run.engine.device.clone();
        let upload = |values: Vec<f32>| vector(values, &device);
        let state = &mut run.trainer.optimizer.state;
        state.first_moment = checkpoint.first_moment.map(upload);
        state.second_moment = checkpoint.second_moment.map(upload);
        state.average = checkpoint.average.map(upload);
        state.steps = header.steps;
        run.set_network(NetworkState {
            weights: checkpoint.weights,
            running_statistics: checkpoint.running_statistics,
        });
        checkpoint
            .trace
            .iter()
            .for_each(|bits| run.chain.push(*bits));
        run.trace = Trace::from(checkpoint.trace);
        Ok(run)
    }

    /// The weights that it is scored with and the running statistics as a safetensors file.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn weights(&self) -> Result<Vec<u8>, LabError> {
        let step = self.steps_done();
        let values = self
            .read_back(step, self.trainer.scored_weights().to_data_async())
            .await?;
        let statistics = match &self.trainer.running_statistics {
            Some(statistics) => self.read_back(step, statistics.to_data_async()).await?,
            None => Vec::new(),
        };
        let link = self.recipe.link();
        weights::write(
            &self.trainer,
            &values,
            &statistics,
            &link,
            &self.described(),
        )
        .map_err(LabError::Weights)
    }

    /// What its files say of images.
    fn described(&self) -> Described {
        Described {
            classes: Some(self.data.info.classes.clone()),
            normalization: self
                .trainer
                .graph()
                .normalizes()
                .then(|| self.normalization().clone()),
            shape: Some(self.data.info.shape()),
        }
    }

    /// All that the run needs to resume from here, as a safetensors file.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>, LabError> {
        let state = &self.trainer.optimizer.state;
        let mut transaction = Transaction::default().register(self.trainer.weights.clone());
        let optional = [
            &self.trainer.running_statistics,
            &state.first_moment,
            &state.second_moment,
            &state.average,
        ];
        for vector in optional.into_iter().flatten() {
            transaction = transaction.register(vector.clone());
        }
        let steps = self.steps_done();
        let read = self.engine.read(transaction).await;
        let read = read.map_err(|what| LabError::Gpu { step: steps, what })?;
        let mut vectors = read.into_iter();
        let weights = vectors.next().unwrap_or_default();
        let [running_statistics, first_moment, second_moment, average] =
            optional.map(|vector| vector.as_ref().and_then(|_| vectors.next()));
        let checkpoint = Checkpoint {
            header: CheckpointHeader {
                link: self.recipe.link(),
                digest: self.data.digest.clone(),
                steps,
                engine: self.engine.info.kind,
                computed_from: self.computed_from,
                handed_over: self.handed_over,
            },
            described: self.described(),
            weights,
            running_statistics,
            first_moment,
            second_moment,
            average,
            trace: self.trace.bits().to_vec(),
        };
        checkpoint.to_bytes(&self.trainer)
    }

    /// The digest of the state: the weights, the running statistics, the optimizer's moments and its number of updates.
    ///
    /// # Errors
    /// [`LabError::Gpu`], and [`LabError::NoNumbers`] where it holds a number that is none: engines need not agree on its bits.
    pub(super) async fn state_digest(&self) -> Result<StateDigest, LabError> {
        let state = &self.trainer.optimizer.state;
        let step = state.steps;
        let mut hasher = StateHasher::default();
        // The recipe says whether there is one.
        let average = state.average.as_ref().map(Some);
        // One after the other: together they would take three times the memory of the weights.
        for vector in [
            Some(&self.trainer.weights),
            self.trainer.running_statistics.as_ref(),
            state.first_moment.as_ref(),
            state.second_moment.as_ref(),
        ]
        .into_iter()
        .chain(average)
        {
            let values = match vector {
                Some(vector) => Some(self.read_back(step, vector.to_data_async()).await?),
                None => None,
            };
            if values.iter().flatten().any(|value| !value.is_finite()) {
                return Err(LabError::NoNumbers { step });
            }
            hasher.push(values.as_deref());
        }
        Ok(hasher.finish(step))
    }

    /// The step after which another engine took the run over; `None` if none did. The check of such a run cannot be reproduced.
    pub fn handed_over(&self) -> Option<u64> {
        self.handed_over
    }
}
