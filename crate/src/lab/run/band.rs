//! How far runs stray from each other by rounding alone: what the band is chosen from.

use std::sync::Arc;

use futures_lite::future::block_on;

use super::tests::{data, recipe};
use super::*;

/// A run whose initial weights are off by about so much, relatively.
fn disturbed(link: &str, noise: f32, draw: u64, steps: u64) -> Vec<f32> {
    let recipe = recipe(link);
    let data: Arc<Dataset> = data(&recipe);
    let mut run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
    if noise > 0.0 {
        let mut stream = stream(draw, Purpose::Dropout, 0);
        let weights = numbers(run.learner.weights.clone()).into_iter();
        run.learner.weights = vector(
            weights
                .map(|w| w * (1.0 + noise * stream.normal()))
                .collect(),
        );
    }
    let reports = block_on(run.step(steps)).unwrap();
    reports.iter().map(|report| report.loss).collect()
}

#[test]
#[ignore = "takes minutes: it measures"]
fn how_far_rounding_leads() {
    let out = std::env::var("BAND_OUT").unwrap();
    let recipes = std::env::var("BAND_RECIPES").unwrap();
    let recipes: Vec<(&str, &str, u64)> = recipes
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?, words.next()?.parse().unwrap()))
        })
        .collect();
    let mut text = String::new();
    for (index, (link, other, steps)) in recipes.iter().enumerate() {
        let mut write = |name: &str, losses: Vec<f32>| {
            let losses: Vec<_> = losses.iter().map(|loss| loss.to_string()).collect();
            text += &format!("{index} {name} {}\n", losses.join(" "));
            std::fs::write(&out, &text).unwrap();
        };
        write("plain", disturbed(link, 0.0, 0, *steps));
        write("other", disturbed(other, 0.0, 0, *steps));
        for draw in 1..4 {
            write("1e-6", disturbed(link, 1e-6, draw, *steps));
        }
        write("1e-7", disturbed(link, 1e-7, 4, *steps));
        write("1e-5", disturbed(link, 1e-5, 4, *steps));
    }
}
