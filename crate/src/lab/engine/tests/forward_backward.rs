//! One pass on given numbers.

use futures_lite::future::block_on;

use crate::lab::engine::Engine;
use crate::lab::engine::forward_backward::{Inputs, Outputs, forward_backward};
use crate::registry::parse;

fn computed(inputs: Inputs) -> Result<Outputs, String> {
    let recipe = parse("model=mlp&data=mnist").unwrap().recipe;
    let computed = block_on(forward_backward(&Engine::cpu(), &recipe, inputs));
    computed.map_err(|error| error.to_string())
}

fn two_images() -> Inputs {
    Inputs {
        weights: None,
        pixels: vec![0.5; 2 * 784],
        labels: vec![3, 7],
    }
}

#[test]
fn given_weights_are_used() {
    let initial = computed(two_images()).unwrap();
    assert_eq!(initial.logits.len(), 20);
    assert!((initial.loss - 10f32.ln()).abs() < 0.5, "{}", initial.loss);
    let zeros = vec![0.0; initial.gradient.len()];
    let inputs = Inputs {
        weights: Some(zeros),
        ..two_images()
    };
    let computed = computed(inputs).unwrap();
    assert_eq!(computed.logits, [0.0; 20]);
    assert_eq!(computed.eval_logits, [0.0; 20]);
    assert!((computed.loss - 10f32.ln()).abs() < 1e-6);
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let refused = |inputs| computed(inputs).unwrap_err();
    assert_eq!(
        refused(Inputs {
            pixels: vec![0.0; 784],
            ..two_images()
        }),
        "784 numbers are no 2 images of 1×28×28, which have 784 each."
    );
    assert_eq!(
        refused(Inputs {
            labels: vec![3, 10],
            ..two_images()
        }),
        "There is no class 10 among 10."
    );
    assert_eq!(
        refused(Inputs {
            weights: Some(vec![0.0; 5]),
            ..two_images()
        }),
        "5 weights were given; the network has 266610."
    );
}
