//! How far runs differ by rounding alone: what the band is chosen from, and that it holds.

use futures_lite::future::block_on;

use super::*;
use crate::lab::verify::band::Band;
use crate::recipe::mark_steps;

/// The losses of a run whose initial weights have relative noise of this size, drawn from stream number `draw`.
fn perturbed(link: &str, noise: f32, draw: u64) -> Vec<f32> {
    first_losses(u64::MAX, link, noise, draw)
}

/// The same of its first `steps` steps.
fn first_losses(steps: u64, link: &str, noise: f32, draw: u64) -> Vec<f32> {
    let recipe = recipe(link);
    let data = data(&recipe);
    let mut run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
    if noise > 0.0 {
        let mut stream = stream(draw, Purpose::Dropout, 0);
        let weights = to_host(run.trainer.weights.clone()).into_iter();
        let weights = weights.map(|weight| weight * (1.0 + noise * stream.normal()));
        run.trainer.weights = from_host(weights.collect());
    }
    let reports = block_on(run.step(steps)).unwrap();
    reports.iter().map(|report| report.loss).collect()
}

/// The step at which the band is left: compared at every step, or at a link's marks.
fn left_at(promised: &[f32], losses: &[f32], every_step: bool) -> Option<u64> {
    let steps = promised.len() as u64;
    let marks: Vec<u64> = match every_step {
        true => (1..=steps).collect(),
        false => mark_steps(steps).collect(),
    };
    let mut band = Band::default();
    let at = |losses: &[f32], step: u64| losses[step as usize - 1];
    marks.into_iter().find(|step| {
        band.observe(*step, at(promised, *step), at(losses, *step))
            .is_some()
    })
}

#[test]
fn rounding_stays_in_the_band_and_other_runs_leave_it() {
    let link = "subset=640&batch=16&steps=80&warmup=0&lr=0.003";
    let plain = perturbed(link, 0.0, 0);
    for (noise, draw) in [(1e-7, 1), (1e-6, 2), (1e-6, 3)] {
        let losses = perturbed(link, noise, draw);
        assert_ne!(losses, plain);
        for every_step in [true, false] {
            assert_eq!(
                left_at(&plain, &losses, every_step),
                None,
                "{noise}, {draw}"
            );
        }
    }
    for (option, step) in [("&seed=2", 1), ("&opt=sgd", 2)] {
        let losses = perturbed(&format!("{link}{option}"), 0.0, 0);
        assert_eq!(left_at(&plain, &losses, true), Some(step), "{option}");
        assert!(left_at(&plain, &losses, false).is_some(), "{option}");
    }
}

/// Prints the table in `docs/the-same-again.md`.
#[test]
#[ignore = "it measures, for many minutes"]
fn how_far_rounding_leads() {
    println!(
        "| recipe | noise | start, in parts of its bound | mean off at most: every step, marks |\n|---|---|---|---|"
    );
    for link in [
        "subset=5000&steps=400&batch=32",
        "subset=2000&steps=400&batch=16&opt=sgd&lr=0.05&momentum=0.9",
        "model=resnet-8&subset=500&batch=8&steps=150",
    ] {
        let plain = perturbed(link, 0.0, 0);
        for (noise, draws) in [(1e-7, 4..5), (1e-6, 1..4), (1e-5, 4..5)] {
            let (mut start, mut every, mut marks) = (0f32, 0f64, 0f64);
            for draw in draws {
                let losses = perturbed(link, noise, draw);
                let pairs: Vec<_> = plain.iter().copied().zip(losses).collect();
                for (step, (expected, got)) in (0..14).zip(&pairs) {
                    start = start.max((got - expected).abs() / expected / (1e-4 * 2f32.powi(step)));
                }
                every = every.max(mean_difference(pairs.iter()));
                let chosen = mark_steps(pairs.len() as u64).map(|step| &pairs[step as usize - 1]);
                marks = marks.max(mean_difference(chosen));
            }
            println!(
                "| `{link}` | {noise:e} | {start:.4} | {:.1} %, {:.1} % |",
                100.0 * every,
                100.0 * marks
            );
        }
    }
}

/// The largest difference of a loss among each network's first 50, from initial weights that differ by a rounding: beside it belongs what
/// `cargo xtask bench agreement --networks all --batch 32` prints.
#[test]
#[ignore = "it measures, for many minutes"]
fn how_far_rounding_leads_each_network() {
    println!("| network | largest difference of 50 losses |\n|---|---|");
    for recipe in crate::registry::default_recipes() {
        let model = recipe.model.name();
        let link = format!("model={model}&data=digits&subset=1000&epochs=1000&seed=1&batch=32");
        let plain = first_losses(50, &link, 0.0, 0);
        let losses = first_losses(50, &link, f32::EPSILON / 2.0, 1);
        let differences = losses.iter().zip(&plain);
        let differences = differences.map(|(other, loss)| ((other - loss) / loss).abs());
        println!("| {model} | {:.1e} |", differences.fold(0.0, f32::max));
    }
}

/// The largest relative difference of the means while the run goes on.
fn mean_difference<'a>(pairs: impl Iterator<Item = &'a (f32, f32)>) -> f64 {
    let (mut promised, mut found, mut most) = (0.0, 0.0, 0f64);
    for (expected, got) in pairs {
        promised += f64::from(*expected);
        found += f64::from(*got);
        most = most.max((found / promised - 1.0).abs());
    }
    most
}
