//! "The same" is said of steps that were computed here and are bit for bit those that were promised, and of nothing else: each
//! forgery that is known, and thousands of random ones in [`alterations`].
//!
//! Bits are compared natively here, as one build gives them again.

mod alterations;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use safetensors::SafeTensors;

use super::*;
use crate::lab::engine::EngineKind;
use crate::lab::files::run_file::RunFile;
use crate::lab::files::tensor_file::{TensorFile, TensorSource, TensorSpec, write_with_digest};
use crate::lab::verify::{Comparison, Reference, Verdict};
use crate::recipe::{Link, mark_steps};

const LINK: &str = "model=mlp&widths=8&data=digits&subset=32&batch=4&steps=40";
const STEPS: u64 = 40;

/// An honest run, and what can be published of it.
struct Honest {
    recipe: Recipe,
    data: Arc<Dataset>,
    /// The checkpoint, the check and the run file after each step.
    checkpoints: Vec<Vec<u8>>,
    checks: Vec<String>,
    files: Vec<RunFile>,
    trace: Vec<u32>,
    link: String,
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| {
    let recipe = recipe(LINK);
    let data = data(&recipe);
    let mut run = block_on(Run::start(
        &Engine::cpu(),
        recipe.clone(),
        Arc::clone(&data),
    ))
    .unwrap();
    let (mut checkpoints, mut checks, mut files) = (vec![], vec![], vec![]);
    loop {
        checkpoints.push(block_on(run.checkpoint()).unwrap());
        checks.push(check(&run));
        files.push(block_on(run.file(&[])).unwrap());
        if block_on(run.step(1)).unwrap().is_empty() {
            break;
        }
    }
    let link = recipe.checked_link(&check(&run), &run.marks());
    Honest {
        trace: bits(&run),
        recipe,
        data,
        checkpoints,
        checks,
        files,
        link,
    }
});

/// The reference of a checked link of the honest run's length.
fn of_link(link: &Link) -> Option<Reference> {
    let check = link.check.as_ref()?;
    Reference::from_marks(check, &link.marks, STEPS, link.version).ok()
}

fn link_reference() -> Reference {
    of_link(&parse(&HONEST.link).unwrap()).unwrap()
}

/// The reference of a run file.
fn of_file(file: &RunFile) -> Reference {
    Reference::from_trace(
        &file.check,
        file.trace.bits(),
        file.steps,
        file.versions.recipe,
    )
}

/// A run of the honest recipe, from the start or from a checkpoint, that is compared with a reference.
fn compared(checkpoint: Option<(&[u8], Origin)>, reference: Reference) -> Result<Run, LabError> {
    let Honest { recipe, data, .. } = &*HONEST;
    let (recipe, data) = (recipe.clone(), Arc::clone(data));
    let mut run = block_on(async {
        match checkpoint {
            Some((file, origin)) => Run::resume(&Engine::cpu(), recipe, data, file, origin).await,
            None => Run::start(&Engine::cpu(), recipe, data).await,
        }
    })?;
    block_on(run.compare_with(reference, Comparison::Bits))?;
    Ok(run)
}

fn to_end(run: &mut Run) -> Verdict {
    block_on(run.step(u64::MAX)).unwrap();
    run.verdict().unwrap()
}

/// The step's checkpoint with changed tensors, and a digest that fits.
fn forged(file: &[u8], change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> Vec<u8> {
    let tensors = SafeTensors::deserialize(file).unwrap();
    let specs: Vec<TensorSpec> = tensors
        .iter()
        .map(|(name, view)| TensorSpec {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            dtype: view.dtype(),
        })
        .collect();
    let mut contents = tensors
        .iter()
        .map(|(name, view)| (name.to_owned(), view.data().to_vec()))
        .collect();
    change(&mut contents);
    let parts: Vec<_> = specs
        .into_iter()
        .map(|spec| {
            let bytes = contents.remove(&spec.name).unwrap();
            (spec, bytes)
        })
        .collect();
    let opened = TensorFile::open(file).unwrap();
    let keys = ["format", "link", "data", "engine", "computed-from"];
    let entries = keys.map(|key| (key, opened.entry(key).unwrap()));
    let sources: Vec<_> = parts
        .iter()
        .map(|(spec, bytes)| TensorSource::new(spec.clone(), bytes))
        .collect();
    write_with_digest(&entries, &sources).unwrap()
}

/// Every weight and moment 0; the trace stays.
fn zeroed(step: u64) -> Vec<u8> {
    forged(&HONEST.checkpoints[step as usize], |tensors| {
        for (name, bytes) in tensors {
            if name != "trace" {
                bytes.fill(0);
            }
        }
    })
}

#[test]
fn the_last_steps_checkpoint_with_other_weights_is_not_called_the_same() {
    let file = zeroed(STEPS);
    for reference in [link_reference(), of_file(&HONEST.files[40])] {
        let mut run = compared(Some((&file, Origin::File)), reference.clone()).unwrap();
        let verdict = to_end(&mut run);
        assert_eq!(verdict.kind(), "from-file");
        assert_eq!(
            verdict.to_string(),
            "Nothing was compared: steps 1 to 40 come from a file, and this lab computed none of them."
        );
        assert_eq!(run.unproven(), Some(Unproven::Engine));
        assert_ne!(check(&run), HONEST.checks[40]);
        // Whoever vouches for it is told that it is another run.
        let mut run = compared(Some((&file, Origin::ThisBrowser)), reference).unwrap();
        assert_eq!(to_end(&mut run).kind(), "differs");
    }
}

#[test]
fn an_honest_checkpoint_is_the_same_from_where_it_stands() {
    let file = &HONEST.checkpoints[20];
    let mut run = compared(Some((file, Origin::File)), link_reference()).unwrap();
    let verdict = run.verdict().unwrap();
    assert_eq!(
        (verdict.kind(), verdict.to_string().as_str()),
        (
            "waiting",
            "Nothing is compared yet: the first 20 come from a file, and the first step that can be is step 21."
        )
    );
    block_on(run.step(11)).unwrap();
    let text = run.verdict().unwrap().to_string();
    // A mark of the link.
    assert_eq!(
        text,
        "The same so far (step 31); the first 20 come from a file."
    );
    assert_eq!(
        to_end(&mut run).to_string(),
        "Steps 21 to 40 are the same; the first 20 come from a file."
    );
    // Through one more checkpoint, they still come from a file.
    let again = block_on(run.checkpoint()).unwrap();
    let run = compared(Some((&again, Origin::ThisBrowser)), link_reference()).unwrap();
    assert_eq!(run.computed_from(), 20);
    assert_eq!(
        run.verdict().unwrap().to_string(),
        "Steps 21 to 40 are the same; the first 20 come from a file."
    );
    // What this browser wrote is its own.
    let mut run = compared(Some((file, Origin::ThisBrowser)), link_reference()).unwrap();
    let check = &HONEST.checks[40][..4];
    assert_eq!(
        to_end(&mut run).to_string(),
        format!("The same run: check {check}… matches.")
    );
}

#[test]
fn a_file_whose_losses_are_others_differs() {
    let file = forged(&HONEST.checkpoints[40], |tensors| {
        tensors.get_mut("trace").unwrap()[4 * 11] ^= 1;
    });
    let run = compared(Some((&file, Origin::File)), of_file(&HONEST.files[40])).unwrap();
    let verdict = run.verdict().unwrap();
    assert_eq!(verdict.kind(), "differs");
    let text = verdict.to_string();
    assert!(
        text.starts_with("The file differs from step 12 on: expected loss "),
        "{text}"
    );
}

/// One bit of one weight, 72 times, half way and before the last step. It is found, or changes nothing of the end.
#[test]
fn an_altered_weight_is_found_or_leaves_no_trace() {
    let mut others = 0;
    for (index, step) in (0..72).zip([20, 39].into_iter().cycle()) {
        let mut stream = stream(19, Purpose::Order, index);
        let file = forged(&HONEST.checkpoints[step], |tensors| {
            let weights = tensors.get_mut("fc1.weight").unwrap();
            let at = stream.below(weights.len() as u32 / 4) as usize * 4;
            weights[at] ^= 1;
        });
        for origin in [Origin::File, Origin::ThisBrowser] {
            let mut run = compared(Some((&file, origin)), link_reference()).unwrap();
            let kind = to_end(&mut run).kind();
            assert_eq!(kind == "same", check(&run) == HONEST.checks[40], "{kind}");
            others += u64::from(kind == "differs");
        }
    }
    assert!(others > 0);
}

/// The update that no loss tells of.
#[test]
fn a_low_bit_after_the_last_update_is_another_check() {
    let file = forged(&HONEST.checkpoints[40], |tensors| {
        tensors.get_mut("fc1.weight").unwrap()[0] ^= 1;
    });
    let mut run = compared(
        Some((&file, Origin::ThisBrowser)),
        of_file(&HONEST.files[40]),
    )
    .unwrap();
    let text = to_end(&mut run).to_string();
    assert!(
        text.starts_with("Differs after the losses: all 40 of them are the same, but the weights or the optimizer's state after step 40 are not: check "),
        "{text}"
    );
}

#[test]
fn a_partial_run_file_promises_as_far_as_it_goes() {
    for (steps, same) in [
        (
            5,
            "Steps 1 to 5 are the same, which is as far as the run file goes; steps 6 to 40 are compared with nothing.",
        ),
        (
            1,
            "Step 1 is the same, which is as far as the run file goes; steps 2 to 40 are compared with nothing.",
        ),
        (
            39,
            "Steps 1 to 39 are the same, which is as far as the run file goes; step 40 is compared with nothing.",
        ),
    ] {
        let file = &HONEST.files[steps];
        // In one pull past its end, and stopped there.
        for pulls in [vec![40], vec![steps as u64, 40], vec![3, 1, 20, 20]] {
            let mut run = compared(None, of_file(file)).unwrap();
            for count in pulls {
                block_on(run.step(count)).unwrap();
            }
            let verdict = run.verdict().unwrap();
            assert_eq!(
                (verdict.kind(), verdict.to_string().as_str()),
                ("same-in-part", same)
            );
        }
        // Its losses are covered, and the state that they led to.
        let of_other_state = &HONEST.checks[(steps + 1) % 40];
        let reference = Reference::from_trace(of_other_state, file.trace.bits(), STEPS, 1);
        let mut run = compared(None, reference).unwrap();
        assert_eq!(to_end(&mut run).kind(), "differs");
    }
    let mut run = compared(
        Some((&HONEST.checkpoints[2], Origin::File)),
        of_file(&HONEST.files[5]),
    )
    .unwrap();
    assert_eq!(
        to_end(&mut run).to_string(),
        "Steps 3 to 5 are the same, which is as far as the run file goes; the first 2 come from a file, and steps 6 to 40 are \
         compared with nothing."
    );
}

#[test]
fn a_run_that_is_past_a_run_files_end_is_not_called_the_same() {
    let past = HONEST.checkpoints[20].as_slice();
    let file = || of_file(&HONEST.files[5]);
    let mut run = compared(Some((past, Origin::File)), file()).unwrap();
    let verdict = to_end(&mut run);
    assert_eq!(
        (verdict.kind(), verdict.to_string().as_str()),
        (
            "from-file",
            "Nothing was compared: the run file goes to step 5, and steps 1 to 20 come from another file."
        )
    );
    let mut run = compared(Some((past, Origin::ThisBrowser)), file()).unwrap();
    let verdict = to_end(&mut run);
    assert_eq!(
        (verdict.kind(), verdict.to_string().as_str()),
        (
            "same-so-far",
            "Steps 1 to 5 have the same losses, which is as far as the run file goes. The weights after step 5 are not at hand, \
             so they were not compared; steps 6 to 40 are compared with nothing."
        )
    );
}

#[test]
fn a_handed_over_run_is_a_band_and_its_file_part_is_told() {
    let Honest { recipe, data, .. } = &*HONEST;
    let file = &HONEST.checkpoints[20];
    let mut run = block_on(Run::resume(
        &Engine::cpu(),
        recipe.clone(),
        Arc::clone(data),
        file,
        Origin::File,
    ))
    .unwrap();
    block_on(run.compare_with(link_reference(), Comparison::Band)).unwrap();
    let verdict = to_end(&mut run);
    assert_eq!(verdict.kind(), "within");
    let marks = mark_steps(STEPS).filter(|step| *step > 20).count();
    assert_eq!(
        verdict.to_string(),
        format!(
            "Within the band at all {marks} steps that were compared: as near as rounding leads, which is no proof bit for bit; \
             the first 20 come from a file."
        )
    );
}

#[test]
fn an_unfinished_run_has_no_checked_link() {
    let mut run = start(LINK);
    // Natively there is none at all; what a run in WebAssembly says is tested there.
    assert_eq!(run.unproven(), Some(Unproven::Engine));
    block_on(run.step(40)).unwrap();
    assert_eq!(block_on(run.checked_link()).unwrap(), None);
    assert_eq!(run.engine().info.kind, EngineKind::Cpu);
}
