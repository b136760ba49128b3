//! Training plans, and recipes that have none.

use crate::data::{Dataset, Split, info};
use crate::lab::error::LabError;
use crate::lab::train::plan::{TrainingPlan, check_network};
use crate::recipe::{Recipe, RecipeError, TestTimeAugmentation};
use crate::registry::{REGISTRY, default_recipes, fields, parse};

/// A data set of black images.
fn black(recipe: &Recipe, count: usize) -> Dataset {
    let info = info(recipe);
    let split = Split {
        images: vec![0; count * info.pixels()],
        labels: vec![0; count],
    };
    Dataset::new(info, split.clone(), split)
}

fn error(link: &str, count: usize) -> String {
    let recipe = parse(link).unwrap().recipe;
    let data = black(&recipe, count);
    TrainingPlan::new(&recipe, &data).unwrap_err().to_string()
}

#[test]
fn some_examples_are_left_to_train_on() {
    assert_eq!(
        error("model=lenet5&data=mnist&val=100", 100),
        "100 validation examples keep all of the 100 training examples apart; some must be left to train on."
    );
}

#[test]
fn images_of_another_shape_are_refused() {
    assert_eq!(
        error("model=lenet5-1998&data=cifar10", 100),
        "LeNet-5 (1998) takes 1×28×28 images; CIFAR-10 has 3×32×32."
    );
}

#[test]
fn ten_digits_are_no_three_classes() {
    let recipe = parse("model=lenet5-1998&data=own&classes=3&size=28&channels=grey")
        .unwrap()
        .recipe;
    assert_eq!(
        check_network(&recipe, &info(&recipe))
            .unwrap_err()
            .to_string(),
        "LeNet-5 (1998) tells 10 classes apart; Your own images has 3."
    );
}

/// All but the paper's LeNet-5, which accepts the data of its default recipe.
#[test]
fn networks_accept_every_data_sets_images() {
    for mut recipe in default_recipes() {
        let default = recipe.data;
        for data in REGISTRY.datasets.iter().copied() {
            recipe.data = data;
            let accepted = check_network(&recipe, &info(&recipe)).is_ok();
            let is_other = recipe.model.name() == "lenet5-1998" && data != default;
            assert!(accepted || is_other, "{:?} on {data:?}", recipe.model);
        }
    }
}

#[test]
fn a_single_number_is_not_normalized() {
    let link = "model=stack&layers=fc5,norm,relu&batch=4";
    assert_eq!(
        error(&format!("{link}&shards=4"), 100),
        "With a batch of 4 in 4 shards the batch normalization layers.1 has 1 number a channel to take the mean of, so that everything becomes 0: it needs at least 2 examples in each shard."
    );
    // Its last stage has maps of 1×1.
    assert!(
        error("model=vgg-11&data=mnist&batch=4", 100)
            .starts_with("With a batch of 4 in 4 shards the batch normalization features.")
    );
    assert!(
        error("model=vgg-11&data=mnist&batch=1&shards=1", 100)
            .starts_with("With a batch of 1 the batch normalization features.")
    );
    // Two examples in a shard are enough for every network.
    for mut recipe in default_recipes() {
        (recipe.batch, recipe.shards) = (2, 1);
        assert!(
            check_network(&recipe, &info(&recipe)).is_ok(),
            "{:?}",
            recipe.model
        );
    }
    let recipe = parse(&format!("{link}&shards=2")).unwrap().recipe;
    assert!(TrainingPlan::new(&recipe, &black(&recipe, 100)).is_ok());
}

#[test]
fn a_run_that_its_warm_up_does_not_fit_is_told() {
    let notices = |link: &str| {
        let recipe = parse(link).unwrap().recipe;
        let plan = TrainingPlan::new(&recipe, &black(&recipe, 100)).unwrap();
        plan.notices(&recipe)
    };
    let link = "data=mnist&batch=10&steps=60&lr=0.01";
    assert_eq!(
        notices(&format!("{link}&warmup=1")),
        [
            "The learning rate rises over all 60 steps: it never reaches 0.01. Give it a shorter warm-up."
        ]
    );
    assert_eq!(
        notices("data=mnist&batch=10&steps=9"),
        ["A warm-up of 0.05 of the run is less than half a step of 9: this run has none."]
    );
    assert!(notices(link).is_empty());
    assert!(notices(&format!("{link}&warmup=0.98")).is_empty());
    assert!(notices("data=mnist&batch=10&steps=9&warmup=0").is_empty());
    assert!(notices(&format!("{link}&schedule=one-cycle")).is_empty());
}

#[test]
fn more_examples_than_there_are_are_refused() {
    assert_eq!(
        error("data=mnist&subset=101", 100),
        "101 training examples are more than MNIST has, which is 100."
    );
    assert_eq!(
        error("data=mnist&batch=101", 100),
        "A batch of 101 is more than the 100 training examples there are; a batch is filled by different ones."
    );
}

/// A plan of so many steps and test examples, with a batch size of 64.
fn plan(steps: u64, steps_per_epoch: u64, test: usize) -> TrainingPlan {
    TrainingPlan {
        examples: steps_per_epoch as usize * 64,
        validation: 0,
        batch_size: 64,
        shards: 4,
        steps_per_epoch,
        steps,
        epochs: steps.div_ceil(steps_per_epoch),
        test,
        score_every: 0,
        tta: TestTimeAugmentation::Off,
    }
}

#[test]
fn a_recipe_fixes_the_steps_of_scores_and_their_images() {
    let plan = |options: &str| {
        let recipe = parse(&format!(
            "model=lenet5&data=digits&subset=640&epochs=3{options}"
        ))
        .unwrap()
        .recipe;
        let data = crate::data::digits::dataset(1, 640, 100);
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        (plan.score_steps(), plan.test, plan.notices(&recipe).len())
    };
    assert_eq!(plan("&score=10&warmup=0"), (vec![10, 15], 100, 0));
    assert_eq!(plan("&score=12&test=50&warmup=0"), (vec![12, 15], 50, 0));
    assert_eq!(plan("&score=500&test=101&warmup=0"), (vec![15], 100, 1));
    let (steps, _, notices) = plan("&steps=100000&score=1&warmup=0");
    assert_eq!(
        (steps.len(), steps[..2].to_vec(), notices),
        (1_000, vec![100, 200], 1)
    );
}

#[test]
fn a_run_is_scored_at_the_ends_of_epochs_and_within_the_few() {
    let epochs = |count: u64| plan(count * 156, 156, 2_000).score_steps();
    assert_eq!(epochs(1), [22, 44, 66, 89, 111, 133, 156]);
    assert_eq!(
        epochs(2),
        [
            22, 44, 66, 89, 111, 133, 156, 178, 200, 222, 245, 267, 289, 312
        ]
    );
    assert_eq!(
        epochs(20),
        (1..=20).map(|epoch| epoch * 156).collect::<Vec<_>>()
    );
    assert_eq!(
        epochs(21),
        [
            312, 624, 936, 1248, 1560, 1872, 2184, 2496, 2808, 3120, 3276
        ]
    );
}

#[test]
fn a_short_run_is_scored_seldom() {
    // 60 steps compute as much as 11,520 forward passes: not twice the 10,000 test images.
    assert_eq!(plan(60, 937, 10_000).score_steps(), [60]);
    assert_eq!(plan(300, 937, 10_000).score_steps(), [150, 300]);
    // Many epochs on few images: scores would take longer than training.
    assert_eq!(plan(150, 15, 10_000).score_steps(), [150]);
    assert_eq!(plan(1, 1, 0).score_steps(), [1]);
    // With their mirror images, the test images take twice as long.
    let mirrored = TrainingPlan {
        tta: TestTimeAugmentation::Flip,
        ..plan(300, 937, 10_000)
    };
    assert_eq!(mirrored.score_steps(), [300]);
}

proptest::proptest! {
    #[test]
    fn the_steps_of_scores_ascend_to_the_last(
        steps in 1_u64..100_000, steps_per_epoch in 1_u64..5_000, test in 0_usize..60_000,
    ) {
        let plan = plan(steps, steps_per_epoch, test);
        let scores = plan.score_steps();
        proptest::prop_assert!(scores.iter().all(|step| (1..=steps).contains(step)));
        proptest::prop_assert!(scores.windows(2).all(|pair| pair[0] < pair[1]));
        proptest::prop_assert_eq!(scores.last(), Some(&steps));
        proptest::prop_assert!(scores.len() <= 20);
        let every = 1 + u64::from(test as u32) % steps;
        let fixed = TrainingPlan { score_every: every, ..plan }.score_steps();
        proptest::prop_assert!(fixed.windows(2).all(|pair| pair[0] < pair[1]));
        proptest::prop_assert_eq!(fixed.len() as u64, steps.div_ceil(every));
        proptest::prop_assert_eq!(fixed.last(), Some(&steps));
        let forward_passes = (scores.len() as u64 - 1) * test as u64;
        proptest::prop_assert!(forward_passes * 2 <= steps * 64 * 3);
    }
}

/// What the page shows of an error: where a value is not allowed, its field's label and what is; else the sentence.
fn shown(error: &LabError) -> String {
    match (error, error.allowed()) {
        (_, Some(allowed)) => allowed.to_owned(),
        // The page puts the label in the key's place.
        (LabError::Recipe(RecipeError::Duplicate { .. }), _) => String::new(),
        _ => error.to_string(),
    }
}

#[test]
fn what_is_shown_of_a_refused_link_names_no_key() {
    let keys: Vec<&str> = fields().map(|field| field.key).collect();
    let values = ["", "x", "0", "3", "65", "1000000", "cifar10"];
    let mut refused = 0;
    for recipe in default_recipes() {
        let link = recipe.link();
        let model = recipe.model.name();
        for key in &keys {
            for value in values {
                for extra in ["", "&data=cifar10&batch=4"] {
                    let link = match *key == "model" {
                        true => format!("{link}&{key}={value}"),
                        false => format!("model={model}&{key}={value}{extra}"),
                    };
                    let parsed = parse(&link).map_err(LabError::from);
                    let checked =
                        parsed.and_then(|link| check_network(&link.recipe, &info(&link.recipe)));
                    let Err(error) = checked else { continue };
                    refused += 1;
                    let text = shown(&error);
                    for key in &keys {
                        let named =
                            text.contains(&format!("{key}=")) || text.contains(&format!("({key})"));
                        assert!(!named, "{link}: {text}");
                    }
                }
            }
        }
    }
    assert!(refused > 1_000, "{refused} links were refused");
}
