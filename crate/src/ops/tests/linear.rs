//! Linear layers.

use proptest::prelude::*;

use super::*;
use crate::ops::linear;

pub(super) fn linear_results([batch, inputs, outputs]: [usize; 3], by: &Implementation) -> Results {
    let x = by.leaf(1, [batch, inputs]);
    let weights = by.leaf(2, [inputs, outputs]);
    let bias = by.leaf(3, [outputs]);
    let output = match by.ours {
        true => linear(x.clone(), weights.clone(), bias.clone()),
        false => x.clone().matmul(weights.clone()) + bias.clone().reshape([1, outputs]),
    };
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("input gradient", gradient(&x, &mut gradients)),
        ("weight gradient", gradient(&weights, &mut gradients)),
        ("bias gradient", gradient(&bias, &mut gradients)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_linear_layer_is_burns(sizes in [1usize..9, 1..40, 1..40]) {
        is_burns(&format!("{sizes:?}"), |by| linear_results(sizes, by));
    }
}
