//! Scores.

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
