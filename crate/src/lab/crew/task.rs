//! What a helper is given and what it answers, as bytes.
//!
//! Both ends are the same build, so the format has no version; a damaged message is an error all the same. Numbers are
//! little-endian, as on every machine that runs this.

use crate::lab::batch::Batch;
use crate::recipe::Scale;

/// What a task's shards are of.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The recipe's link.
    pub link: String,
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// The size of the whole batch.
    pub batch: usize,
    /// How pixels are scaled: of somebody's own images, no link knows it.
    pub scale: Scale,
}

/// One part of a batch.
pub type Shard = Batch;

/// What a shard gives: see [`crate::lab::learner::Pass`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShardOutcome {
    /// Its part of the batch's mean loss.
    pub loss: f32,
    /// How many of its examples were right.
    pub right: f32,
    /// Its part of the gradient: `[parameters]`.
    pub gradient: Vec<f32>,
    /// What normalising layers measured, `[statistics]`; empty where there are none.
    pub statistics: Vec<f32>,
}

impl ShardOutcome {
    /// Adds the outcome of the shard that comes next.
    pub fn add(&mut self, next: ShardOutcome) {
        self.loss += next.loss;
        self.right += next.right;
        add(&mut self.gradient, next.gradient);
        add(&mut self.statistics, next.statistics);
    }
}

/// Adds numbers to sums, which are nothing at first.
fn add(sums: &mut Vec<f32>, values: Vec<f32>) {
    if sums.is_empty() {
        *sums = values;
    } else {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
}

/// What a batch of the test split gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// `[examples, classes]`
    pub logits: Vec<f32>,
    /// `[examples]`
    pub losses: Vec<f32>,
}

/// What a helper is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Gradients.
    Train {
        /// What the shards are of.
        about: About,
        /// `[parameters]`
        weights: Vec<f32>,
        /// The shards, in order.
        shards: Vec<Shard>,
    },
    /// Answers.
    Score {
        /// What the batches are of.
        about: About,
        /// `[parameters]`
        weights: Vec<f32>,
        /// `[statistics]`; empty where there are none.
        statistics: Vec<f32>,
        /// The batches, in order.
        batches: Vec<Batch>,
    },
}

/// What it answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Task::Train`]: of each shard; of the batch's first shards their sum, for sums begin with them in any case.
    Trained(Vec<ShardOutcome>),
    /// To [`Task::Score`]: of each batch.
    Scored(Vec<Scores>),
}

const TRAIN: u32 = 1;
const SCORE: u32 = 2;

impl Task {
    /// The message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (kind, about, weights, statistics, batches) = match self {
            Task::Train {
                about,
                weights,
                shards,
            } => (TRAIN, about, weights, [].as_slice(), shards),
            Task::Score {
                about,
                weights,
                statistics,
                batches,
            } => (SCORE, about, weights, statistics.as_slice(), batches),
        };
        let data: usize = batches
            .iter()
            .map(|batch| batch.images.len() + batch.labels.len() + 16)
            .sum();
        let mut out = Writer::with_room(
            4 * (weights.len() + statistics.len()) + data + about.link.len() + 64,
        );
        out.word(kind);
        out.bytes(about.link.as_bytes());
        about.shape.iter().for_each(|size| out.word(*size as u32));
        out.word(about.batch as u32);
        out.numbers(&about.scale.mean);
        out.numbers(&about.scale.deviation);
        out.numbers(weights);
        out.numbers(statistics);
        out.word(batches.len() as u32);
        for batch in batches {
            out.word(batch.first as u32);
            out.word((batch.first >> 32) as u32);
            out.bytes(&batch.images);
            out.bytes(&batch.labels);
        }
        out.0
    }

    /// Reads the message.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut input = Reader(bytes);
        let kind = input.word()?;
        let link = String::from_utf8(input.bytes()?.to_vec()).map_err(|_| damaged())?;
        let shape = [input.size()?, input.size()?, input.size()?];
        let about = About {
            link,
            shape,
            batch: input.size()?,
            scale: Scale {
                mean: input.numbers()?,
                deviation: input.numbers()?,
            },
        };
        let weights = input.numbers()?;
        let statistics = input.numbers()?;
        let mut batches = Vec::new();
        for _ in 0..input.word()? {
            let (low, high) = (input.word()?, input.word()?);
            batches.push(Batch {
                first: u64::from(low) | u64::from(high) << 32,
                images: input.bytes()?.to_vec(),
                labels: input.bytes()?.to_vec(),
            });
        }
        match kind {
            TRAIN => Ok(Task::Train {
                about,
                weights,
                shards: batches,
            }),
            SCORE => Ok(Task::Score {
                about,
                weights,
                statistics,
                batches,
            }),
            _ => Err(damaged()),
        }
    }
}

impl Answer {
    /// The message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let room = match self {
            Answer::Trained(outcomes) => {
                let numbers =
                    |outcome: &ShardOutcome| outcome.gradient.len() + outcome.statistics.len();
                outcomes
                    .iter()
                    .map(|outcome| 4 * numbers(outcome) + 32)
                    .sum()
            }
            Answer::Scored(scores) => {
                let numbers = |scores: &Scores| scores.logits.len() + scores.losses.len();
                scores
                    .iter()
                    .map(|scores| 4 * numbers(scores) + 16)
                    .sum::<usize>()
            }
        };
        let mut out = Writer::with_room(room + 16);
        match self {
            Answer::Trained(outcomes) => {
                out.word(TRAIN);
                out.word(outcomes.len() as u32);
                for outcome in outcomes {
                    out.numbers(&[outcome.loss, outcome.right]);
                    out.numbers(&outcome.gradient);
                    out.numbers(&outcome.statistics);
                }
            }
            Answer::Scored(scores) => {
                out.word(SCORE);
                out.word(scores.len() as u32);
                for scores in scores {
                    out.numbers(&scores.logits);
                    out.numbers(&scores.losses);
                }
            }
        }
        out.0
    }

    /// Reads the message.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut input = Reader(bytes);
        let kind = input.word()?;
        let count = input.word()?;
        match kind {
            TRAIN => {
                let mut outcomes = Vec::new();
                for _ in 0..count {
                    let [loss, right] = input.numbers()?[..] else {
                        return Err(damaged());
                    };
                    let (gradient, statistics) = (input.numbers()?, input.numbers()?);
                    outcomes.push(ShardOutcome {
                        loss,
                        right,
                        gradient,
                        statistics,
                    });
                }
                Ok(Answer::Trained(outcomes))
            }
            SCORE => {
                let mut scores = Vec::new();
                for _ in 0..count {
                    let (logits, losses) = (input.numbers()?, input.numbers()?);
                    scores.push(Scores { logits, losses });
                }
                Ok(Answer::Scored(scores))
            }
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> String {
    "a message between workers was damaged".to_owned()
}

struct Writer(Vec<u8>);

impl Writer {
    /// Grown once: messages hold some hundred kilobytes.
    fn with_room(bytes: usize) -> Self {
        Writer(Vec::with_capacity(bytes))
    }

    fn word(&mut self, word: u32) {
        self.0.extend_from_slice(&word.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    fn numbers(&mut self, numbers: &[f32]) {
        self.bytes(bytemuck::cast_slice(numbers));
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn word(&mut self) -> Result<u32, String> {
        let (word, rest) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*word))
    }

    fn size(&mut self) -> Result<usize, String> {
        Ok(self.word()? as usize)
    }

    fn bytes(&mut self) -> Result<&'a [u8], String> {
        let len = self.size()?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn numbers(&mut self) -> Result<Vec<f32>, String> {
        let bytes = self.bytes()?;
        match bytes.len() % 4 {
            0 => Ok(bytemuck::pod_collect_to_vec(bytes)),
            _ => Err(damaged()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tasks() -> [Task; 2] {
        let about = About {
            link: "model=lenet5&v=1".to_owned(),
            shape: [3, 2, 1],
            batch: 7,
            scale: Scale {
                mean: vec![0.25, 0.5],
                deviation: vec![1.0, 2.0],
            },
        };
        let batch = Batch {
            images: vec![1, 2, 3],
            labels: vec![4],
            first: 1 << 40 | 5,
        };
        let weights = vec![1.5, f32::MIN_POSITIVE, -0.0];
        [
            Task::Train {
                about: about.clone(),
                weights: weights.clone(),
                shards: vec![batch.clone(), Batch::default()],
            },
            Task::Score {
                about,
                weights,
                statistics: vec![2.5],
                batches: vec![batch],
            },
        ]
    }

    fn answers() -> [Answer; 2] {
        let outcome = ShardOutcome {
            loss: 2.5,
            right: 3.0,
            gradient: vec![0.1, -7.0],
            statistics: Vec::new(),
        };
        let scores = Scores {
            logits: vec![1.0, 2.0],
            losses: vec![0.5],
        };
        [
            Answer::Trained(vec![outcome.clone(), outcome]),
            Answer::Scored(vec![scores]),
        ]
    }

    #[test]
    fn there_and_back() {
        for task in tasks() {
            assert_eq!(Task::from_bytes(&task.to_bytes()).unwrap(), task);
        }
        for answer in answers() {
            assert_eq!(Answer::from_bytes(&answer.to_bytes()).unwrap(), answer);
        }
    }

    proptest! {
        #[test]
        fn a_damaged_message_never_panics(which in 0usize..2, at in 0usize..200, byte: u8, cut in 0usize..200) {
            let (mut task, mut answer) = (tasks()[which].to_bytes(), answers()[which].to_bytes());
            for message in [&mut task, &mut answer] {
                message.truncate(cut % message.len());
                if let Some(place) = message.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = Task::from_bytes(&task);
            let _ = Answer::from_bytes(&answer);
            prop_assert!(Task::from_bytes(&tasks()[which].to_bytes()[..cut % 40]).is_err());
        }
    }
}
