//! Runs on the CPU engine, natively.

mod band;
#[cfg(feature = "gpu")]
mod compiled;
mod divergence;
mod images;
mod inspect;
mod learning;
mod load;
mod promise;
mod score;
mod start;
mod worker_pool;

use std::sync::Arc;

use futures_lite::future::block_on;

use super::*;
use crate::data::{DatasetInfo, Split, synthesize};
use crate::lab::worker_pool::worker::{from_host, to_host};
use crate::random::{Purpose, stream};
use crate::registry::parse;
use crate::zoo::Network;

pub(super) fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

/// Data of the shape that the recipe's network takes: synthetic digits, or coloured images.
pub(super) fn data(recipe: &Recipe) -> Arc<Dataset> {
    Arc::new(match Network::summary(recipe).input {
        [1, 28, 28] => synthesize(recipe).unwrap(),
        input => coloured(input, recipe.subset as usize, 100),
    })
}

/// Noise around a mean colour and with a stripe, both of which are the class's.
fn coloured([channels, height, width]: [usize; 3], train: usize, test: usize) -> Dataset {
    let info = DatasetInfo {
        name: "coloured".into(),
        title: "Coloured noise".into(),
        synthetic: true,
        classes: (0..10).map(|class: u8| class.to_string()).collect(),
        channels,
        height,
        width,
        fit: "crop",
    };
    let split = |first: usize, count: usize| {
        let labels: Vec<u8> = (first..first + count).map(|i| (i % 10) as u8).collect();
        let mut images = Vec::new();
        for (index, class) in (first as u64..).zip(&labels) {
            let class = usize::from(*class);
            let mut stream = stream(0, Purpose::Digits, index);
            for channel in 0..channels {
                let shade = 40.0 * (class / 3usize.pow(channel as u32) % 3) as f32;
                for row in 0..height {
                    let stripe = if row / 3 == class { 60.0 } else { 0.0 };
                    let noise = |_| (shade + stripe + 100.0 * stream.uniform()) as u8;
                    images.extend((0..width).map(noise));
                }
            }
        }
        Split { images, labels }
    };
    Dataset::new(info, split(0, train), split(train, test))
}

fn start(link: &str) -> Run {
    let recipe = recipe(link);
    let data = data(&recipe);
    block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap()
}

fn bits(run: &Run) -> Vec<u32> {
    run.trace().bits().to_vec()
}

pub(super) fn check(run: &Run) -> String {
    block_on(run.check()).unwrap()
}

#[test]
fn epochs_and_steps_count_from_one() {
    let mut run = start("subset=100&batch=32&epochs=2");
    assert_eq!((run.plan().steps_per_epoch, run.plan().steps), (3, 6));
    let reports = block_on(run.step(6)).unwrap();
    let positions: Vec<_> = reports
        .iter()
        .map(|report| (report.step, report.epoch))
        .collect();
    assert_eq!(positions, [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)]);
}

#[test]
fn how_it_is_pulled_changes_no_bit() {
    let link = "subset=200&batch=32&steps=14";
    let mut whole = start(link);
    block_on(whole.step(14)).unwrap();

    let mut interrupted = start(link);
    for count in [1, 4, 2, 20] {
        block_on(interrupted.step(count)).unwrap();
        block_on(interrupted.evaluate()).unwrap();
        block_on(interrupted.predict(&[0.5; 784])).unwrap();
        block_on(interrupted.weights()).unwrap();
    }
    assert_eq!(bits(&whole), bits(&interrupted));
    assert_eq!(check(&whole), check(&interrupted));
    assert_eq!(
        block_on(whole.weights()).unwrap(),
        block_on(interrupted.weights()).unwrap()
    );
}

#[test]
fn a_resumed_run_has_the_bits_of_an_uninterrupted_one() {
    for options in [
        "batch=32&opt=adam",
        "batch=32&opt=sgd&momentum=0.9&lr=0.05",
        "batch=32&opt=adamw&wd=0.01",
        "batch=32&opt=sgd&momentum=0",
        "batch=32&opt=muon&average=ema&ema=0.9",
        "batch=32&opt=adam&nesterov=on&average=lookahead&bias_lr=2",
        "batch=8&model=resnet-8",
    ] {
        let link = format!("subset=200&steps=14&{options}");
        let mut whole = start(&link);
        block_on(whole.step(8)).unwrap();
        let file = block_on(whole.checkpoint()).unwrap();
        block_on(whole.step(6)).unwrap();

        let recipe = recipe(&link);
        let data = data(&recipe);
        let mut resumed = block_on(Run::resume(
            &Engine::cpu(),
            recipe,
            data,
            &file,
            Origin::File,
        ))
        .unwrap();
        assert_eq!(resumed.steps_done(), 8);
        block_on(resumed.step(6)).unwrap();
        assert_eq!(bits(&whole), bits(&resumed), "{options}");
        assert_eq!(check(&whole), check(&resumed));
        let ends = [&whole, &resumed].map(|run| block_on(run.weights()).unwrap());
        assert_eq!(ends[0], ends[1], "{options}");
        let scores = [&whole, &resumed].map(|run| block_on(run.evaluate()).unwrap());
        assert_eq!(scores[0], scores[1], "{options}");
    }
}

/// All that predictions elsewhere need, under PyTorch's names.
#[test]
fn the_weights_file_has_the_running_statistics() {
    let mut run = start("model=resnet-8&subset=16&batch=8&steps=2");
    block_on(run.step(2)).unwrap();
    let file = block_on(run.weights()).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    // A batch normalization has a weight and a bias, and two running statistics.
    let names = tensors.names();
    let count = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
    assert_eq!((count(".running_mean"), count(".running_var")), (7, 7));
    assert_eq!(names.len(), 23 + 14);
    let statistics = to_host(run.trainer.running_statistics.clone().unwrap());
    let read = |name: &str| {
        let view = tensors.tensor(name).unwrap();
        let numbers: Vec<f32> = bytemuck::pod_collect_to_vec(view.data());
        (view.shape().to_vec(), numbers)
    };
    assert_eq!(
        read("bn1.running_mean"),
        (vec![16], statistics[..16].to_vec())
    );
    assert_eq!(
        read("bn1.running_var"),
        (vec![16], statistics[16..32].to_vec())
    );
    assert_eq!(
        read("layer3.0.bn2.running_var"),
        (vec![64], statistics[416..].to_vec())
    );
    assert!(
        read("bn1.running_var")
            .1
            .iter()
            .all(|v| *v > 0.0 && *v != 1.0)
    );
}

#[test]
fn another_seed_gives_another_run() {
    let first_loss = |seed: u64| {
        let mut run = start(&format!("subset=64&batch=32&steps=2&seed={seed}"));
        block_on(run.step(2)).unwrap();
        bits(&run)
    };
    assert_eq!(first_loss(3), first_loss(3));
    assert_ne!(first_loss(3), first_loss(4));
}

#[test]
fn a_loss_that_is_not_finite_ends_the_run_and_names_the_step() {
    let mut run =
        start("subset=64&batch=32&steps=200&opt=sgd&lr=10&wd=1&warmup=0&schedule=constant");
    // The steps before it are reported first.
    let reports = block_on(run.step(200)).unwrap();
    assert!(!reports.is_empty() && reports.len() < 200);
    let error = block_on(run.step(200)).unwrap_err();
    assert_eq!(error.kind(), "nan");
    let LabError::NotFinite { step, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(reports.len() as u64, step - 1);
    assert_eq!(run.steps_done(), step - 1);
    assert!(error.to_string().contains(&format!("at step {step}")));
    assert_eq!(
        block_on(run.step(1)).unwrap_err().to_string(),
        error.to_string()
    );
}

#[test]
fn a_steps_batch_is_what_the_network_gets_and_asking_for_it_changes_no_bit() {
    let link = "model=lenet5&data=digits&subset=200&batch=16&steps=30&aug=shift&seed=3";
    let (mut asked, mut plain) = (start(link), start(link));
    let shape = asked.data.info.shape();
    for step in 1..=30 {
        // One of another epoch in between: the cached order must stay that of this epoch.
        assert!(asked.batch(31 - step).is_some());
        let expected = asked.host_batch(step - 1).augmented(&asked.recipe, shape);
        assert_eq!(asked.batch(step), Some(expected), "step {step}");
        let reports = [&mut asked, &mut plain].map(|run| block_on(run.step(1)).unwrap());
        assert_eq!(reports[0][0].loss.to_bits(), reports[1][0].loss.to_bits());
    }
    assert_eq!((asked.batch(0), asked.batch(31)), (None, None));
    assert_eq!(check(&asked), check(&plain));
}

#[test]
fn the_gradient_norm_is_reported() {
    assert_eq!(l2_norm(&[3.0, 0.0, -4.0]), 5.0);
    assert_eq!(l2_norm(&[2.0; 25]), 10.0);
    let mut run = start("model=lenet5&data=digits&subset=200&batch=16&steps=2");
    let reports = block_on(run.step(2)).unwrap();
    let norms: Vec<_> = reports
        .iter()
        .map(|report| report.gradient_norm.unwrap())
        .collect();
    assert!(
        norms.iter().all(|norm| *norm > 0.0 && norm.is_finite()),
        "{norms:?}"
    );
}
