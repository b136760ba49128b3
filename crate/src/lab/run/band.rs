//! How far runs stray from each other by rounding alone: what the band is chosen from, and that it holds.

use futures_lite::future::block_on;

use super::tests::{data, recipe};
use super::*;
use crate::lab::verify::band::Band;
use crate::recipe::mark_steps;

/// The losses of a run whose initial weights are off by about so much of themselves, in a way that `draw` decides.
fn disturbed(link: &str, noise: f32, draw: u64) -> Vec<f32> {
    let recipe = recipe(link);
    let data = data(&recipe);
    let mut run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
    if noise > 0.0 {
        let mut stream = stream(draw, Purpose::Dropout, 0);
        let weights = numbers(run.learner.weights.clone()).into_iter();
        let weights = weights.map(|weight| weight * (1.0 + noise * stream.normal()));
        run.learner.weights = vector(weights.collect());
    }
    let reports = block_on(run.step(u64::MAX)).unwrap();
    reports.iter().map(|report| report.loss).collect()
}

/// The step at which the band says that it is another run: compared at every step, or at a link's marks.
fn left(promised: &[f32], losses: &[f32], whole: bool) -> Option<u64> {
    let steps = promised.len() as u64;
    let marks: Vec<u64> = match whole {
        true => (1..=steps).collect(),
        false => mark_steps(steps).collect(),
    };
    let mut band = Band::default();
    let at = |of: &[f32], step: u64| of[step as usize - 1];
    marks.into_iter().find(|step| {
        band.see(*step, at(promised, *step), at(losses, *step))
            .is_some()
    })
}

#[test]
fn rounding_stays_in_the_band_and_other_runs_leave_it() {
    let link = "subset=640&batch=16&steps=80&warmup=0&lr=0.003";
    let plain = disturbed(link, 0.0, 0);
    for (noise, draw) in [(1e-7, 1), (1e-6, 2), (1e-6, 3)] {
        let losses = disturbed(link, noise, draw);
        assert_ne!(losses, plain);
        for whole in [true, false] {
            assert_eq!(left(&plain, &losses, whole), None, "{noise}, {draw}");
        }
    }
    for (other, at) in [("&seed=2", 1), ("&opt=sgd", 2)] {
        let losses = disturbed(&format!("{link}{other}"), 0.0, 0);
        assert_eq!(left(&plain, &losses, true), Some(at), "{other}");
        assert!(left(&plain, &losses, false).is_some(), "{other}");
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
        let plain = disturbed(link, 0.0, 0);
        for (noise, draws) in [(1e-7, 4..5), (1e-6, 1..4), (1e-5, 4..5)] {
            let (mut start, mut every, mut marks) = (0f32, 0f64, 0f64);
            for draw in draws {
                let losses = disturbed(link, noise, draw);
                let pairs: Vec<_> = plain.iter().copied().zip(losses).collect();
                for (step, (expected, got)) in (0..14).zip(&pairs) {
                    start = start.max((got - expected).abs() / expected / (1e-4 * 2f32.powi(step)));
                }
                every = every.max(mean_off(pairs.iter()));
                let chosen = mark_steps(pairs.len() as u64).map(|step| &pairs[step as usize - 1]);
                marks = marks.max(mean_off(chosen));
            }
            println!(
                "| `{link}` | {noise:e} | {start:.4} | {:.1} %, {:.1} % |",
                100.0 * every,
                100.0 * marks
            );
        }
    }
}

/// How far the mean was off at most, in parts of the promised one, as the run went on.
fn mean_off<'a>(pairs: impl Iterator<Item = &'a (f32, f32)>) -> f64 {
    let (mut promised, mut found, mut most) = (0.0, 0.0, 0f64);
    for (expected, got) in pairs {
        promised += f64::from(*expected);
        found += f64::from(*got);
        most = most.max((found / promised - 1.0).abs());
    }
    most
}
