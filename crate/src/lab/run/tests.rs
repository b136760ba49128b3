//! The run, natively on the CPU engine.

use std::rc::Rc;
use std::sync::Arc;

use futures_lite::future::block_on;

use super::*;
use crate::data::{Info, LateSplit, Split, drawn};
use crate::lab::crew::threads::Threads;
use crate::lab::crew::{Crew, Helpers, Pending};
use crate::recipe::{Choice, Model, parse};
use crate::zoo::Network;

pub(super) fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

/// Data of the shape that the recipe's network takes: drawn digits, or coloured images.
pub(super) fn data(recipe: &Recipe) -> Arc<Dataset> {
    Arc::new(match Network::about(recipe).input {
        [1, 28, 28] => drawn(recipe),
        input => coloured(input, recipe.subset as usize, 100),
    })
}

/// Noise around a mean colour and with a stripe, both of which are the class's.
fn coloured([channels, height, width]: [usize; 3], train: usize, test: usize) -> Dataset {
    let info = Info {
        name: "coloured".into(),
        title: "Coloured noise".into(),
        drawn: true,
        classes: (0..10).map(|class: u8| class.to_string()).collect(),
        channels,
        height,
        width,
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

/// Networks that learn in many steps: those that came first, and one that is drawn.
const LEARNERS: [Model; 4] = [Model::LeNet5, Model::LeNet51998, Model::Mlp, Model::ResNet8];

#[test]
fn networks_learn() {
    for model in LEARNERS {
        let name = model.name();
        // Normalised layers need fewer steps, and fewer yet where they see the whole batch.
        let (steps, shards) = match model.depth() {
            Some(_) => (30, 1),
            None => (120, 4),
        };
        let mut run = start(&format!(
            "model={name}&subset=640&batch=32&shards={shards}&steps={steps}&warmup=0"
        ));
        let reports = block_on(run.step(300)).unwrap();
        assert_eq!(reports.len(), steps, "{name}");
        assert!(block_on(run.step(1)).unwrap().is_empty());
        let mean = |part: &[Report]| {
            part.iter().map(|report| report.loss).sum::<f32>() / part.len() as f32
        };
        assert!(
            mean(&reports[steps * 9 / 10..]) < 0.5 * mean(&reports[..10]),
            "{name}"
        );
        let score = block_on(run.evaluate()).unwrap();
        assert!(score.accuracy > 0.6, "{name}: {}", score.accuracy);
        let there = run.data().test.len();
        assert_eq!(score.examples, there);
        let told: u32 = score.confusion.iter().flatten().sum();
        assert_eq!(told as usize, there);
    }
}

/// Every network learns 64 examples by heart, each in a test of its own, for some take seconds.
macro_rules! overfits {
    ($( $test:ident: $model:literal, $options:literal, $steps:literal; )+) => {
        mod overfits {
            $(
                #[test]
                fn $test() {
                    super::overfit($model, $options, $steps);
                }
            )+

            #[test]
            fn every_network_is_among_them() {
                use crate::recipe::Choice;
                let there = [$( $model ),+];
                for recipe in crate::zoo::representatives() {
                    assert!(there.contains(&recipe.model.name()), "{}", recipe.model.name());
                }
            }
        }
    };
}

overfits! {
    lenet5: "lenet5", "", 120;
    lenet5_1998: "lenet5-1998", "", 120;
    stack: "stack", "", 120;
    mlp: "mlp", "", 40;
    resnet_8: "resnet-8", "&shards=1", 24;
    resnet_18: "resnet-18", "&shards=1", 12;
    resnet_50: "resnet-50", "&shards=1", 12;
    alexnet: "alexnet", "&batch=16&dropout=0", 100;
    vgg_11: "vgg-11", "&shards=1&dropout=0", 20;
    googlenet: "googlenet", "&shards=1&aux=on&dropout=0", 20;
    densenet: "densenet", "&batch=32&shards=1&depth=10&lr=0.05", 70;
    vit: "vit", "&batch=16&schedule=constant", 100;
}

/// So many steps; in the last epoch, which has each of the 64 once, all are right.
fn overfit(name: &str, options: &str, steps: usize) {
    let batch = if options.contains("batch=") {
        ""
    } else {
        "&batch=64"
    };
    let mut run = start(&format!(
        "model={name}&subset=64&steps={steps}&warmup=0{batch}{options}"
    ));
    let reports = block_on(run.step(300)).unwrap();
    let epoch = 64 / run.plan().batch;
    for report in &reports[steps - epoch..] {
        assert_eq!(report.accuracy, 1.0, "{name}: {}", report.loss);
    }
}

/// From the same streams, the bits of a stack that spells LeNet-5 are LeNet-5's.
#[test]
fn a_stack_that_spells_lenet5_has_its_trace() {
    let [stack, lenet] = ["stack", "lenet5"].map(|model| {
        let mut run = start(&format!(
            "model={model}&subset=640&batch=32&steps=25&seed=9&aug=crop&wd=0.01&opt=adamw"
        ));
        block_on(run.step(25)).unwrap();
        bits(&run)
    });
    assert_eq!(stack.len(), 25);
    assert_eq!(stack, lenet);
}

/// With blocks, normalisation and more than one way to pool.
#[test]
fn a_stack_of_ones_own_overfits_64_examples() {
    let layers = "conv8x3p1,norm,relu,max2,res(conv8x3p1g2,norm,tanh,conv8x1),avg2,fc32,relu";
    let link = format!("model=stack&layers={layers}&subset=64&batch=64&shards=1&steps=80&warmup=0");
    let mut run = start(&link);
    let last = *block_on(run.step(80)).unwrap().last().unwrap();
    assert_eq!(last.accuracy, 1.0, "{}", last.loss);
}

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

#[test]
fn epochs_and_steps_count_from_one() {
    let mut run = start("subset=100&batch=32&epochs=2");
    assert_eq!((run.plan().steps_per_epoch, run.plan().steps), (3, 6));
    let reports = block_on(run.step(6)).unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (report.step, report.epoch))
        .collect();
    assert_eq!(told, [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)]);
}

#[test]
fn how_it_is_pulled_changes_nothing() {
    let link = "subset=200&batch=32&steps=14";
    let mut whole = start(link);
    block_on(whole.step(14)).unwrap();

    let mut looked_at = start(link);
    for count in [1, 4, 2, 20] {
        block_on(looked_at.step(count)).unwrap();
        block_on(looked_at.evaluate()).unwrap();
        block_on(looked_at.predict(&[0.5; 784])).unwrap();
        block_on(looked_at.weights()).unwrap();
    }
    assert_eq!(bits(&whole), bits(&looked_at));
    assert_eq!(whole.check(), looked_at.check());
    assert_eq!(
        block_on(whole.weights()).unwrap(),
        block_on(looked_at.weights()).unwrap()
    );
}

#[test]
fn a_checkpoint_goes_on_as_if_it_had_never_stopped() {
    for rest in [
        "batch=32&opt=adam",
        "batch=32&opt=sgd&momentum=0.9&lr=0.05",
        "batch=32&opt=adamw&wd=0.01",
        "batch=32&opt=sgd&momentum=0",
        "batch=8&model=resnet-8",
    ] {
        let link = format!("subset=200&steps=14&{rest}");
        let mut whole = start(&link);
        block_on(whole.step(8)).unwrap();
        let file = block_on(whole.checkpoint()).unwrap();
        block_on(whole.step(6)).unwrap();

        let recipe = recipe(&link);
        let data = data(&recipe);
        let mut resumed = block_on(Run::resume(&Engine::cpu(), recipe, data, &file)).unwrap();
        assert_eq!(resumed.steps_done(), 8);
        block_on(resumed.step(6)).unwrap();
        assert_eq!(bits(&whole), bits(&resumed), "{rest}");
        assert_eq!(whole.check(), resumed.check());
        let ends = [&whole, &resumed].map(|run| block_on(run.weights()).unwrap());
        assert_eq!(ends[0], ends[1], "{rest}");
        let scores = [&whole, &resumed].map(|run| block_on(run.evaluate()).unwrap());
        assert_eq!(scores[0], scores[1], "{rest}");
    }
}

/// Everything that is needed to answer elsewhere, under PyTorch's names.
#[test]
fn the_weights_have_the_running_averages_with_them() {
    let mut run = start("model=resnet-8&subset=16&batch=8&steps=2");
    block_on(run.step(2)).unwrap();
    let file = block_on(run.weights()).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    // A normalised layer has a scale and a shift, and two running averages.
    let names = tensors.names();
    let all = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
    assert_eq!((all(".running_mean"), all(".running_var")), (7, 7));
    assert_eq!(names.len(), 23 + 14);
    let statistics = numbers(run.learner.statistics.clone().unwrap());
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
fn the_seed_decides() {
    let first_loss = |seed: u64| {
        let mut run = start(&format!("subset=64&batch=32&steps=2&seed={seed}"));
        block_on(run.step(2)).unwrap();
        bits(&run)
    };
    assert_eq!(first_loss(3), first_loss(3));
    assert_ne!(first_loss(3), first_loss(4));
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_and_names_the_step() {
    let mut run =
        start("subset=64&batch=32&steps=200&opt=sgd&lr=10&wd=1&warmup=0&schedule=constant");
    // The steps before it are told first.
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
fn a_recipe_that_the_data_cannot_fill_is_refused() {
    let recipe = recipe("subset=20&batch=32");
    let data = Arc::new(drawn(&recipe));
    let error = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "batch=32 is more than the 20 training examples there are; a batch is filled by different ones."
    );
}

#[test]
fn pixels_that_do_not_fit_are_refused() {
    let run = start("subset=64&batch=64&steps=1");
    assert!(
        block_on(run.predict(&[0.0; 783]))
            .unwrap_err()
            .to_string()
            .contains("784 numbers")
    );
    let mut pixels = [0.0; 784];
    pixels[3] = f32::NAN;
    assert_eq!(block_on(run.predict(&pixels)).unwrap_err().kind(), "run");
    let sum: f32 = block_on(run.predict(&[0.0; 784])).unwrap().iter().sum();
    assert!((sum - 1.0).abs() < 1e-5);
}

/// The test split is never trained on: with other test images, the same trace.
#[test]
fn the_test_split_has_no_part_in_training() {
    let recipe = recipe("subset=64&batch=32&steps=4");
    let mut data = drawn(&recipe);
    let trace = |data: crate::data::Dataset| {
        let mut run = block_on(Run::start(&Engine::cpu(), recipe.clone(), Arc::new(data))).unwrap();
        block_on(run.step(4)).unwrap();
        bits(&run)
    };
    let before = trace(data.clone());
    let black = Split {
        images: vec![255; data.test.images.len()],
        labels: vec![0; data.test.len()],
    };
    data.test = black.into();
    assert_eq!(trace(data), before);
}

/// With other test images, or other images kept apart, it is the same run; with other training images it is not.
#[test]
fn nothing_is_trained_on_but_training_images() {
    let recipe = recipe("model=lenet5&subset=300&val=100&batch=32&steps=14&seed=3");
    let own = data(&recipe);
    let trained = |data: Dataset| {
        let mut run = block_on(Run::start(&Engine::cpu(), recipe.clone(), Arc::new(data))).unwrap();
        block_on(run.step(14)).unwrap();
        bits(&run)
    };
    let whole = trained((*own).clone());
    let apart = Roles::of(recipe.seed, 300, 100).validation;
    let blacked = |split: &Split, these: &[u32]| {
        let mut split = split.clone();
        let size = own.info.pixels();
        for index in these {
            split.images[*index as usize * size..][..size].fill(0);
        }
        split
    };
    let tests: Vec<u32> = (0..own.test.len() as u32).collect();
    let with = |train: Split, test: Split| trained(Dataset::new(own.info.clone(), train, test));
    let (train, test) = (&own.train, &*own.test);
    assert_eq!(with(train.clone(), blacked(test, &tests)), whole);
    assert_eq!(with(blacked(train, &apart), test.clone()), whole);
    let one = (0..300).find(|index| !apart.contains(index)).unwrap();
    assert_ne!(with(blacked(train, &[one]), test.clone()), whole);
}

#[test]
fn what_is_kept_apart_is_scored() {
    let mut run = start("model=lenet5&subset=600&val=200&batch=32&epochs=3&seed=3");
    assert_eq!((run.plan().examples, run.plan().validation), (400, 200));
    block_on(run.step(36)).unwrap();
    let score = block_on(run.validate()).unwrap().unwrap();
    assert_eq!(score.examples, 200);
    // Learned from the others, and not by heart.
    assert!((0.3..1.0).contains(&score.accuracy), "{}", score.accuracy);
    assert_eq!(
        block_on(start("model=lenet5&steps=1").validate()).unwrap(),
        None
    );
}

/// What the preview shows is what the run trains on, bit for bit.
#[test]
fn a_preview_shows_what_the_run_sees() {
    let link = "model=lenet5&aug=rotate,crop&subset=100&val=10&batch=32&epochs=3&seed=5";
    let mut run = start(link);
    let previews = run.preview(5, 4);
    assert_eq!(previews.len(), 5);
    let shape = run.data().info.shape();
    let mut seen = vec![Vec::new(); 5];
    for step in 0..run.plan().steps {
        let indices = run.indices_of(step).to_vec();
        let plain = run.batch_here(step);
        let batch = plain.clone().augmented(&run.recipe, shape);
        if step == 0 {
            for (place, preview) in previews.iter().enumerate() {
                assert_eq!(preview.original, plain.images[place * 784..][..784]);
                assert_eq!(preview.label, plain.labels[place]);
            }
        }
        let first = run.indices_of(0).to_vec();
        for (place, index) in indices.iter().enumerate() {
            if let Some(which) = first[..5].iter().position(|other| other == index) {
                let epoch = run.plan().epoch_of(step + 1);
                seen[which].push((epoch, batch.images[place * 784..][..784].to_vec()));
            }
        }
    }
    for (preview, seen) in previews.iter().zip(seen) {
        assert_eq!(preview.seen, seen);
        assert!(seen.iter().all(|(_, image)| *image != preview.original));
    }
    // A run of two steps shows an image of its first batch once.
    let short = start("model=lenet5&aug=crop&subset=100&batch=32&steps=2&seed=5");
    assert!(
        short
            .preview(3, 4)
            .iter()
            .all(|preview| preview.seen.len() == 1)
    );
}

/// A run that begins before the test images are there gives what it would give anyway, and says what is missing.
#[test]
fn the_test_split_may_come_later() {
    let recipe = recipe("model=lenet5&subset=64&batch=32&steps=4&seed=2");
    let whole = drawn(&recipe);
    let trained = |data: Dataset| {
        let mut run = block_on(Run::start(&Engine::cpu(), recipe.clone(), Arc::new(data))).unwrap();
        block_on(run.step(4)).unwrap();
        run
    };
    let before = trained(whole.clone());
    let later = trained(Dataset {
        test: LateSplit::default(),
        ..whole.clone()
    });
    assert_eq!(
        block_on(later.evaluate()).unwrap_err().to_string(),
        "The test images of Drawn digits are not there yet: wait for them, then score again."
    );
    later.data.test.bring((*whole.test).clone());
    assert_eq!(later.check(), before.check());
    let score = |run: &Run| block_on(run.evaluate()).unwrap();
    assert_eq!(score(&later), score(&before));
}

#[test]
fn a_batch_is_shown_as_the_network_gets_it_and_showing_it_changes_nothing() {
    let link = "model=lenet5&data=digits&subset=200&batch=16&steps=30&aug=shift&seed=3";
    let (mut seen, mut unseen) = (start(link), start(link));
    let shape = seen.data.info.shape();
    for step in 1..=30 {
        // One of another epoch in between: what is kept of this one must stay.
        assert!(seen.batch(31 - step).is_some());
        let got = seen.batch_here(step - 1).augmented(&seen.recipe, shape);
        assert_eq!(seen.batch(step), Some(got), "step {step}");
        let reports = [&mut seen, &mut unseen].map(|run| block_on(run.step(1)).unwrap());
        assert_eq!(reports[0][0].loss.to_bits(), reports[1][0].loss.to_bits());
    }
    assert_eq!((seen.batch(0), seen.batch(31)), (None, None));
    assert_eq!(seen.check(), unseen.check());
}

#[test]
fn the_gradient_is_as_long_as_its_numbers_say() {
    assert_eq!(length(&[3.0, 0.0, -4.0]), 5.0);
    assert_eq!(length(&[2.0; 25]), 10.0);
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
