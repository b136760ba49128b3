//! A network with the weights of a file.

use super::*;
use crate::lab::files::tensor_file;
use crate::lab::files::weights_file::WeightsFile;
use crate::lab::run::load::stand_in;

/// A run without data, with these weights.
fn loaded(recipe: &Recipe, weights: &[u8]) -> Result<Run, LabError> {
    let data = stand_in(recipe, None)?;
    let engine = Engine::cpu();
    let mut run = block_on(Run::start(&engine, recipe.clone(), Arc::new(data)))?;
    run.load_weights(weights)?;
    Ok(run)
}

#[test]
fn a_loaded_network_answers_as_its_run_does() {
    for model in ["lenet5", "resnet-8"] {
        let recipe = recipe(&format!(
            "model={model}&data=digits&subset=64&batch=16&warmup=0&steps=2"
        ));
        let engine = Engine::cpu();
        let mut run = block_on(Run::start(&engine, recipe.clone(), data(&recipe))).unwrap();
        block_on(run.step(2)).unwrap();
        let weights = block_on(run.weights()).unwrap();
        let pixels = [0.25; 28 * 28];
        let other = parse(&format!("model={model}&data=fashion"))
            .unwrap()
            .recipe;
        for recipe in [&recipe, &other] {
            let mut recipe = recipe.clone();
            (recipe.subset, recipe.val) = (0, 0);
            let loaded = loaded(&recipe, &weights).unwrap();
            let answer = block_on(loaded.predict(&pixels)).unwrap();
            let same = answer == block_on(run.predict(&pixels)).unwrap();
            // Another data set normalizes the same pixels by other numbers.
            assert_eq!(same, recipe.data.name() == "digits", "{model}");
        }
    }
}

#[test]
fn a_checkpoint_answers_with_the_weights_that_its_run_is_scored_with() {
    for (options, is_averaged) in [
        ("model=resnet-8&opt=adam", false),
        ("model=lenet5&average=ema&ema=0.9", true),
        ("model=mlp&opt=adam&average=lookahead", true),
    ] {
        let mut recipe = recipe(&format!("{options}&data=digits&subset=64&batch=16&steps=7"));
        let engine = Engine::cpu();
        let mut run = block_on(Run::start(&engine, recipe.clone(), data(&recipe))).unwrap();
        block_on(run.step(7)).unwrap();
        let checkpoint = block_on(run.checkpoint()).unwrap();
        let pixels = [0.25; 28 * 28];
        let scored = block_on(run.predict(&pixels)).unwrap();
        (recipe.subset, recipe.val) = (0, 0);
        let loaded = loaded(&recipe, &checkpoint).unwrap();
        assert_eq!(block_on(loaded.predict(&pixels)).unwrap(), scored);

        // Those that it was at are others.
        run.trainer.optimizer.state.average = None;
        let last = block_on(run.predict(&pixels)).unwrap();
        assert_eq!(last != scored, is_averaged, "{options}");
    }
}

#[test]
fn a_checkpoint_says_of_images_what_weights_say() {
    let recipe = recipe("model=mlp&widths=2&data=digits&subset=8&batch=4&steps=2");
    let run = block_on(Run::start(&Engine::cpu(), recipe.clone(), data(&recipe))).unwrap();
    let [weights, checkpoint] = [block_on(run.weights()), block_on(run.checkpoint())];
    let described = |file: Vec<u8>| WeightsFile::open(&file).unwrap().described();
    let of_weights = described(weights.unwrap());
    assert_eq!(of_weights.classes.as_ref().map(Vec::len), Some(10));
    assert_eq!(described(checkpoint.unwrap()), of_weights);
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let recipe = |model: &str| recipe(&format!("model={model}&data=digits&batch=16"));
    let engine = Engine::cpu();
    let own = recipe("lenet5");
    let run = block_on(Run::start(&engine, own.clone(), data(&own))).unwrap();
    let weights = block_on(run.weights()).unwrap();
    let checkpoint = block_on(run.checkpoint()).unwrap();
    let mut damaged = checkpoint.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let other_kind = tensor_file::write(&[("format", "notes")], &[]).unwrap();
    let refusal = |model: &str, file: &[u8]| loaded(&recipe(model), file).unwrap_err();
    for (model, file, what) in [
        (
            "resnet-8",
            &weights[..],
            "conv1.weight is 6×1×5×5 where 16×1×3×3 is right. The file says that it is of LeNet-5; this network is ResNet-8.",
        ),
        (
            "resnet-8",
            &checkpoint,
            "conv1.weight is 6×1×5×5 where 16×1×3×3 is right. The file says that it is of LeNet-5; this network is ResNet-8.",
        ),
        (
            "lenet5",
            &damaged,
            "its contents are not those that were written: it was damaged or changed.",
        ),
        ("lenet5", &other_kind, "it is another kind of file."),
        (
            "lenet5",
            &[],
            "it is no safetensors file, for it has 0 bytes in all.",
        ),
    ] {
        let error = refusal(model, file);
        assert_eq!(error.kind(), "file");
        assert_eq!(
            error.to_string(),
            format!("These weights cannot be used: {what}")
        );
    }
}

#[test]
fn somebodys_own_images_need_their_normalization() {
    let recipe = recipe("model=lenet5&data=own&classes=3&size=28&batch=4");
    let normalization = |channels: usize, std: f32| crate::recipe::Normalization {
        mean: vec![0.5; channels],
        std: vec![std; channels],
    };
    for (wrong, why) in [
        (
            None,
            "nothing says how the images of this network are normalized. Give the weights that Bunsen saved of the run (weights.safetensors), which say it.",
        ),
        (
            Some(normalization(1, 0.25)),
            "their mean and deviation have 1 and 1 numbers where this network's images need 3.",
        ),
        (
            Some(normalization(3, 0.0)),
            "their deviation has to be above 0 in each channel.",
        ),
        (
            Some(normalization(3, f32::NAN)),
            "their deviation has to be above 0 in each channel.",
        ),
    ] {
        let error = stand_in(&recipe, wrong).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("These weights cannot be used: {why}")
        );
    }
    let right = stand_in(&recipe, Some(normalization(3, 0.25))).unwrap();
    assert_eq!(right.train.len(), 4);
}
