//! Every schedule, and those of PyTorch against its numbers.

use crate::lab::train::schedule::{learning_rate, warmup_steps};
use crate::recipe::Schedule;
use crate::registry::{default_recipe, parse};

#[test]
fn each_schedule_starts_high_and_ends_where_it_says() {
    let mut recipe = default_recipe("lenet5").unwrap();
    recipe.lr = 0.1;
    recipe.warmup = 0.0;
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
        recipe.warmup = 0.0;
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
    recipe.warmup = 0.09;
    let rates: Vec<_> = (0..12)
        .map(|step| learning_rate(&recipe, step, 100))
        .collect();
    assert!((rates[0] - recipe.lr / 10.0).abs() < 1e-12);
    assert!(rates[..10].windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(rates[9], recipe.lr);
    assert!(rates[11] < rates[9]);
}

#[test]
fn warm_up_is_a_share_of_the_run() {
    let warmup = |link: &str, steps| warmup_steps(&parse(link).unwrap().recipe, steps);
    for (share, steps, expected) in [
        ("0.05", 1_872, 94),
        ("0.05", 10, 1),
        ("0.05", 9, 0),
        ("0.29", 100, 29),
        ("1", 7, 7),
        ("0", 1_000, 0),
    ] {
        assert_eq!(
            warmup(&format!("warmup={share}"), steps),
            expected,
            "{share} of {steps}"
        );
    }
    assert_eq!(warmup("", 1_000), 50);
    assert_eq!(warmup("schedule=one-cycle", 1_000), 0);
    // In steps it is no share.
    assert_eq!(
        parse("warmup=100").unwrap_err().to_string(),
        "warmup=100 is not allowed: warmup is a number from 0 to 1."
    );
}
