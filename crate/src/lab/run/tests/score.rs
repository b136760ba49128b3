//! Scores.

use futures_lite::future::block_on;

use super::start;
use crate::lab::run::Run;
use crate::lab::run::evaluation::EvaluationPart;
use crate::lab::run::evaluation::EvaluationSplit::{self, Test, Validation};
use crate::lab::run::score::Score;

#[test]
fn padding_of_the_last_batch_is_not_counted() {
    let logits = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 9.0, 0.0];
    let score = Score::new(logits, &[1.0, 2.0, 3.0, 99.0], &[1, 0, 0], 2).unwrap();
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
