//! What is taken out of a run, to be used elsewhere or to go on with, and how it goes on.

use std::sync::Arc;

use burn::tensor::Transaction;

use super::Run;
use crate::data::Dataset;
use crate::lab::checkpoint::{About, Checkpoint};
use crate::lab::engine::Engine;
use crate::lab::error::LabError;
use crate::lab::file::File;
use crate::lab::trace::Trace;
use crate::lab::weights;
use crate::ops::vector;
use crate::recipe::Recipe;

impl Run {
    /// Starts from a checkpoint of the same recipe on the same data: the run goes on as if it had never stopped.
    ///
    /// # Errors
    /// Those of [`Run::start`], and [`LabError::Checkpoint`] where the file is damaged or another run's.
    pub async fn resume(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
        checkpoint: &[u8],
    ) -> Result<Self, LabError> {
        let file = File::open(checkpoint).map_err(LabError::Checkpoint)?;
        About::of(&file)?.is_of(&recipe.link(), &data.digest)?;
        let mut run = Run::start(engine, recipe, data).await?;
        let read = Checkpoint::read(&file, &run.learner, run.plan.steps)?;
        let (about, now) = (read.about, run.engine.info.kind);
        let took_over = about.steps > 0 && about.engine != now;
        run.handed_over = match took_over {
            true => Some(about.steps),
            false => about.handed_over,
        };
        let device = run.engine.device.clone();
        let upload = |values: Vec<f32>| vector(values, &device);
        run.learner.statistics = read.statistics.map(upload);
        let state = &mut run.learner.optimizer.state;
        state.first = read.first.map(upload);
        state.second = read.second.map(upload);
        state.time = about.steps;
        run.learner.weights = upload(read.weights);
        run.trace = Trace::from(read.trace);
        Ok(run)
    }

    /// The weights as a safetensors file, with the running averages of what is normalised by batches.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn weights(&self) -> Result<Vec<u8>, LabError> {
        let step = self.steps_done();
        let values = self
            .read(step, self.learner.weights.to_data_async())
            .await?;
        let statistics = match &self.learner.statistics {
            Some(statistics) => self.read(step, statistics.to_data_async()).await?,
            None => Vec::new(),
        };
        let link = self.recipe.link();
        weights::write(&self.learner, &values, &statistics, &link).map_err(LabError::Weights)
    }

    /// All that the run needs to go on from here, as a safetensors file.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>, LabError> {
        let state = &self.learner.optimizer.state;
        let mut transaction = Transaction::default().register(self.learner.weights.clone());
        let parts = [&self.learner.statistics, &state.first, &state.second];
        for vector in parts.into_iter().flatten() {
            transaction = transaction.register(vector.clone());
        }
        let steps = self.steps_done();
        let read = self.engine.health.guard(transaction.execute_async()).await;
        let read = read.map_err(|what| self.gpu_error(steps, what))?;
        let mut vectors = read.into_iter().map(|data| data.try_to_vec::<f32>());
        let mut next = || match vectors.next() {
            Some(Ok(vector)) => Ok(Some(vector)),
            Some(Err(error)) => Err(self.gpu_error(steps, format!("{error:?}"))),
            None => Ok(None),
        };
        let weights = next()?.unwrap_or_default();
        let mut part = |there: bool| if there { next() } else { Ok(None) };
        let [statistics, first, second] = parts.map(|vector| part(vector.is_some()));
        let checkpoint = Checkpoint {
            about: About {
                link: self.recipe.link(),
                digest: self.data.digest.clone(),
                steps,
                engine: self.engine.info.kind,
                handed_over: self.handed_over,
            },
            weights,
            statistics: statistics?,
            first: first?,
            second: second?,
            trace: self.trace.bits().to_vec(),
        };
        checkpoint.to_bytes(&self.learner)
    }

    /// After which step another engine took the run over, if one did: its check is then that of no other run.
    pub fn handed_over(&self) -> Option<u64> {
        self.handed_over
    }
}
