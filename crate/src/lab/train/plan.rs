//! How long a run is.

use crate::data::{Dataset, DatasetInfo, bytes_in_memory};
use crate::lab::engine::memory::check_memory;
use crate::lab::error::LabError;
use crate::lab::train::schedule::warmup_steps;
use crate::recipe::{Recipe, Schedule, TestTimeAugmentation};
use crate::zoo::{Network, build_graph};

/// How long a run is and how its examples are batched; follows from its recipe and its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingPlan {
    /// Examples that are trained on.
    pub examples: usize,
    /// Training examples that are held out for validation.
    pub validation: usize,
    /// Examples a step.
    pub batch_size: usize,
    /// Equal parts of a batch whose gradients and batch statistics are computed separately: as many as the recipe says, or
    /// the next smaller number that divides the batch.
    pub shards: usize,
    /// Steps an epoch. Examples left over after the last whole batch are dropped for that epoch.
    pub steps_per_epoch: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// Epochs of the whole run, the last one possibly incomplete.
    pub epochs: u64,
    /// Examples of the test split that it is scored on, the first of them.
    pub test: usize,
    /// Steps between two scores, where the recipe fixes them; 0 where the plan does.
    pub score_every: u64,
    /// What of each image it is scored by.
    pub tta: TestTimeAugmentation,
}

/// The largest number of steps after which a run is scored on the test split, where its recipe does not fix them.
const MAX_SCORES: u64 = 20;
/// The largest number where it does.
const MAX_CHOSEN_SCORES: u64 = 1_000;

/// A forward and backward pass costs about as much as this many forward passes.
const FORWARD_PASSES_PER_STEP: u64 = 3;

/// Checks that the network accepts the data set's images and classes, and that the memory is enough. It needs none of the
/// data.
///
/// # Errors
/// [`LabError::Value`] where the shapes or the numbers of classes differ, and where a batch is too small or too large;
/// [`LabError::Plan`] where the network is too large.
pub fn check_network(recipe: &Recipe, data: &DatasetInfo) -> Result<(), LabError> {
    let summary = Network::summary(recipe);
    if summary.input != data.shape() {
        let shape = |shape: [usize; 3]| shape.map(|size| size.to_string()).join("×");
        return Err(data_error(format!(
            "{} takes {} images; {} has {}.",
            summary.title,
            shape(summary.input),
            data.title,
            shape(data.shape())
        )));
    }
    let classes = summary.layers.last().and_then(|layer| layer.shape.last());
    if let Some(classes) = classes
        && *classes != data.classes.len()
    {
        return Err(data_error(format!(
            "{} tells {classes} classes apart; {} has {}.",
            summary.title,
            data.title,
            data.classes.len()
        )));
    }
    check_normalization(recipe)?;
    check_memory(recipe, bytes_in_memory(recipe))
}

/// An error about the data set, which the network does not accept.
fn data_error(text: String) -> LabError {
    LabError::Value { key: "data", text }
}

/// Checks that each batch normalization has more than one value a channel in a shard: a single value always becomes 0, and
/// with it all that follows.
///
/// # Errors
/// [`LabError::Value`].
pub fn check_normalization(recipe: &Recipe) -> Result<(), LabError> {
    let batch_size = recipe.batch as usize;
    let shards = shard_count(recipe.shards as usize, batch_size);
    let graph = build_graph(recipe);
    let Some(name) = graph.single_value_norm(batch_size / shards) else {
        return Ok(());
    };
    Err(LabError::Value {
        key: "batch",
        text: format!(
            "With {} the batch normalization {name} has 1 number a channel to take the mean of, so that everything becomes 0: it \
             needs at least 2 examples in each shard.",
            batch_text(recipe)
        ),
    })
}

/// A recipe's batch, in a sentence: "a batch of 64 in 4 shards".
pub fn batch_text(recipe: &Recipe) -> String {
    let batch_size = recipe.batch;
    match shard_count(recipe.shards as usize, batch_size as usize) {
        1 => format!("a batch of {batch_size}"),
        shards => format!("a batch of {batch_size} in {shards} shards"),
    }
}

/// The number of shards of a batch: as many as are wanted, or the next smaller number that divides the batch.
pub fn shard_count(wanted: usize, batch_size: usize) -> usize {
    let wanted = wanted.clamp(1, batch_size.max(1));
    let divisor = (1..=wanted)
        .rev()
        .find(|shards| batch_size.is_multiple_of(*shards));
    divisor.unwrap_or(1)
}

impl TrainingPlan {
    /// The plan of a recipe on its data.
    ///
    /// # Errors
    /// Those of [`check_network`], and [`LabError::Value`] where the data has too few examples.
    pub fn new(recipe: &Recipe, data: &Dataset) -> Result<Self, LabError> {
        check_network(recipe, &data.info)?;
        check_memory(recipe, data.bytes())?;
        let available = data.train.len();
        let used = match recipe.subset as usize {
            0 => available,
            wanted if wanted <= available => wanted,
            wanted => {
                return Err(LabError::Value {
                    key: "subset",
                    text: format!(
                        "{wanted} training examples are more than {} has, which is {available}.",
                        data.info.title
                    ),
                });
            }
        };
        let validation = recipe.val as usize;
        let Some(examples) = used.checked_sub(validation).filter(|left| *left > 0) else {
            return Err(LabError::Value {
                key: "val",
                text: format!(
                    "{validation} validation examples keep all of the {used} training examples apart; some must be left to train on."
                ),
            });
        };
        let batch_size = recipe.batch as usize;
        let steps_per_epoch = (examples / batch_size) as u64;
        if steps_per_epoch == 0 {
            return Err(LabError::Value {
                key: "batch",
                text: format!(
                    "A batch of {batch_size} is more than the {examples} training examples there are; a batch is filled by different ones."
                ),
            });
        }
        let steps = match recipe.steps {
            0 => recipe.epochs * steps_per_epoch,
            steps => steps,
        };
        Ok(TrainingPlan {
            examples,
            validation,
            batch_size,
            shards: shard_count(recipe.shards as usize, batch_size),
            steps_per_epoch,
            steps,
            epochs: steps.div_ceil(steps_per_epoch),
            test: match recipe.test as usize {
                0 => data.test_examples(),
                wanted => wanted.min(data.test_examples()),
            },
            score_every: match recipe.score {
                0 => 0,
                wanted => wanted.max(steps.div_ceil(MAX_CHOSEN_SCORES)),
            },
            tta: recipe.tta,
        })
    }

    /// What a person should know of it before it is trained, as sentences.
    pub fn notices(&self, recipe: &Recipe) -> Vec<String> {
        let steps = self.steps;
        let warmup = match warmup_steps(recipe, steps) {
            0 if recipe.warmup > 0.0 && recipe.schedule != Schedule::OneCycle => Some(format!(
                "A warm-up of {} of the run is less than half a step of {steps}: this run has none.",
                recipe.warmup
            )),
            all if all == steps => Some(format!(
                "The learning rate rises over all {steps} steps: it never reaches {}. Give it a shorter warm-up.",
                recipe.lr
            )),
            _ => None,
        };
        let every = self.score_every;
        let seldom = (every > recipe.score).then(|| {
            format!("A run is scored {MAX_CHOSEN_SCORES} times at most: this one every {every} steps, not every {}.", recipe.score)
        });
        let fewer = (recipe.test > self.test as u64).then(|| {
            format!(
                "There are {} test images: the run is scored on all of them.",
                self.test
            )
        });
        warmup.into_iter().chain(seldom).chain(fewer).collect()
    }

    /// The epoch of a step, from 1; `step` counts from 1 too.
    pub fn epoch_of(&self, step: u64) -> u64 {
        (step.max(1) - 1) / self.steps_per_epoch + 1
    }

    /// The steps after which the run is scored on the test split: ascending, the last step among them. They follow from the plan
    /// alone, never from a clock, so that every run of a recipe is scored at the same steps.
    ///
    /// Where the recipe does not fix them, there are at most 20. All scores but the last take at most half of the computation that training takes. As far as that allows, they stand at
    /// the ends of epochs and, where there are few epochs, evenly within them.
    pub fn score_steps(&self) -> Vec<u64> {
        if let Some(every) = usize::try_from(self.score_every)
            .ok()
            .filter(|every| *every > 0)
        {
            let before = (self.score_every..self.steps).step_by(every);
            return before.chain([self.steps]).collect();
        }
        let training = FORWARD_PASSES_PER_STEP * self.steps * self.batch_size as u64;
        let score = self.test.max(1) as u64 * self.tta.passes();
        let affordable = training / 2 / score;
        let most = affordable.clamp(1, MAX_SCORES);
        // The only epoch of a short run may be cut short itself.
        let epoch_length = self.steps_per_epoch.min(self.steps);
        let step_of = |score: u64| match most / self.epochs.max(1) {
            0 => score * self.epochs.div_ceil(most) * epoch_length,
            per_epoch => {
                let (epoch, part) = (score / per_epoch, score % per_epoch);
                epoch * epoch_length + part * epoch_length / per_epoch
            }
        };
        let mut steps: Vec<u64> = (1..most).map(step_of).collect();
        steps.retain(|step| (1..self.steps).contains(step));
        steps.dedup();
        steps.push(self.steps);
        steps
    }
}
