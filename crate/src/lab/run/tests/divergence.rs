//! Runs whose numbers stop being finite: they stop at the last good step, and answer nothing that is not a number.

use futures_lite::future::block_on;

use super::inspect::image;
use super::{Run, start};
use crate::data::digits::SIDE;
use crate::lab::LabError;
use crate::lab::engine::Engine;
use crate::lab::run::DeviceData;
use crate::lab::run::persist::Origin;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::worker_pool::worker::{from_host, to_host};

/// Its losses grow to infinity within few steps.
const DIVERGING: &str = "model=lenet5&data=digits&subset=200&batch=16&lr=100&opt=sgd&momentum=0.999&warmup=0&schedule=constant";

/// Pulls until the run is over. Gives the error that ended it, if one did.
fn train(run: &mut Run, pull: u64) -> Option<LabError> {
    loop {
        match block_on(run.step(pull)) {
            Ok(reports) if reports.is_empty() => return None,
            Ok(_) => {}
            Err(error) => return Some(error),
        }
    }
}

fn start_on_device(link: &str) -> Run {
    let mut run = start(link);
    let shape = [1, SIDE, SIDE];
    let train = DeviceSplit::upload(&run.data.train, 200, shape, &run.engine.device);
    run.device_data = Some(DeviceData {
        train: Some(train),
        test: std::cell::OnceCell::new(),
        largest: None,
    });
    run
}

/// What a checkpoint holds, and that it can be read again.
fn checkpoint(run: &Run) -> Vec<u8> {
    let bytes = block_on(run.checkpoint()).unwrap();
    let engine = Engine::cpu();
    let (recipe, data) = (run.recipe.clone(), run.data.clone());
    let resumed = Run::resume(&engine, recipe, data, &bytes, Origin::File);
    assert_eq!(block_on(resumed).unwrap().steps_done(), run.steps_done());
    bytes
}

#[test]
fn a_run_that_diverges_stays_at_the_last_good_step() {
    for begin in [start, start_on_device] {
        for pull in [1, 7, 30] {
            let link = format!("{DIVERGING}&steps=30");
            let mut run = begin(&link);
            let error = train(&mut run, pull).unwrap();
            assert_eq!(error.kind(), "nan");
            let good = run.steps_done();
            assert_eq!(error.step(), Some(good + 1));
            assert!(good < 29, "{error}");
            // The same as a run that was stopped there.
            let mut stopped = begin(&link);
            let reports = block_on(stopped.step(good)).unwrap();
            assert_eq!(reports.len() as u64, good);
            assert_eq!(checkpoint(&run), checkpoint(&stopped));
            assert_eq!(run.trace(), stopped.trace());
            let again = block_on(run.step(1)).unwrap_err();
            assert_eq!(again.to_string(), error.to_string());
        }
    }
}

#[test]
fn a_network_that_answers_nan_has_no_score_and_no_answer() {
    let mut run = start(&format!("{DIVERGING}&val=16&steps=3"));
    block_on(run.step(2)).unwrap();
    // Finite weights whose products are not.
    run.trainer.weights = from_host(vec![1e30; run.parameters()]);
    let saliency = block_on(run.saliency(&image(), 0)).map(|_| ());
    let errors = [
        block_on(run.evaluate()).map(|_| ()),
        block_on(run.validate()).map(|_| ()),
        block_on(run.evaluate_on(run.data())).map(|_| ()),
        block_on(run.predict(&image())).map(|_| ()),
        block_on(run.activations(&image(), 9)).map(|_| ()),
        saliency,
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.step()), ("nan", Some(2)), "{error}");
        assert!(error.to_string().contains("After step 2"), "{error}");
    }
    assert_eq!(run.predictions(), None);
}

#[test]
fn a_network_that_answers_nan_has_no_saliency_even_where_its_gradient_is_finite() {
    let mut run = start(&format!("{DIVERGING}&steps=3"));
    block_on(run.step(3)).unwrap();
    let saliencies = (0..10).map(|class| block_on(run.saliency(&image(), class)));
    for saliency in saliencies {
        let error = saliency.unwrap_err();
        assert_eq!((error.kind(), error.step()), ("nan", Some(3)), "{error}");
    }
}

#[test]
fn an_update_that_is_not_finite_is_not_applied() {
    for begin in [start, start_on_device] {
        let mut run = begin(&format!("{DIVERGING}&steps=9"));
        block_on(run.step(1)).unwrap();
        let velocity = from_host(vec![3e38; run.parameters()]);
        run.trainer.optimizer.state.first_moment = Some(velocity);
        let before = to_host(run.trainer.weights.clone());
        let error = block_on(run.step(5)).unwrap_err();
        assert!(
            matches!(error, LabError::NotFiniteUpdate { step: 2 }),
            "{error}"
        );
        assert_eq!(to_host(run.trainer.weights.clone()), before);
        assert_eq!(run.steps_done(), 1);
        assert!(block_on(run.predict(&image())).is_ok());
    }
}

#[test]
fn pixels_that_no_image_has_are_refused() {
    let run = start("model=lenet5&data=digits&subset=64&batch=16&steps=2");
    for pixel in [f32::NAN, f32::INFINITY, 1e38, -1.0, 255.0] {
        let mut pixels = image();
        pixels[5] = pixel;
        let error = block_on(run.predict(&pixels)).unwrap_err();
        assert_eq!(error.kind(), "run");
        let sentence = format!(
            "An image for this network has 784 numbers from 0 to 1 (1×28×28); {pixel} is among these."
        );
        assert_eq!(error.to_string(), sentence);
    }
}
