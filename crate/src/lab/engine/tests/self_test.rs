//! The comparison of the self-test.

use crate::lab::engine::Engine;
use crate::lab::engine::self_test::{
    GRADIENT, MAX_TOLERANCE, TOLERANCE, compare, first_step, tolerance,
};
use crate::lab::train::plan::TrainingPlan;

#[test]
fn a_difference_is_named_and_nan_always_differs() {
    assert!(compare("x", &[1.0, -10.0], &[1.001, -10.0], TOLERANCE).is_ok());
    assert_eq!(
        compare("the logits", &[1.0, 2.0], &[1.0, 2.1], TOLERANCE).unwrap_err(),
        "the logits differed: 2.1 where the CPU engine has 2."
    );
    assert!(compare("x", &[1.0], &[f32::NAN], MAX_TOLERANCE).is_err());
    assert!(compare("x", &[1.0], &[], MAX_TOLERANCE).is_err());
}

/// LeNet-5 is smooth enough for the smallest tolerance; rounding matters more in a deep network.
#[test]
fn deep_networks_get_a_larger_tolerance() {
    let gradient = |link: &str, is_perturbed: bool| {
        let recipe = crate::registry::parse(link).unwrap().recipe;
        let data = crate::data::synthesize(&recipe).unwrap();
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        let engine = Engine::cpu();
        let step = first_step(&engine, &recipe, &data, &plan, None, is_perturbed);
        futures_lite::future::block_on(step)
            .unwrap()
            .swap_remove(GRADIENT)
    };
    let tolerance_of =
        |link: &str| tolerance(&gradient(link, false), &gradient(link, true), TOLERANCE);
    let options = "&data=digits&subset=64&batch=16";
    assert_eq!(tolerance_of(&format!("model=lenet5{options}")), TOLERANCE);
    let deep = tolerance_of(&format!("model=googlenet{options}"));
    assert!(deep > 5.0 * TOLERANCE, "{deep}");
}
