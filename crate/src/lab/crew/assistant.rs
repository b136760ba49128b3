//! What a helper does: shards' gradients and batches' answers, for weights that come with them.

use burn::tensor::{Device, Tensor};

use super::task::{About, Answer, Scores, Shard, ShardOutcome, Task};
use crate::lab::batch::Batch;
use crate::lab::learner::{self, Answerer, Learner, Part};
use crate::ops;
use crate::recipe::{self, Recipe, Scale};
use crate::zoo::Network;

/// A helper: it keeps the network's form between tasks, and nothing else.
#[derive(Debug, Default)]
pub struct Assistant {
    known: Option<Known>,
}

/// A network's form, and what it was made of.
#[derive(Debug)]
struct Known {
    link: String,
    scale: Scale,
    recipe: Recipe,
    learner: Learner,
}

impl Assistant {
    /// Does a task.
    ///
    /// # Errors
    /// Where the message is damaged.
    pub fn answer(&mut self, task: &[u8]) -> Result<Vec<u8>, String> {
        let answer = match Task::from_bytes(task)? {
            Task::Train {
                about,
                weights,
                shards,
            } => {
                let (recipe, learner) = self.learner(&about, weights)?;
                let student = learner.student();
                let outcomes = shards.iter().map(|s| train(&about, recipe, &student, s));
                Answer::Trained(match stand_first(&shards, about.batch) {
                    true => summed(outcomes),
                    false => outcomes.collect(),
                })
            }
            Task::Score {
                about,
                weights,
                statistics,
                batches,
            } => {
                let (_, learner) = self.learner(&about, weights)?;
                if learner.statistics.is_some() {
                    learner.statistics = Some(vector(statistics));
                }
                let network = learner.network();
                let scores = |batch: &Batch| score(&about, &network, batch);
                Answer::Scored(batches.iter().map(scores).collect())
            }
        };
        Ok(answer.to_bytes())
    }

    fn learner(
        &mut self,
        about: &About,
        weights: Vec<f32>,
    ) -> Result<(&Recipe, &mut Learner), String> {
        let known = match self.known.take() {
            Some(known) if known.link == about.link && known.scale == about.scale => known,
            _ => {
                let recipe = recipe::parse(&about.link)
                    .map_err(|error| error.to_string())?
                    .recipe;
                Known {
                    link: about.link.clone(),
                    scale: about.scale.clone(),
                    learner: Learner::on(&recipe, about.scale.clone(), &Device::flex()),
                    recipe,
                }
            }
        };
        let Known {
            recipe, learner, ..
        } = self.known.insert(known);
        let wanted = learner.parameters();
        if weights.len() != wanted {
            return Err(format!(
                "a task came with {} weights instead of {wanted}",
                weights.len()
            ));
        }
        learner.weights = vector(weights);
        Ok((recipe, learner))
    }
}

/// Whether these are the first shards of a batch of that size.
fn stand_first(shards: &[Shard], batch: usize) -> bool {
    let first = shards.first();
    first.is_some_and(|shard| shard.first.is_multiple_of(batch as u64))
}

/// The sum in the first one's place and nothing in the others': one gradient to send instead of several.
fn summed(outcomes: impl Iterator<Item = ShardOutcome>) -> Vec<ShardOutcome> {
    let mut sum = ShardOutcome::default();
    let mut answers = Vec::new();
    for outcome in outcomes {
        sum.add(outcome);
        answers.push(ShardOutcome::default());
    }
    if let Some(first) = answers.first_mut() {
        *first = sum;
    }
    answers
}

/// A vector as a tensor of the CPU engine.
pub fn vector(values: Vec<f32>) -> Tensor<1> {
    ops::vector(values, &Device::flex())
}

/// A tensor of the CPU engine as a vector.
pub fn numbers(tensor: Tensor<1>) -> Vec<f32> {
    // Nothing but numbers of this type is ever asked for, and the CPU engine's data is at hand.
    tensor.into_data().try_into_vec().unwrap_or_default()
}

/// A shard's gradient and loss, on the CPU engine.
pub fn train(about: &About, recipe: &Recipe, student: &Network, shard: &Shard) -> ShardOutcome {
    let shard = shard.clone().augmented(recipe, about.shape);
    let (images, labels) = shard.upload(about.shape, &Device::flex());
    let pass = learner::pass(
        student,
        images,
        labels,
        Part::of(recipe, 1, about.batch, shard.first),
    );
    let single = |tensor| numbers(tensor).first().copied().unwrap_or(f32::NAN);
    ShardOutcome {
        loss: single(pass.loss),
        right: single(pass.right),
        gradient: numbers(pass.gradient),
        statistics: pass.statistics.map(numbers).unwrap_or_default(),
    }
}

/// A batch's answers, on the CPU engine.
pub fn score(about: &About, network: &Answerer, batch: &Batch) -> Scores {
    let (images, labels) = batch.upload(about.shape, &Device::flex());
    let logits = network.forward(images);
    let losses = network.losses(logits.clone(), labels);
    let [examples, classes] = logits.dims();
    Scores {
        logits: numbers(logits.reshape([examples * classes])),
        losses: numbers(losses),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::lab::crew::{Crew, threads::Threads};
    use crate::recipe::parse;

    fn shards(first: u64) -> Vec<Shard> {
        let images = (0..8 * 784).map(|i| (i * 37 % 251) as u8).collect();
        let labels = (0..8).collect();
        let batch = Batch {
            images,
            labels,
            first,
        };
        batch.cut(4)
    }

    #[test]
    fn the_first_shards_of_a_batch_come_as_their_sum() {
        let link = "model=lenet5&batch=8";
        let recipe = parse(link).unwrap().recipe;
        let learner = Learner::of(&recipe, &Device::flex());
        let weights = || numbers(learner.weights.clone());
        let about = About {
            link: link.to_owned(),
            shape: [1, 28, 28],
            batch: 8,
            scale: recipe.input().scale(),
        };
        let shards = shards(16);
        let own = |shard: &Shard| train(&about, &recipe, &learner.student(), shard);
        let ask = |shards: &[Shard]| {
            let task = Task::Train {
                about: about.clone(),
                weights: weights(),
                shards: shards.to_vec(),
            };
            let answer = Assistant::default().answer(&task.to_bytes()).unwrap();
            Answer::from_bytes(&answer).unwrap()
        };

        let [first, second] = [&shards[0], &shards[1]].map(own);
        let mut sum = first.clone();
        sum.add(second.clone());
        assert_ne!(sum.gradient, first.gradient);
        let answer = ask(&shards[..2]);
        assert_eq!(answer, Answer::Trained(vec![sum, ShardOutcome::default()]));
        // Elsewhere in a batch a sum of their own would be another order of additions.
        let each = shards[1..3].iter().map(own).collect();
        assert_eq!(ask(&shards[1..3]), Answer::Trained(each));

        let with = |helpers| {
            let crew = Crew::with(std::rc::Rc::new(Threads::new(helpers)));
            let trained = crew.train(&about, weights, shards.clone(), own);
            futures_lite::future::block_on(trained)
        };
        let alone = with(0);
        assert!((alone.loss - 10f32.ln()).abs() < 0.5, "{}", alone.loss);
        for helpers in 1..4 {
            assert_eq!(with(helpers), alone, "{helpers} helpers");
        }
    }
}
