//! Which images a run uses, and for what.

use super::*;
use crate::data::DeferredSplit;

#[test]
fn a_recipe_that_the_data_cannot_fill_is_refused() {
    let recipe = recipe("subset=20&batch=32");
    let data = Arc::new(synthesize(&recipe).unwrap());
    let error = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "A batch of 32 is more than the 20 training examples there are; a batch is filled by different ones."
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

/// The test split is never trained on: other test images give the same trace.
#[test]
fn the_test_split_has_no_part_in_training() {
    let recipe = recipe("subset=64&batch=32&steps=4");
    let mut data = synthesize(&recipe).unwrap();
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

/// Other test images or other held-out images give the same run; other training images do not.
#[test]
fn nothing_is_trained_on_but_training_images() {
    let recipe = recipe("model=lenet5&subset=300&val=100&batch=32&steps=14&seed=3");
    let original = data(&recipe);
    let trained = |data: Dataset| {
        let mut run = block_on(Run::start(&Engine::cpu(), recipe.clone(), Arc::new(data))).unwrap();
        block_on(run.step(14)).unwrap();
        bits(&run)
    };
    let whole = trained((*original).clone());
    let held_out = TrainValidationSplit::new(recipe.seed, 300, 100).validation;
    let blacked = |split: &Split, these: &[u32]| {
        let mut split = split.clone();
        let size = original.info.pixels();
        for index in these {
            split.images[*index as usize * size..][..size].fill(0);
        }
        split
    };
    let tests: Vec<u32> = (0..original.test.len() as u32).collect();
    let with =
        |train: Split, test: Split| trained(Dataset::new(original.info.clone(), train, test));
    let (train, test) = (&original.train, &*original.test);
    assert_eq!(with(train.clone(), blacked(test, &tests)), whole);
    assert_eq!(with(blacked(train, &held_out), test.clone()), whole);
    let one = (0..300).find(|index| !held_out.contains(index)).unwrap();
    assert_ne!(with(blacked(train, &[one]), test.clone()), whole);
}

#[test]
fn held_out_examples_are_scored() {
    let mut run = start("model=lenet5&subset=600&val=200&batch=32&epochs=3&seed=3");
    assert_eq!((run.plan().examples, run.plan().validation), (400, 200));
    block_on(run.step(36)).unwrap();
    let score = block_on(run.validate()).unwrap().unwrap();
    assert_eq!(score.examples, 200);
    // Generalised from the others, not memorised.
    assert!((0.3..1.0).contains(&score.accuracy), "{}", score.accuracy);
    assert_eq!(
        block_on(start("model=lenet5&steps=1").validate()).unwrap(),
        None
    );
}

/// The augmentations are the images that the run trains on, bit for bit.
#[test]
fn augmentations_are_what_the_run_trains_on() {
    for aug in ["rotate,crop", "crop,alternate"] {
        augmentations_are_trained_on(aug);
    }
}

fn augmentations_are_trained_on(aug: &str) {
    let link = &format!("model=lenet5&aug={aug}&subset=100&val=10&batch=32&epochs=3&seed=5");
    let mut run = start(link);
    let examples = run.first_batch_augmentations(5, 4);
    assert_eq!(examples.len(), 5);
    let shape = run.data().info.shape();
    let mut seen = vec![Vec::new(); 5];
    for step in 0..run.plan().steps {
        let indices = run.indices_of(step).to_vec();
        let plain = run.host_batch(step);
        let batch = plain.clone().augmented(&run.recipe, shape);
        if step == 0 {
            for (position, example) in examples.iter().enumerate() {
                let original = run.data().train.image(indices[position] as usize);
                assert_eq!(example.original, original);
                assert_eq!(example.label, plain.labels[position]);
            }
        }
        let first = run.indices_of(0).to_vec();
        for (position, index) in indices.iter().enumerate() {
            if let Some(which) = first[..5].iter().position(|other| other == index) {
                let epoch = run.plan().epoch_of(step + 1);
                seen[which].push((epoch, batch.images[position * 784..][..784].to_vec()));
            }
        }
    }
    for (example, seen) in examples.iter().zip(seen) {
        assert_eq!(example.views, seen);
        assert!(seen.iter().all(|(_, image)| *image != example.original));
    }
    // A run of two steps sees each image of its first batch once.
    let short = start("model=lenet5&aug=crop&subset=100&batch=32&steps=2&seed=5");
    assert!(
        short
            .first_batch_augmentations(3, 4)
            .iter()
            .all(|example| example.views.len() == 1)
    );
}

/// A run that starts before the test images are loaded gives the same results, and says what is missing.
#[test]
fn the_test_split_may_be_loaded_later() {
    let recipe = recipe("model=lenet5&subset=64&batch=32&steps=4&seed=2");
    let whole = synthesize(&recipe).unwrap();
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
        "The test images of Synthetic digits are not there yet: wait for them, then score again."
    );
    later.data.test.set((*whole.test).clone());
    assert_eq!(check(&later), check(&before));
    let score = |run: &Run| block_on(run.evaluate()).unwrap();
    assert_eq!(score(&later), score(&before));
}

#[test]
fn a_run_is_scored_on_the_first_of_the_test_images_that_its_recipe_asks_for() {
    let scored = |test: &str| {
        let recipe = recipe(&format!("subset=64&batch=32&steps=2&seed=2{test}"));
        let data = Arc::new(synthesize(&recipe).unwrap());
        let mut run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
        block_on(run.step(2)).unwrap();
        let score = block_on(run.evaluate()).unwrap();
        let logits = run.predictions.borrow().as_ref().unwrap().logits.clone();
        (score.examples, logits, check(&run))
    };
    let (all, all_logits, check_of_all) = scored("");
    let (first, first_logits, check) = scored("&test=50");
    assert_eq!((all, first), (2_000, 50));
    assert_eq!(first_logits, all_logits[..50 * 10]);
    // It is another recipe, and so another check.
    assert_ne!(check, check_of_all);
}
