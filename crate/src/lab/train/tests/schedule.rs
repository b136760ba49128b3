//! Every schedule, and those of PyTorch against its numbers.

use crate::lab::train::schedule::learning_rate;
use crate::recipe::Schedule;
use crate::registry::{default_recipe, parse};

#[test]
fn each_schedule_starts_high_and_ends_where_it_says() {
    let mut recipe = default_recipe("lenet5").unwrap();
    recipe.lr = 0.1;
    recipe.warmup = 0;
    for (schedule, half, end) in [
        (Schedule::Constant, 0.1, 0.1),
        (Schedule::Linear, 0.05, 0.001),
        (Schedule::Cosine, 0.05, 0.000_024_7),
    ] {
        recipe.schedule = schedule;
        assert_eq!(learning_rate(&recipe, 0, 100), 0.1);
        assert!((learning_rate(&recipe, 50, 100) - half).abs() < 1e-9);
        assert!((learning_rate(&recipe, 99, 100) - end).abs() < 1e-6);
    }
}

#[derive(serde::Deserialize)]
struct Reference {
    values: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    rates: Vec<f64>,
}

#[test]
fn every_schedule_is_pytorchs() {
    let text = include_str!("../../../../../tests/references/schedules.json");
    let reference: Reference = serde_json::from_str(text).unwrap();
    assert_eq!(reference.values.len(), 4);
    for Case { name, rates } in reference.values {
        let link = format!("schedule={name}&lr=0.1");
        let mut recipe = parse(&link).unwrap().recipe;
        recipe.warmup = 0;
        let steps = rates.len() as u64;
        for (step, theirs) in (0..steps).zip(rates) {
            let ours = learning_rate(&recipe, step, steps);
            assert!(
                (ours - theirs).abs() < 1e-9,
                "{name}, step {step}: {ours}, {theirs}"
            );
        }
    }
}

#[test]
fn warm_up_rises_to_the_learning_rate() {
    let mut recipe = default_recipe("lenet5").unwrap();
    recipe.warmup = 9;
    let rates: Vec<_> = (0..12)
        .map(|step| learning_rate(&recipe, step, 100))
        .collect();
    assert!((rates[0] - recipe.lr / 10.0).abs() < 1e-12);
    assert!(rates[..10].windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(rates[9], recipe.lr);
    assert!(rates[11] < rates[9]);
}
