//! What was proven is remembered.

use std::sync::Arc;

use futures_lite::future::block_on;

use super::gpu;
use crate::data::synthesize;
use crate::lab::engine::proofs::{Proofs, digest_of};
use crate::lab::engine::{Engine, SelfTestStatus};
use crate::lab::run::Run;
use crate::ops::gpu::program::Program;

const LINK: &str = "model=stack&layers=conv4x3p1,norm,relu,max2,fc8&data=digits&subset=64&batch=8";

fn started(engine: &Engine, link: &str) -> Run {
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    block_on(Run::start(engine, recipe, data)).unwrap()
}

fn status(run: &Run) -> SelfTestStatus {
    run.engine().info.self_test
}

#[test]
fn programs_that_passed_are_tested_in_short_the_next_time() {
    let engine = gpu();
    let first = started(&engine, LINK);
    assert_eq!(status(&first), SelfTestStatus::Passed);
    let record = first.proof().unwrap();

    // On the engine of another visit, which is handed the record.
    let next = gpu();
    next.proofs.take(&record);
    let again = started(&next, LINK);
    assert_eq!(status(&again), SelfTestStatus::PassedAgain);
    assert_eq!(again.proof().unwrap(), record);
    // Another seed has the same programs; another batch has others.
    let seed = started(&next, &format!("{LINK}&seed=2"));
    assert_eq!(status(&seed), SelfTestStatus::PassedAgain);
    let link = LINK.replace("batch=8", "batch=16");
    assert_eq!(status(&started(&next, &link)), SelfTestStatus::Passed);
}

#[test]
fn a_recipe_whose_numbers_are_not_finite_proves_nothing() {
    let engine = gpu();
    // The learning rate is not part of the programs: this test must not shorten that of a recipe that can be compared.
    let rates = "opt=sgd&momentum=0.999&warmup=0&schedule=constant";
    // Without activations nothing stops growing.
    let deep = "model=stack&layers=conv8x3p1,conv8x3p1,max2,conv8x3p1,conv8x3p1,conv8x3p1,fc64,fc64,fc64&data=digits&subset=64&batch=8";
    let exploding = started(&engine, &format!("{deep}&{rates}&lr=100"));
    assert_eq!(exploding.proof(), None);
    let proven = started(&engine, &format!("{deep}&{rates}&lr=0.001"));
    assert!(proven.proof().is_some());
    assert_eq!(status(&proven), SelfTestStatus::Passed);
}

#[test]
fn what_is_no_record_is_left_out() {
    let digest = digest_of(&[&Program::default()], "host");
    let record = |line: &str| {
        let proofs = Proofs::default();
        proofs.take(line);
        proofs.record(&digest)
    };
    assert_eq!(record(&digest), Some(digest.clone()));
    let with_choice = format!("{digest} 3,1,4");
    assert_eq!(record(&with_choice), Some(with_choice.clone()));
    let wrong = [
        digest[1..].to_owned(),
        digest.to_uppercase(),
        format!(" {digest}"),
        format!("{digest} {}", "1".repeat(10_000)),
        format!("{digest}0"),
    ];
    for line in wrong {
        assert_eq!(record(&line), None, "{line}");
    }
}

#[test]
fn a_digest_tells_apart_whatever_differs() {
    let mut program = Program::default();
    let empty = digest_of(&[&program], "host");
    assert_ne!(empty, digest_of(&[&program], "another"));
    assert_ne!(empty, digest_of(&[&program, &program], "host"));
    program.temporary(64);
    assert_ne!(empty, digest_of(&[&program], "host"));
}
