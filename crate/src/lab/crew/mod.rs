//! Several workers at one batch.
//!
//! A batch is cut into the recipe's shards. Each shard's gradient is computed by itself, and they are summed in their
//! order. Who computes a shard changes nothing: every worker has the same code and gets the same weights with it. So
//! helpers carry nothing from step to step, and a shard whose helper is gone is simply computed again.
//!
//! - [`task`]: what a helper is given and what it answers, as bytes
//! - [`assistant`]: what a helper does
//! - [`Helpers`]: how they are reached; [`threads`] natively, Web Workers in a browser

pub mod assistant;
pub mod task;
#[cfg(not(target_family = "wasm"))]
pub mod threads;

use std::cell::RefCell;
use std::fmt::Debug;
use std::pin::Pin;
use std::rc::Rc;

use super::batch::Batch;
use super::pace::Breath;
use task::{Answer, Scores, Shard, ShardOutcome, Task};

/// An answer on its way.
pub type Pending = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>>>>;

/// How helpers are reached.
pub trait Helpers: Debug {
    /// How many can be asked now.
    fn count(&self) -> usize;

    /// Gives a task to one of them, at once, and returns its answer to come. Where that fails, the helper is gone
    /// and not counted again; the error says why.
    fn ask(&self, helper: usize, task: Vec<u8>) -> Pending;
}

/// Whoever computes shards: this worker, and helpers where there are some.
#[derive(Clone, Debug, Default)]
pub struct Crew {
    helpers: Option<Rc<dyn Helpers>>,
    lost: Rc<RefCell<Vec<String>>>,
}

impl Crew {
    /// With helpers.
    pub fn with(helpers: Rc<dyn Helpers>) -> Self {
        Crew {
            helpers: Some(helpers),
            lost: Rc::default(),
        }
    }

    /// Workers that can compute at once, this one included.
    pub fn workers(&self) -> usize {
        1 + self.helpers.as_ref().map_or(0, |helpers| helpers.count())
    }

    /// Why helpers were lost since the last call.
    pub fn losses(&self) -> Vec<String> {
        self.lost.take()
    }

    /// The sum of all shards' outcomes, in the order of the shards, whoever computes them. `own` computes some here;
    /// `weights` are copied out for each helper that is asked.
    pub async fn train(
        &self,
        about: &task::About,
        weights: impl Fn() -> Vec<f32>,
        shards: Vec<Shard>,
        own: impl Fn(&Shard) -> ShardOutcome,
    ) -> ShardOutcome {
        let ask = |shards: &[Shard]| Task::Train {
            about: about.clone(),
            weights: weights(),
            shards: shards.to_vec(),
        };
        let read = |answer| match answer {
            Answer::Trained(outcomes) => Some(outcomes),
            Answer::Scored(_) => None,
        };
        let mut sum = ShardOutcome::default();
        for outcome in self.share(&shards, ask, read, own).await {
            sum.add(outcome);
        }
        sum
    }

    /// Every batch's scores, in order. `own` computes some here.
    pub async fn score(
        &self,
        about: &task::About,
        weights: impl Fn() -> Vec<f32>,
        statistics: impl Fn() -> Vec<f32>,
        batches: Vec<Batch>,
        own: impl Fn(&Batch) -> Scores,
    ) -> Vec<Scores> {
        let ask = |batches: &[Batch]| Task::Score {
            about: about.clone(),
            weights: weights(),
            statistics: statistics(),
            batches: batches.to_vec(),
        };
        let read = |answer| match answer {
            Answer::Scored(scores) => Some(scores),
            Answer::Trained(_) => None,
        };
        self.share(&batches, ask, read, own).await
    }

    /// Shares items among the workers. What a helper does not answer is done here.
    async fn share<Item, Outcome: Clone>(
        &self,
        items: &[Item],
        ask: impl Fn(&[Item]) -> Task,
        read: impl Fn(Answer) -> Option<Vec<Outcome>>,
        own: impl Fn(&Item) -> Outcome,
    ) -> Vec<Outcome> {
        let (count, workers) = (items.len(), self.workers().min(items.len()).max(1));
        let mut outcomes: Vec<Option<Outcome>> = vec![None; count];
        let mut asked = Vec::new();
        // This worker has the last and smallest part: it has more to do besides.
        for helper in 0..workers - 1 {
            let range = part(count, workers, helper);
            if let Some(helpers) = &self.helpers {
                let task = ask(&items[range.clone()]).to_bytes();
                asked.push((range, helpers.ask(helper, task)));
            }
        }
        let mut breath = Breath::default();
        for at in part(count, workers, workers - 1) {
            outcomes[at] = Some(own(&items[at]));
            breath.take_if_due().await;
        }
        for (range, pending) in asked {
            let answer = pending.await.and_then(|bytes| Answer::from_bytes(&bytes));
            match answer.map(&read) {
                Ok(Some(answers)) if answers.len() == range.len() => {
                    for (at, answer) in range.zip(answers) {
                        outcomes[at] = Some(answer);
                    }
                }
                Ok(_) => self.note("it answered another question".to_owned()),
                Err(why) => self.note(why),
            }
        }
        let each = outcomes.into_iter().zip(items);
        each.map(|(outcome, item)| outcome.unwrap_or_else(|| own(item)))
            .collect()
    }

    fn note(&self, why: String) {
        self.lost.borrow_mut().push(why);
    }
}

/// The items of `count` that the worker has, of `workers`: the first ones have one more where it does not divide.
fn part(count: usize, workers: usize, worker: usize) -> std::ops::Range<usize> {
    let (each, more) = (count / workers, count % workers);
    let start = worker * each + worker.min(more);
    start..start + each + usize::from(worker < more)
}
