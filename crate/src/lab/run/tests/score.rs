//! Scores.

use futures_lite::future::block_on;

use super::{bits, check, data, recipe, start};
use crate::data::Dataset;
use crate::lab::engine::Engine;
use crate::lab::run::Run;
use crate::lab::run::evaluation::EvaluationPart;
use crate::lab::run::evaluation::EvaluationSplit::{self, Test, Validation};
use crate::lab::run::score::Score;
use crate::recipe::TestTimeAugmentation::{Flip, Off};

#[test]
fn padding_of_the_last_batch_is_not_counted() {
    let logits = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 9.0, 0.0];
    let score = Score::new(logits, &[1.0, 2.0, 3.0, 99.0], &[1, 0, 0], 2, Off).unwrap();
    assert_eq!(score.examples, 3);
    assert_eq!(score.accuracy, 2.0 / 3.0);
    assert_eq!(score.loss, 2.0);
    assert_eq!(score.confusion, [[1, 1], [0, 1]]);
    assert_eq!(score.logits, [0.0, 1.0, 2.0, 1.0, 0.0, 3.0]);
}

fn part(run: &Run, split: EvaluationSplit, examples: usize) -> EvaluationPart {
    block_on(run.evaluate_part(split, examples)).unwrap()
}

#[test]
fn an_evaluation_in_parts_has_the_bits_of_a_whole_one() {
    let mut run = start("subset=200&batch=32&steps=4&val=70");
    block_on(run.step(2)).unwrap();
    let whole = block_on(run.evaluate()).unwrap();
    let predictions = run.predictions();
    let validation = block_on(run.validate()).unwrap();
    for (split, score) in [(Test, Some(whole)), (Validation, validation)] {
        let total = score.as_ref().map_or(0, |score| score.examples);
        // A part is of whole batches: of 64 at least.
        let (mut done, mut parts) = (0, 0);
        let last = loop {
            let part = part(&run, split, 1);
            assert_eq!((part.done, part.total), (total.min(done + 64), total));
            (done, parts) = (part.done, parts + 1);
            if part.score.is_some() {
                break part.score.map(|score| Score {
                    logits: Vec::new(),
                    ..score
                });
            }
        };
        assert_eq!(parts, total.div_ceil(64));
        assert_eq!(
            last,
            score.map(|score| Score {
                logits: Vec::new(),
                ..score
            })
        );
    }
    assert_eq!(run.predictions(), predictions);
}

#[test]
fn a_part_of_an_evaluation_belongs_to_its_step_and_its_split() {
    let mut run = start("subset=200&batch=32&steps=4&val=70");
    assert_eq!(part(&run, Test, 1).done, 64);
    assert!(part(&run, Validation, usize::MAX).score.is_some());
    assert_eq!(part(&run, Test, 1).done, 64);
    block_on(run.step(1)).unwrap();
    assert_eq!(part(&run, Test, 1).done, 64);
    // What is left at once is the rest of it.
    let rest = part(&run, Test, usize::MAX);
    assert_eq!(rest.done, rest.total);
    assert_eq!(rest.score, Some(block_on(run.evaluate()).unwrap()));
}

#[test]
fn a_deferred_evaluation_has_the_bits_of_one_at_its_step() {
    let mut run = start("model=resnet-8&subset=200&batch=32&steps=4&val=70");
    let mut expected = Vec::new();
    for _ in 0..2 {
        block_on(run.step(1)).unwrap();
        assert!(run.defer_evaluation());
        expected.push((
            block_on(run.evaluate()).unwrap(),
            block_on(run.validate()).unwrap(),
        ));
    }
    let mut undisturbed = start("model=resnet-8&subset=200&batch=32&steps=4&val=70");
    let reports = block_on(undisturbed.step(4)).unwrap();
    let losses: Vec<f32> = reports[2..].iter().map(|report| report.loss).collect();
    let later = block_on(run.step(2)).unwrap();
    assert_eq!(
        later.iter().map(|report| report.loss).collect::<Vec<_>>(),
        losses
    );
    for (step, (test, validation)) in (1..).zip(expected) {
        let whole = |split| block_on(run.evaluate_part_at(step, split, usize::MAX)).unwrap();
        let score = whole(Test).score.unwrap();
        assert_eq!(score.confusion, test.confusion);
        assert_eq!(score.loss.to_bits(), test.loss.to_bits());
        assert_eq!(run.predictions().unwrap().step, step);
        assert_eq!(
            whole(Validation).score.map(|score| score.loss),
            validation.map(|score| score.loss)
        );
    }
    run.forget_deferred(1);
    let forgotten = block_on(run.evaluate_part_at(1, Test, 1)).unwrap_err();
    assert_eq!(
        forgotten.to_string(),
        "The network of step 1 was not kept, so it cannot be scored: the run stands at step 4."
    );
}

#[test]
fn what_is_kept_for_deferred_evaluations_is_bounded() {
    // 30 MB of weights.
    let mut run = start("model=stack&layers=fc10000&steps=4&batch=2");
    let mut kept = 0;
    while run.defer_evaluation() {
        // One state of a step, however often it is kept.
        assert!(run.defer_evaluation());
        kept += 1;
        block_on(run.step(1)).unwrap();
    }
    assert_eq!(kept, 2);
    run.forget_deferred(0);
    assert!(run.defer_evaluation());
}

/// A run whose test images are all mirrored.
fn start_on_mirrored(link: &str) -> Run {
    let recipe = recipe(link);
    let data = data(&recipe);
    let mut test = (*data.test).clone();
    let width = data.info.width;
    test.images
        .chunks_exact_mut(width)
        .for_each(<[u8]>::reverse);
    let data = Dataset::new(data.info.clone(), data.train.clone(), test);
    block_on(Run::start(&Engine::cpu(), recipe, data.into())).unwrap()
}

/// The reference is computed by hand, as a program in PyTorch does: the mean of the logits of the images and of their mirror images,
/// of that the class and the cross-entropy.
#[test]
fn a_score_with_mirror_images_is_of_the_mean_logits() {
    for link in [
        "model=resnet-8&data=shapes&subset=96&batch=32&steps=3",
        "model=lenet5&subset=96&batch=32&steps=3&test=70&val=20",
    ] {
        let logits = |mut run: Run| {
            block_on(run.step(3)).unwrap();
            let score = block_on(run.evaluate()).unwrap();
            assert_eq!(score.tta, Off);
            run.predictions().unwrap().logits
        };
        let (plain, mirrored) = (logits(start(link)), logits(start_on_mirrored(link)));
        assert_ne!(plain, mirrored);
        let pairs = plain.iter().zip(&mirrored);
        let mean: Vec<f32> = pairs.map(|(a, b)| f32::midpoint(*a, *b)).collect();

        let mut run = start(&format!("{link}&tta=flip"));
        block_on(run.step(3)).unwrap();
        let score = block_on(run.evaluate()).unwrap();
        assert_eq!(score.tta, Flip);
        // What is shown of each image is what is scored.
        let shown = run.predictions().unwrap();
        assert_eq!(shown.logits, mean, "{link}");
        let (mut right, mut loss) = (0, 0.0);
        for (logits, label) in mean.chunks_exact(10).zip(&shown.labels) {
            let logits: Vec<f64> = logits.iter().map(|logit| f64::from(*logit)).collect();
            let of_label = logits[usize::from(*label)];
            right += usize::from(logits.iter().all(|logit| *logit <= of_label));
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            loss += sum.ln() - of_label;
        }
        assert_eq!(score.accuracy, right as f64 / score.examples as f64);
        let loss = loss / score.examples as f64;
        assert!((score.loss - loss).abs() < 1e-6, "{} {loss}", score.loss);
        let validation = block_on(run.validate()).unwrap();
        assert!(validation.is_none_or(|score| score.tta == Flip));
        let on = block_on(run.evaluate_on(run.data())).unwrap();
        assert_eq!(on.tta, Flip);
    }
}

/// Scores alone depend on it: training has the same trace and the same state, and an answer is to the one picture.
#[test]
fn mirror_images_change_scores_alone() {
    let link = "model=resnet-8&data=shapes&subset=96&batch=32&steps=4&score=2";
    let [mut plain, mut mirrored] =
        [link.to_owned(), format!("{link}&tta=flip")].map(|it| start(&it));
    for run in [&mut plain, &mut mirrored] {
        block_on(run.step(2)).unwrap();
        block_on(run.evaluate()).unwrap();
        block_on(run.step(2)).unwrap();
    }
    assert_eq!(bits(&plain), bits(&mirrored));
    let runs = [&plain, &mirrored];
    let [one, other] = runs.map(|run| block_on(run.state_digest()).unwrap().to_hex());
    assert_eq!(one, other);
    // The check names the whole recipe, as it does with other test images.
    assert_ne!(check(&plain), check(&mirrored));
    let [one, other] = runs.map(|run| block_on(run.evaluate()).unwrap().loss);
    assert_ne!(one, other);
    let picture: Vec<f32> = (0..3 * 32 * 32).map(|at| (at % 7) as f32 / 7.0).collect();
    let [one, other] = runs.map(|run| block_on(run.predict(&picture)).unwrap());
    assert_eq!(one, other);
}
