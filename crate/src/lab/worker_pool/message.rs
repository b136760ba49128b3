//! Tasks and their results as bytes.
//!
//! Both ends are the same build, so the format has no version; a damaged message is an error all the same. Numbers are
//! little-endian, as on every machine that runs this.

use super::task::{BatchPrediction, ShardOutput, Task, TaskHeader, TaskResult};
use crate::lab::train::batch::Batch;
use crate::recipe::Normalization;

const TRAIN: u32 = 1;
const EVALUATE: u32 = 2;

impl Task {
    /// The message.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (kind, header, weights, statistics, batches) = match self {
            Task::Train {
                header,
                weights,
                frozen_statistics,
                shards,
            } => (TRAIN, header, weights, frozen_statistics.as_slice(), shards),
            Task::Evaluate {
                header,
                weights,
                running_statistics,
                batches,
            } => (
                EVALUATE,
                header,
                weights,
                running_statistics.as_slice(),
                batches,
            ),
        };
        let batch_bytes: usize = batches
            .iter()
            .map(|batch| batch.images.len() + batch.labels.len() + 16)
            .sum();
        let mut message = Writer::with_capacity(
            4 * (weights.len() + statistics.len()) + batch_bytes + header.link.len() + 64,
        );
        message.word(kind);
        message.bytes(header.link.as_bytes());
        header
            .shape
            .iter()
            .for_each(|size| message.word(*size as u32));
        message.word(header.batch_size as u32);
        message.floats(&header.normalization.mean);
        message.floats(&header.normalization.std);
        message.floats(weights);
        message.floats(statistics);
        message.word(batches.len() as u32);
        for batch in batches {
            message.word(batch.first as u32);
            message.word((batch.first >> 32) as u32);
            message.bytes(&batch.images);
            message.bytes(&batch.labels);
        }
        message.0
    }

    /// Reads the message.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut message = Reader(bytes);
        let kind = message.word()?;
        let link = String::from_utf8(message.bytes()?.to_vec()).map_err(|_| damaged())?;
        let shape = [message.size()?, message.size()?, message.size()?];
        let header = TaskHeader {
            link,
            shape,
            batch_size: message.size()?,
            normalization: Normalization {
                mean: message.floats()?,
                std: message.floats()?,
            },
        };
        let weights = message.floats()?;
        let statistics = message.floats()?;
        let mut batches = Vec::new();
        for _ in 0..message.word()? {
            let (low, high) = (message.word()?, message.word()?);
            batches.push(Batch {
                first: u64::from(low) | u64::from(high) << 32,
                images: message.bytes()?.to_vec(),
                labels: message.bytes()?.to_vec(),
            });
        }
        match kind {
            TRAIN => Ok(Task::Train {
                header,
                weights,
                frozen_statistics: statistics,
                shards: batches,
            }),
            EVALUATE => Ok(Task::Evaluate {
                header,
                weights,
                running_statistics: statistics,
                batches,
            }),
            _ => Err(damaged()),
        }
    }
}

impl TaskResult {
    /// The message.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            TaskResult::Trained(outputs) => {
                let floats =
                    |output: &ShardOutput| output.gradient.len() + output.batch_statistics.len();
                let capacity: usize = outputs.iter().map(|output| 4 * floats(output) + 32).sum();
                let mut message = Writer::with_capacity(capacity + 16);
                message.word(TRAIN);
                message.word(outputs.len() as u32);
                for output in outputs {
                    message.floats(&[output.loss, output.correct]);
                    message.floats(&output.gradient);
                    message.floats(&output.batch_statistics);
                }
                message.0
            }
            TaskResult::Evaluated(predictions) => {
                let floats = |batch: &BatchPrediction| batch.logits.len() + batch.losses.len();
                let capacity: usize = predictions.iter().map(|batch| 4 * floats(batch) + 16).sum();
                let mut message = Writer::with_capacity(capacity + 16);
                message.word(EVALUATE);
                message.word(predictions.len() as u32);
                for batch in predictions {
                    message.floats(&batch.logits);
                    message.floats(&batch.losses);
                }
                message.0
            }
        }
    }

    /// Reads the message.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut message = Reader(bytes);
        let kind = message.word()?;
        let count = message.word()?;
        match kind {
            TRAIN => {
                let mut outputs = Vec::new();
                for _ in 0..count {
                    let [loss, correct] = message.floats()?[..] else {
                        return Err(damaged());
                    };
                    let (gradient, batch_statistics) = (message.floats()?, message.floats()?);
                    outputs.push(ShardOutput {
                        loss,
                        correct,
                        gradient,
                        batch_statistics,
                    });
                }
                Ok(TaskResult::Trained(outputs))
            }
            EVALUATE => {
                let mut predictions = Vec::new();
                for _ in 0..count {
                    let (logits, losses) = (message.floats()?, message.floats()?);
                    predictions.push(BatchPrediction { logits, losses });
                }
                Ok(TaskResult::Evaluated(predictions))
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
    /// Allocates once, because messages hold some hundred kilobytes.
    fn with_capacity(bytes: usize) -> Self {
        Writer(Vec::with_capacity(bytes))
    }

    fn word(&mut self, word: u32) {
        self.0.extend_from_slice(&word.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    fn floats(&mut self, values: &[f32]) {
        self.bytes(bytemuck::cast_slice(values));
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn word(&mut self) -> Result<u32, String> {
        let (word, remaining) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = remaining;
        Ok(u32::from_le_bytes(*word))
    }

    fn size(&mut self) -> Result<usize, String> {
        Ok(self.word()? as usize)
    }

    fn bytes(&mut self) -> Result<&'a [u8], String> {
        let len = self.size()?;
        let (bytes, remaining) = self.0.split_at_checked(len).ok_or_else(damaged)?;
        self.0 = remaining;
        Ok(bytes)
    }

    fn floats(&mut self) -> Result<Vec<f32>, String> {
        let bytes = self.bytes()?;
        match bytes.len() % 4 {
            0 => Ok(bytemuck::pod_collect_to_vec(bytes)),
            _ => Err(damaged()),
        }
    }
}
