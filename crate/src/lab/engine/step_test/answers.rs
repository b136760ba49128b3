//! The logits of a batch to answer with, compared with the CPU engine's.

use burn::tensor::{Tensor, Transaction};

use super::{Outcome, TOLERANCE, Tested};
use crate::lab::engine::Engine;
use crate::lab::engine::self_test::{compare, perturbation, tolerance};
use crate::lab::error::LabError;
use crate::lab::run::eval_batch_size;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::trainer::Trainer;
use crate::lab::worker_pool::worker::to_host;
use crate::random::{Purpose, stream};

/// What is compared.
const LOGITS: &str = "the logits of a batch to answer with";

/// Different images of the batch: in eval mode an image meets no other.
const DIFFERENT: usize = 8;

impl Tested<'_> {
    /// Compares the logits of a whole batch on the device, which is made of a few different images in a pseudo-random order. `on_cpu` has
    /// the same weights and running statistics as `on_gpu`.
    pub(super) async fn answers(
        &self,
        on_gpu: &Trainer,
        on_cpu: &Trainer,
    ) -> Result<Outcome, LabError> {
        let Tested {
            engine,
            recipe,
            data,
            plan,
        } = *self;
        let cpu = Engine::cpu();
        let count = eval_batch_size(plan.batch_size);
        let different = DIFFERENT.min(data.train.len());
        let mut order = stream(recipe.seed, Purpose::Order, 0);
        let order = order.permutation(count as u32).into_iter();
        let sources: Vec<usize> = order.map(|at| at as usize % different).collect();
        let images = |engine: &Engine, indices: &[usize]| {
            let shape = data.info.shape();
            let split = DeviceSplit::upload(&data.train, different, shape, &engine.device);
            split.gather(indices.iter().map(|index| *index as u32)).0
        };
        let found = on_gpu.eval_model().scored_logits(images(engine, &sources));
        let transaction = Transaction::default().register(found);
        let mut read = engine
            .read(transaction)
            .await
            .map_err(|what| self.fault(what))?;
        let found = read.pop().unwrap_or_default();
        let all: Vec<usize> = (0..different).collect();
        let expected = |trainer: &Trainer| {
            let logits = trainer.eval_model().scored_logits(images(&cpu, &all));
            copies(logits, &sources)
        };
        let logits = expected(on_cpu);
        // How much rounding matters is computed only where it has to be known. A network that explodes is not blamed on the GPU.
        if !logits.iter().all(|logit| logit.is_finite()) {
            return Ok(Outcome::NotFinite);
        }
        if compare(LOGITS, &logits, &found, TOLERANCE).is_ok() {
            return Ok(Outcome::Passed);
        }
        let mut perturbed = on_cpu.clone();
        let factors = perturbation(on_cpu.parameters(), &cpu.device);
        perturbed.weights = perturbed.weights * factors;
        let tolerance = tolerance(&logits, &expected(&perturbed), TOLERANCE);
        compare(LOGITS, &logits, &found, tolerance).map_err(LabError::SelfTest)?;
        Ok(Outcome::Passed)
    }
}

/// The logits of a batch, from those of the different images.
fn copies(logits: Tensor<2>, sources: &[usize]) -> Vec<f32> {
    let [images, classes] = logits.dims();
    let logits = to_host(logits.reshape([images * classes]));
    let row = |source: &usize| logits[source * classes..][..classes].iter().copied();
    sources.iter().flat_map(row).collect()
}
