//! Messages, and the sums that workers send.

use std::rc::Rc;

use burn::tensor::Device;
use futures_lite::future::block_on;
use proptest::prelude::*;

use super::WorkerPool;
use super::task::{BatchPrediction, Shard, ShardOutput, Task, TaskHeader, TaskResult};
use super::threads::ThreadWorkers;
use super::worker::{PoolWorker, to_host, train_shard};
use crate::lab::train::batch::Batch;
use crate::lab::train::trainer::Trainer;
use crate::recipe::Normalization;
use crate::registry::parse;

fn tasks() -> [Task; 2] {
    let header = TaskHeader {
        link: "model=lenet5&v=1".to_owned(),
        shape: [3, 2, 1],
        batch_size: 7,
        normalization: Normalization {
            mean: vec![0.25, 0.5],
            std: vec![1.0, 2.0],
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
            header: header.clone(),
            weights: weights.clone(),
            frozen_statistics: vec![0.75],
            shards: vec![batch.clone(), Batch::default()],
        },
        Task::Evaluate {
            header,
            weights,
            running_statistics: vec![2.5],
            batches: vec![batch],
        },
    ]
}

fn results() -> [TaskResult; 2] {
    let output = ShardOutput {
        loss: 2.5,
        correct: 3.0,
        gradient: vec![0.1, -7.0],
        batch_statistics: Vec::new(),
    };
    let prediction = BatchPrediction {
        logits: vec![1.0, 2.0],
        losses: vec![0.5],
    };
    [
        TaskResult::Trained(vec![output.clone(), output]),
        TaskResult::Evaluated(vec![prediction]),
    ]
}

#[test]
fn messages_are_read_as_they_were_written() {
    for task in tasks() {
        assert_eq!(Task::from_bytes(&task.to_bytes()).unwrap(), task);
    }
    for result in results() {
        assert_eq!(TaskResult::from_bytes(&result.to_bytes()).unwrap(), result);
    }
}

proptest! {
    #[test]
    fn a_damaged_message_never_panics(which in 0usize..2, at in 0usize..200, byte: u8, cut in 0usize..200) {
        let (mut task, mut result) = (tasks()[which].to_bytes(), results()[which].to_bytes());
        for message in [&mut task, &mut result] {
            message.truncate(cut % message.len());
            if let Some(damaged) = message.get_mut(at) {
                *damaged = byte;
            }
        }
        let _ = Task::from_bytes(&task);
        let _ = TaskResult::from_bytes(&result);
        prop_assert!(Task::from_bytes(&tasks()[which].to_bytes()[..cut % 40]).is_err());
    }
}

fn shards(first: u64) -> Vec<Shard> {
    let images = (0..8 * 784).map(|i| (i * 37 % 251) as u8).collect();
    let labels = (0..8).collect();
    let batch = Batch {
        images,
        labels,
        first,
    };
    batch.split(4)
}

#[test]
fn the_first_shards_of_a_batch_come_as_their_sum() {
    let link = "model=lenet5&batch=8";
    let recipe = parse(link).unwrap().recipe;
    let trainer = Trainer::new(&recipe, &Device::flex());
    let weights = || to_host(trainer.weights.clone());
    let header = TaskHeader {
        link: link.to_owned(),
        shape: [1, 28, 28],
        batch_size: 8,
        normalization: recipe.input().normalization(),
    };
    let shards = shards(16);
    let local = |shard: &Shard| train_shard(&header, &recipe, &trainer.training_model(), shard);
    let run = |shards: &[Shard]| {
        let task = Task::Train {
            header: header.clone(),
            weights: weights(),
            frozen_statistics: Vec::new(),
            shards: shards.to_vec(),
        };
        let result = PoolWorker::default().run(&task.to_bytes()).unwrap();
        TaskResult::from_bytes(&result).unwrap()
    };

    let [first, second] = [&shards[0], &shards[1]].map(local);
    let mut sum = first.clone();
    sum.add(second.clone());
    assert_ne!(sum.gradient, first.gradient);
    let expected = TaskResult::Trained(vec![sum, ShardOutput::default()]);
    assert_eq!(run(&shards[..2]), expected);
    // Elsewhere in a batch, summing them first would be another order of additions.
    let separate = shards[1..3].iter().map(local).collect();
    assert_eq!(run(&shards[1..3]), TaskResult::Trained(separate));

    let with = |remote| {
        let pool = WorkerPool::new(Rc::new(ThreadWorkers::new(remote)));
        block_on(pool.train(&header, weights, Vec::new, shards.clone(), local))
    };
    let alone = with(0);
    assert!((alone.loss - 10f32.ln()).abs() < 0.5, "{}", alone.loss);
    for remote in 1..4 {
        assert_eq!(with(remote), alone, "{remote} remote workers");
    }
}
