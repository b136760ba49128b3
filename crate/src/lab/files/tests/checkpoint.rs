//! Files that are damaged, cut short or of another run give an error with a sentence, and never a panic.

use std::sync::{Arc, LazyLock};

use futures_lite::future::block_on;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use crate::data::{Dataset, synthesize};
use crate::lab::engine::EngineKind;
use crate::lab::files::checkpoint::{
    Checkpoint, CheckpointHeader, FIRST_MOMENT, SECOND_MOMENT, TRACE,
};
use crate::lab::files::tensor_file::{TensorFile, TensorSource, TensorSpec, write_with_digest};
use crate::lab::run::Origin;
use crate::lab::train::trainer::Trainer;
use crate::lab::{Engine, Run};
use crate::recipe::Recipe;
use crate::registry::parse;

pub(super) const LINK: &str = "subset=32&batch=8&steps=14";

pub(super) fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

fn data(link: &str) -> Arc<Dataset> {
    Arc::new(synthesize(&recipe(link)).unwrap())
}

/// A checkpoint after two of 14 steps.
pub(super) static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut run = block_on(Run::start(&Engine::cpu(), recipe(LINK), data(LINK))).unwrap();
    block_on(run.step(2)).unwrap();
    block_on(run.checkpoint()).unwrap()
});

static DATA: LazyLock<Arc<Dataset>> = LazyLock::new(|| data(LINK));

fn resume(file: &[u8]) -> Result<Run, String> {
    resume_from(file, Origin::ThisBrowser)
}

fn resume_from(file: &[u8], origin: Origin) -> Result<Run, String> {
    let engine = Engine::cpu();
    let run = Run::resume(&engine, recipe(LINK), DATA.clone(), file, origin);
    block_on(run).map_err(|error| error.to_string())
}

/// Why a file is refused.
pub(super) fn refusal(file: &[u8]) -> String {
    let sentence = resume(file).unwrap_err();
    let start = "This checkpoint cannot be used: ";
    let why = sentence
        .strip_prefix(start)
        .unwrap_or_else(|| panic!("{sentence}"));
    why.to_owned()
}

type Tensors = Vec<(TensorSpec, Vec<u8>)>;

/// A valid file with other header entries and changed tensors.
fn changed(entries: &[(&str, &str)], change: impl FnOnce(&mut Tensors)) -> Vec<u8> {
    let tensors = SafeTensors::deserialize(&VALID).unwrap();
    let mut parts: Tensors = tensors
        .iter()
        .map(|(name, view)| {
            let spec = TensorSpec {
                name: name.to_owned(),
                shape: view.shape().to_vec(),
                dtype: view.dtype(),
            };
            (spec, view.data().to_vec())
        })
        .collect();
    change(&mut parts);
    let valid = TensorFile::open(&VALID).unwrap();
    let mut header = vec![];
    for key in ["format", "link", "data", "engine", "computed-from"] {
        let given = entries.iter().find(|pair| pair.0 == key);
        header.push((key, given.map_or(valid.entry(key).unwrap(), |pair| pair.1)));
    }
    header.extend(entries.iter().filter(|pair| pair.0 == "handed-over"));
    let sources: Vec<_> = parts
        .iter()
        .map(|(spec, bytes)| TensorSource::new(spec.clone(), bytes))
        .collect();
    write_with_digest(&header, &sources).unwrap()
}

fn with_changed_tensor(
    name: &'static str,
    change: impl Fn(&mut TensorSpec, &mut Vec<u8>),
) -> Vec<u8> {
    changed(&[], |tensors| {
        let found = tensors.iter_mut().find(|(spec, _)| spec.name == name);
        let (spec, bytes) = found.unwrap();
        change(spec, bytes);
    })
}

#[test]
fn a_valid_file_resumes_and_names_its_run() {
    let run = resume(&changed(&[], |_| {})).unwrap();
    assert_eq!((run.steps_done(), run.handed_over()), (2, None));
    assert_eq!(block_on(run.checkpoint()).unwrap(), *VALID);
    let header = CheckpointHeader::read(&TensorFile::open(&VALID).unwrap()).unwrap();
    assert_eq!((header.steps, header.engine), (2, EngineKind::Cpu));
    assert_eq!(header.link, recipe(LINK).link());
}

#[test]
fn the_engine_that_computed_it_before_is_recorded() {
    let other = changed(&[("engine", "gpu")], |_| {});
    let run = resume(&other).unwrap();
    assert_eq!(run.handed_over(), Some(2));
    // And in the checkpoints that are made later.
    let again = resume(&block_on(run.checkpoint()).unwrap()).unwrap();
    assert_eq!(again.handed_over(), Some(2));
    let none = changed(&[("engine", "abacus")], |_| {});
    assert_eq!(
        refusal(&none),
        "its header names an engine that there is not."
    );
    for step in ["3", "-1", "two"] {
        let wrong = changed(&[("handed-over", step)], |_| {});
        assert_eq!(
            refusal(&wrong),
            "its header names a step that was not done."
        );
    }
}

#[test]
fn another_runs_file_is_refused() {
    let file = changed(&[("link", "model=lenet5&seed=2&v=1")], |_| {});
    let link = recipe(LINK).link();
    assert_eq!(
        refusal(&file),
        format!("it is of the run model=lenet5&seed=2&v=1, not of {link}.")
    );
    let file = changed(&[("data", "ab")], |_| {});
    assert_eq!(
        refusal(&file),
        "it was made with other data: their digest is another."
    );
    let file = changed(&[("format", "weights")], |_| {});
    assert_eq!(
        refusal(&file),
        "it holds weights alone; to go on, a run needs more."
    );
    let file = changed(&[("format", "poem")], |_| {});
    assert_eq!(refusal(&file), "it is another kind of file.");
    let foreign =
        safetensors::serialize(Vec::<(&str, safetensors::tensor::TensorView)>::new(), None);
    assert_eq!(
        refusal(&foreign.unwrap()),
        "its header does not say that Bunsen made it."
    );
}

#[test]
fn a_missing_or_unexpected_tensor_is_named() {
    let without =
        |name: &'static str| changed(&[], |tensors| tensors.retain(|(spec, _)| spec.name != name));
    for name in [
        "conv1.weight",
        "fc3.bias",
        FIRST_MOMENT,
        SECOND_MOMENT,
        TRACE,
    ] {
        assert_eq!(refusal(&without(name)), format!("{name} is missing."));
    }
    let with = changed(&[], |tensors| {
        tensors.push((TensorSpec::f32("fc4.weight", &[1]), vec![0; 4]));
    });
    assert_eq!(
        refusal(&with),
        "it holds fc4.weight, which has no place in it."
    );
    let long = changed(&[], |tensors| {
        tensors.push((TensorSpec::f32(&"x".repeat(5_000), &[1]), vec![0; 4]));
    });
    assert!(refusal(&long).len() < 100);
}

#[test]
fn a_tensor_of_another_shape_or_type_is_named() {
    let transposed = with_changed_tensor("fc1.weight", |spec, _| spec.shape.reverse());
    assert_eq!(
        refusal(&transposed),
        "fc1.weight is 400×120 where 120×400 is right."
    );
    let many_dimensions = with_changed_tensor("conv1.bias", |spec, _| {
        spec.shape = vec![1; 40].into_iter().chain([6]).collect()
    });
    assert_eq!(
        refusal(&many_dimensions),
        "conv1.bias is 1×1×1×1×1×1×1×1×… (41 dimensions) where 6 is right."
    );
    let integers = with_changed_tensor("conv1.bias", |spec, _| spec.dtype = Dtype::I32);
    assert_eq!(
        refusal(&integers),
        "conv1.bias is of I32 numbers where F32 is right."
    );
    let bytes = with_changed_tensor(TRACE, |spec, bytes| {
        spec.dtype = Dtype::U8;
        spec.shape = vec![bytes.len()];
    });
    assert_eq!(
        refusal(&bytes),
        "trace is of U8 numbers where U32 is right."
    );
    for value in [f32::NAN, f32::INFINITY] {
        let not_finite = with_changed_tensor("fc2.bias", |_, bytes| {
            bytes[..4].copy_from_slice(&value.to_le_bytes());
        });
        assert_eq!(
            refusal(&not_finite),
            "fc2.bias holds something that is no finite number."
        );
    }
}

#[test]
fn what_no_training_gives_is_refused() {
    let with_number = |name: &'static str, value: f32| {
        with_changed_tensor(name, |_, bytes| {
            bytes[4..8].copy_from_slice(&value.to_le_bytes())
        })
    };
    assert_eq!(
        refusal(&with_number(SECOND_MOMENT, -1e-30)),
        "optimizer.second holds a number below 0, and squares have none."
    );
    assert_eq!(
        refusal(&with_number(TRACE, -1.0)),
        "trace holds a loss below 0."
    );
    for value in [f32::NAN, f32::INFINITY] {
        assert_eq!(
            refusal(&with_number(TRACE, value)),
            "trace holds something that is no finite number."
        );
    }
    assert!(resume(&with_number(FIRST_MOMENT, -1.0)).is_ok());
}

#[test]
fn a_running_variance_below_zero_is_refused() {
    let link = "model=resnet-8&data=digits&subset=8&batch=4&steps=2";
    let start = || block_on(Run::start(&Engine::cpu(), recipe(link), data(link))).unwrap();
    let run = start();
    let file = block_on(run.checkpoint()).unwrap();
    let opened = Checkpoint::open(&file).unwrap();
    let trainer = Trainer::new(&recipe(link), &Engine::cpu().device);
    let mut checkpoint = Checkpoint::read(&opened, &trainer, 2).unwrap();
    let variance = trainer.statistics_slots();
    let variance = variance.iter().find(|slot| slot.name == "bn1.running_var");
    checkpoint.running_statistics.as_mut().unwrap()[variance.unwrap().start] = -0.5;
    let file = checkpoint.to_bytes(&trainer).unwrap();
    let opened = Checkpoint::open(&file).unwrap();
    let error = Checkpoint::read(&opened, &trainer, 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "This checkpoint cannot be used: bn1.running_var holds a number below 0, and squares have none."
    );
}

#[test]
fn whose_steps_they_are_is_recorded() {
    let from_file = resume_from(&VALID, Origin::File).unwrap();
    assert_eq!(from_file.computed_from(), 2);
    let again = block_on(from_file.checkpoint()).unwrap();
    assert_eq!(resume(&again).unwrap().computed_from(), 2);
    assert_eq!(resume(&VALID).unwrap().computed_from(), 0);
    for step in ["3", "-1", "two"] {
        let wrong = changed(&[("computed-from", step)], |_| {});
        assert_eq!(
            refusal(&wrong),
            "its header names a step that was not done."
        );
    }
}

/// In numbers as in the header: each is covered by the digest.
#[test]
fn a_changed_byte_is_found() {
    let damaged = "its contents are not those that were written: it was damaged or changed.";
    let data = 8 + u64::from_le_bytes(*VALID.first_chunk().unwrap()) as usize;
    for at in [data, data + 1_000, VALID.len() - 1] {
        let mut file = VALID.clone();
        file[at] ^= 1;
        assert_eq!(refusal(&file), damaged, "byte {at}");
    }
    let mut file = VALID.clone();
    let engine = b"engine=cpu";
    let at = file.windows(engine.len()).position(|bytes| bytes == engine);
    file[at.unwrap() + 7..][..3].copy_from_slice(b"gpu");
    assert_eq!(refusal(&file), damaged);
    let mut without = VALID.clone();
    let at = without.windows(7).position(|bytes| bytes == b"digest=");
    without[at.unwrap()] = b'D';
    assert_eq!(refusal(&without), "its header does not say its digest.");
}

#[test]
fn a_trace_longer_than_the_run_is_refused() {
    let long = with_changed_tensor(TRACE, |spec, bytes| {
        spec.shape = vec![15];
        *bytes = vec![0; 60];
    });
    assert_eq!(
        refusal(&long),
        "it has 15 steps behind it, and the run has 14 in all."
    );
    // After no steps the optimizer has no moments.
    let none = with_changed_tensor(TRACE, |spec, bytes| {
        spec.shape = vec![0];
        bytes.clear();
    });
    assert_eq!(
        refusal(&none),
        "it holds optimizer.first, which has no place in it."
    );
}
