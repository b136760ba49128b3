//! Which images a run takes, and what for.

use super::*;
use crate::data::DeferredSplit;

#[test]
fn a_recipe_that_the_data_cannot_fill_is_refused() {
    let recipe = recipe("subset=20&batch=32");
    let data = Arc::new(synthesize(&recipe));
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
    let mut data = synthesize(&recipe);
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
    let whole = synthesize(&recipe);
    let trained = |data: Dataset| {
        let mut run = block_on(Run::start(&Engine::cpu(), recipe.clone(), Arc::new(data))).unwrap();
        block_on(run.step(4)).unwrap();
        run
    };
    let before = trained(whole.clone());
    let later = trained(Dataset {
        test: DeferredSplit::default(),
        ..whole.clone()
    });
    assert_eq!(
        block_on(later.evaluate()).unwrap_err().to_string(),
        "The test images of Drawn digits are not there yet: wait for them, then score again."
    );
    later.data.test.set((*whole.test).clone());
    assert_eq!(later.check(), before.check());
    let score = |run: &Run| block_on(run.evaluate()).unwrap();
    assert_eq!(score(&later), score(&before));
}
