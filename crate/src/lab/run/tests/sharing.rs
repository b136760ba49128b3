//! A batch that several workers share.

use std::rc::Rc;

use super::learning::LEARNERS;
use super::*;
use crate::lab::crew::threads::Threads;
use crate::lab::crew::{Crew, Helpers, Pending};
use crate::recipe::{Choice, Model};

fn crew(link: &str, crew: Crew) -> Run {
    let recipe = recipe(link);
    let data = data(&recipe);
    block_on(Run::start(&Engine::cpu_with(crew), recipe, data)).unwrap()
}

/// Losses, weights and scores are the same for one worker and for any number, more than there are shards included.
#[test]
fn how_many_workers_changes_nothing() {
    let others = [Model::AlexNet, Model::GoogLeNet, Model::Vit];
    for model in LEARNERS.into_iter().chain(others) {
        let name = model.name();
        let (steps, helpers): (u64, &[usize]) = match model {
            _ if others.contains(&model) => (2, &[3]),
            Model::ResNet8 => (3, &[1, 2, 3, 5]),
            _ => (9, &[1, 2, 3, 5]),
        };
        let link =
            format!("model={name}&subset=96&batch=24&shards=4&aug=crop&steps={steps}&warmup=0");
        let mut alone = start(&link);
        block_on(alone.step(9)).unwrap();
        let score = block_on(alone.evaluate()).unwrap();
        for helpers in helpers.iter().copied() {
            let mut shared = crew(&link, Crew::with(Rc::new(Threads::new(helpers))));
            assert_eq!(shared.engine().info().threads, helpers + 1);
            block_on(shared.step(9)).unwrap();
            assert_eq!(bits(&alone), bits(&shared), "{name}, {helpers} helpers");
            let weights = |run: &Run| block_on(run.weights()).unwrap();
            assert_eq!(
                weights(&alone),
                weights(&shared),
                "{name}, {helpers} helpers"
            );
            assert_eq!(block_on(shared.evaluate()).unwrap(), score, "{name}");
            assert!(shared.engine().crew.losses().is_empty());
        }
    }
}

/// One that does its work twice, then answers nonsense, then is gone.
#[derive(Debug)]
struct Unreliable {
    inner: Threads,
    asked: std::cell::Cell<usize>,
}

impl Helpers for Unreliable {
    fn count(&self) -> usize {
        usize::from(self.asked.get() < 4)
    }

    fn ask(&self, helper: usize, task: Vec<u8>) -> Pending {
        self.asked.set(self.asked.get() + 1);
        match self.asked.get() {
            1 | 2 => self.inner.ask(helper, task),
            3 => Box::pin(async { Ok(vec![9, 9, 9]) }),
            _ => Box::pin(async { Err("a worker came to its end".to_owned()) }),
        }
    }
}

#[test]
fn a_helper_that_fails_in_mid_step_changes_nothing() {
    let link = "subset=96&batch=24&steps=6&warmup=0";
    let mut alone = start(link);
    block_on(alone.step(6)).unwrap();
    let helpers = Unreliable {
        inner: Threads::new(1),
        asked: 0.into(),
    };
    let mut shared = crew(link, Crew::with(Rc::new(helpers)));
    block_on(shared.step(6)).unwrap();
    assert_eq!(bits(&alone), bits(&shared));
    assert_eq!(shared.engine().info().threads, 1);
    let lost = shared.engine().crew.losses();
    assert_eq!(
        lost,
        [
            "a message between workers was damaged",
            "a worker came to its end"
        ]
    );
}

#[test]
fn shards_divide_the_batch() {
    for (batch, wanted, shards) in [(64, 4, 4), (10, 4, 2), (7, 4, 1), (3, 4, 3), (64, 5, 4)] {
        let run = start(&format!("subset=100&batch={batch}&shards={wanted}&steps=1"));
        assert_eq!(run.plan().shards, shards, "{batch} in {wanted}");
    }
}
