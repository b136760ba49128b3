//! Runs that start from the weights of a file, and runs of which the first layers are frozen.

use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::*;
use crate::lab::run::load::stand_in;
use crate::lab::worker_pool::WorkerPool;
use crate::lab::worker_pool::threads::ThreadWorkers;

const STEPS: &str = "subset=64&batch=16&warmup=0&schedule=constant";

fn start_from(link: &str, weights: &[u8]) -> Result<Run, LabError> {
    let recipe = recipe(link);
    let data = data(&recipe);
    block_on(Run::start_from(&Engine::cpu(), recipe, data, Some(weights)))
}

/// A run's weights after some steps, and the mean loss of its training images then.
fn trained(model: &str, steps: u64) -> Vec<u8> {
    let mut run = start(&format!("model={model}&data=digits&{STEPS}&steps={steps}"));
    block_on(run.step(steps)).unwrap();
    block_on(run.weights()).unwrap()
}

fn weights_of(run: &Run) -> Vec<f32> {
    to_host(run.trainer.weights.clone())
}

#[test]
fn a_run_starts_where_the_weights_are() {
    let weights = trained("resnet-8", 24);
    // A batch is all of the data, so that its first loss is that of the trained network.
    let link = "model=resnet-8&data=digits&subset=64&batch=64&shards=1&warmup=0&lr=1e-7&steps=2";
    let mut on = start_from(link, &weights).unwrap();
    let mut drawn = start(link);
    let [first, first_drawn] =
        [&mut on, &mut drawn].map(|run| block_on(run.step(1)).unwrap()[0].loss);
    assert!(
        first < 0.9 * first_drawn,
        "{first} where {first_drawn} is drawn"
    );
    assert!(on.notices().is_empty(), "{:?}", on.notices());
    // Its link names the file, and the check is of that link.
    let named = on.recipe().link();
    let digest = crate::hex::hex(&Sha256::digest(&weights));
    assert!(
        named.contains(&format!("&init={}&", &digest[..16])),
        "{named}"
    );
    assert_eq!(parse(&named).unwrap().recipe, *on.recipe());
    let mut again = start_from(&named, &weights).unwrap();
    block_on(again.step(1)).unwrap();
    assert_eq!(bits(&again), bits(&on));
    assert_eq!(check(&again), check(&on));
    // Whose weights are changed is another run.
    let mut other = start_from(link, &trained("resnet-8", 23)).unwrap();
    block_on(other.step(1)).unwrap();
    assert_ne!(other.recipe().link(), named);
    assert_ne!(check(&other), check(&on));
}

#[test]
fn a_link_that_starts_from_weights_wants_that_file() {
    let weights = trained("lenet5", 1);
    let link = format!("model=lenet5&data=digits&{STEPS}&steps=1&init=0123456789abcdef");
    let given = start_from(&link, &weights).unwrap_err();
    assert_eq!((given.kind(), given.key()), ("weights", Some("init")));
    let found = crate::hex::hex(&Sha256::digest(&weights));
    assert_eq!(
        given.to_string(),
        format!(
            "This run starts from the weights of a file whose digest begins with 0123456789abcdef; that of the file that was given begins with {}.",
            &found[..16]
        )
    );
    let recipe = recipe(&link);
    let missing = block_on(Run::start(&Engine::cpu(), recipe.clone(), data(&recipe))).unwrap_err();
    assert_eq!(missing.kind(), "weights");
    assert_eq!(
        missing.to_string(),
        "This run starts from the weights of a file whose digest begins with 0123456789abcdef: give that file."
    );
    // Another network's, by the right digest.
    let other = format!("model=resnet-8&data=digits&{STEPS}&steps=1");
    let other = start_from(&other, &weights).unwrap_err();
    assert_eq!(other.kind(), "file");
    assert!(
        other
            .to_string()
            .ends_with("The file says that it is of LeNet-5; this network is ResNet-8."),
        "{other}"
    );
    // To answer, such a network needs none before its own weights are loaded.
    let mut asked = recipe.clone();
    (asked.subset, asked.val) = (0, 0);
    let data = Arc::new(stand_in(&asked, None).unwrap());
    let mut run = block_on(Run::start(&Engine::cpu(), asked, data)).unwrap();
    run.load_weights(&weights).unwrap();
}

#[test]
fn a_run_from_weights_resumes_without_their_file() {
    let weights = trained("lenet5", 2);
    let link = format!("model=lenet5&data=digits&{STEPS}&steps=6&opt=adam");
    let mut whole = start_from(&link, &weights).unwrap();
    block_on(whole.step(3)).unwrap();
    let checkpoint = block_on(whole.checkpoint()).unwrap();
    block_on(whole.step(3)).unwrap();
    let recipe = whole.recipe().clone();
    let data = data(&recipe);
    let engine = Engine::cpu();
    let resumed = Run::resume(&engine, recipe, data, &checkpoint, Origin::File);
    let mut resumed = block_on(resumed).unwrap();
    block_on(resumed.step(3)).unwrap();
    assert_eq!(bits(&resumed), bits(&whole));
    assert_eq!(check(&resumed), check(&whole));
}

/// What starts anew is as it is drawn, and all else is the file's.
#[test]
fn layers_that_do_not_fit_start_anew() {
    let weights = trained("resnet-8", 2);
    let link = "model=resnet-8&data=own&classes=3&size=28&channels=grey&batch=4&epochs=1";
    let data = Dataset {
        digest: "00".repeat(32),
        normalization: Some(Normalization {
            mean: vec![0.5],
            std: vec![0.25],
        }),
        ..stand_in(
            &recipe(link),
            Some(Normalization {
                mean: vec![0.5],
                std: vec![0.25],
            }),
        )
        .unwrap()
    };
    let data = Arc::new(data);
    let run = |weights| {
        block_on(Run::start_from(
            &Engine::cpu(),
            recipe(link),
            data.clone(),
            weights,
        ))
        .unwrap()
    };
    let (drawn, on) = (run(None), run(Some(&weights[..])));
    assert_eq!(
        on.notices()[0],
        "The weights of classes start anew: the file has 10×64 where this network has 3×64."
    );
    let (drawn, found) = (weights_of(&drawn), weights_of(&on));
    for slot in &on.trainer.slots {
        let part = slot.start..slot.start + slot.len();
        let is_drawn = drawn[part.clone()] == found[part];
        // Scales and shifts may be what they are drawn as.
        assert_eq!(is_drawn, slot.name.starts_with("fc."), "{}", slot.name);
    }
}

#[test]
fn frozen_layers_and_their_statistics_keep_every_bit() {
    // With everything that moves a weight beside its gradient.
    for options in [
        "model=resnet-8&opt=sgd&wd=0.1&decay=all&average=ema&bias_lr=2&freeze=7",
        "model=resnet-8&opt=adamw&wd=0.1&decay=all&average=lookahead&clip=0.5&freeze=1",
        "model=lenet5&opt=muon&wd=0.1&decay=all&freeze=4",
        "model=resnet-8&opt=rmsprop&freeze=14",
    ] {
        let link = format!("{options}&data=digits&{STEPS}&steps=7");
        let mut run = start(&link);
        let graph = run.trainer.graph();
        let (parameters, statistics) = (graph.frozen_parameters(), graph.frozen_statistics());
        let before = weights_of(&run);
        let running = |run: &Run| {
            run.trainer
                .running_statistics
                .clone()
                .map(to_host)
                .unwrap_or_default()
        };
        let running_before = running(&run);
        block_on(run.step(7)).unwrap();
        let after = weights_of(&run);
        let scored = to_host(run.trainer.scored_weights().clone());
        for (index, slot) in run.trainer.slots.iter().enumerate() {
            let part = slot.start..slot.start + slot.len();
            let is_kept = |now: &[f32]| {
                let bits = |values: &[f32]| {
                    values
                        .iter()
                        .map(|value| value.to_bits())
                        .collect::<Vec<_>>()
                };
                bits(&now[part.clone()]) == bits(&before[part.clone()])
            };
            assert_eq!(is_kept(&after), index < parameters, "{link}: {}", slot.name);
            assert_eq!(
                is_kept(&scored),
                index < parameters,
                "{link}: {}",
                slot.name
            );
        }
        let running_after = running(&run);
        assert_eq!(
            running_after[..statistics],
            running_before[..statistics],
            "{link}"
        );
        let trained = running_after[statistics..]
            .iter()
            .zip(&running_before[statistics..]);
        assert!(
            trained.clone().all(|(after, before)| after != before),
            "{link}"
        );
        assert!(
            running_before.is_empty() || statistics > 0 || options.contains("freeze=1"),
            "{link}"
        );
    }
}

/// A frozen normalization is in eval mode: one network in two halves says what its gradient is.
#[test]
fn frozen_layers_compute_as_in_eval_mode() {
    let weights = trained("resnet-8", 12);
    let options = "model=resnet-8&data=digits&subset=64&batch=64&shards=1&warmup=0&lr=1e-7&steps=1";
    let layers = recipe(options);
    let layers = crate::zoo::build_graph(&layers).layers_with_parameters();
    // With all but the classes frozen, the loss of a step is that of an evaluation on the same images.
    let link = format!("{options}&freeze={}", layers - 1);
    let mut run = start_from(&link, &weights).unwrap();
    let model = run.trainer.eval_model();
    let batch = run.batch(1).unwrap();
    let (images, labels) = batch.upload([1, 28, 28], &run.engine.device);
    let losses = to_host(model.losses(model.forward(images), labels));
    let mean = losses.iter().sum::<f32>() / 64.0;
    let loss = block_on(run.step(1)).unwrap()[0].loss;
    assert!(
        (loss - mean).abs() < 1e-5,
        "{loss} where an evaluation has {mean}"
    );
    // In train mode it is another: what the layers see of a batch differs from what they have seen.
    let mut thawed = start_from(options, &weights).unwrap();
    let other = block_on(thawed.step(1)).unwrap()[0].loss;
    assert!((other - mean).abs() > 1e-3, "{other} {mean}");
}

/// The gradient of what is left is what it would be, bit for bit where nothing else differs.
#[test]
fn freezing_changes_no_bit_of_the_other_gradients() {
    for (model, freeze) in [("lenet5", 2), ("mlp", 1), ("vit", 9), ("alexnet", 3)] {
        let link = |freeze: u64| {
            format!("model={model}&data=digits&{STEPS}&dropout=0&steps=1&freeze={freeze}")
        };
        let link = |freeze| match model {
            "alexnet" => link(freeze),
            _ => link(freeze).replace("&dropout=0", ""),
        };
        let gradient = |freeze| {
            let mut run = start(&link(freeze));
            run.records_steps = true;
            block_on(run.step(1)).unwrap();
            let first = run.trainer.graph().frozen_parameters();
            let start = run.trainer.slots[first].start;
            (start, to_host(run.recorded_step.take().unwrap().gradient))
        };
        let ((_, all), (start, rest)) = (gradient(0), gradient(freeze));
        assert!(start > 0);
        assert_eq!(all[start..], rest[start..], "{model}");
        assert!(rest[..start].iter().all(|value| *value == 0.0), "{model}");
        assert!(all[..start].iter().any(|value| *value != 0.0), "{model}");
    }
}

#[test]
fn the_number_of_workers_changes_no_bit_of_a_frozen_run() {
    let weights = trained("resnet-8", 6);
    let link = format!("model=resnet-8&data=digits&{STEPS}&shards=4&steps=4&freeze=8");
    let mut alone = start_from(&link, &weights).unwrap();
    block_on(alone.step(4)).unwrap();
    for workers in [1, 3] {
        let engine = Engine::cpu_with(WorkerPool::new(Rc::new(ThreadWorkers::new(workers))));
        let recipe = recipe(&link);
        let data = data(&recipe);
        let shared = Run::start_from(&engine, recipe, data, Some(&weights));
        let mut shared = block_on(shared).unwrap();
        block_on(shared.step(4)).unwrap();
        assert_eq!(bits(&shared), bits(&alone), "{workers}");
        assert_eq!(check(&shared), check(&alone), "{workers}");
        let failures = shared.engine().worker_pool.take_failures();
        assert!(failures.is_empty(), "{failures:?}");
    }
}

/// Every network is trained with some of its layers frozen, also where a residual connection goes around them.
#[test]
fn every_network_can_be_frozen_up_to_its_last_layer() {
    for model in crate::zoo::representatives() {
        let model = model.model.name();
        let graph = crate::zoo::build_graph(&recipe(&format!("model={model}")));
        let layers = graph.layers_with_parameters();
        for freeze in [1, layers / 2, layers - 1] {
            let link = format!("model={model}&freeze={freeze}");
            let recipe = recipe(&link);
            let frozen = crate::zoo::build_graph(&recipe);
            assert_eq!(frozen.layers_with_parameters(), layers);
            let trained = frozen.frozen_parameters()..;
            let names = Trainer::new(&recipe, &Engine::cpu().device).slots;
            assert!(names[trained].iter().any(|slot| !slot.is_frozen), "{link}");
        }
        let error = parse(&format!("model={model}&freeze={layers}")).unwrap_err();
        let text = error.to_string();
        let expected =
            format!(", which has {layers} layers with weights: one must be left to train.");
        assert!(text.ends_with(&expected), "{text}");
        assert_eq!(error.key(), Some("freeze"));
    }
    for (model, freeze) in [
        ("resnet-18", 7),
        ("densenet", 6),
        ("googlenet", 9),
        ("vit", 12),
        ("airbench", 3),
        ("resnet-8", 12),
    ] {
        let link =
            format!("model={model}&subset=8&batch=4&shards=2&steps=2&warmup=0&freeze={freeze}");
        let mut run = start(&link);
        let reports = block_on(run.step(2)).unwrap();
        assert!(
            reports.iter().all(|report| report.loss.is_finite()),
            "{link}"
        );
    }
}

#[test]
fn freezing_all_is_refused() {
    let refused = parse("model=lenet5&freeze=5").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "freeze=5 is not allowed: freeze is a whole number from 0 to 4 with LeNet-5, which has 5 layers with weights: one must be left to train."
    );
    assert!(parse("model=lenet5&freeze=4").is_ok());
}
