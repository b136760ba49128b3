//! The self-test of a compiled step passes, and catches what is planted.

use futures_lite::future::block_on;

use super::faults::{half_precision_input, half_precision_output, wrong_index};
use super::gpu;
use crate::data::{Dataset, synthesize};
use crate::lab::engine::step_test::{self, Proof, step_test};
use crate::lab::error::LabError;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::program::Program;
use crate::recipe::Recipe;

/// Layers of many kinds, and few numbers.
const STACK: &str = "model=stack&layers=conv4x3p1,norm,relu,max2,res(conv4x3p1,norm),relu,avg2,drop0.2,fc8,tanh&data=digits&subset=64&batch=8&shards=2";

/// The network that comes first.
const LENET: &str = "model=lenet5&data=digits&subset=64&batch=8";

struct Tested {
    recipe: Recipe,
    data: Dataset,
    plan: TrainingPlan,
}

impl Tested {
    fn new(link: &str) -> Self {
        let recipe = crate::registry::parse(link).unwrap().recipe;
        let data = synthesize(&recipe);
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        Tested { recipe, data, plan }
    }

    /// What the self-test says of a program that was changed, and how many dispatches it has.
    fn with(&self, edit: impl FnOnce(&mut Program)) -> (Result<(), LabError>, usize) {
        let Tested { recipe, data, plan } = self;
        let engine = gpu();
        let normalization = data.normalization(recipe);
        let trainer = Trainer::with_normalization(recipe, normalization.clone(), &engine.device);
        let examples = plan.examples + plan.validation;
        let shape = data.info.shape();
        let split = DeviceSplit::upload(&data.train, examples, shape, &engine.device);
        let target = CompiledFor {
            recipe,
            normalization: &normalization,
            batch_size: plan.batch_size,
            shards: plan.shards,
            split: recipe.aug.is_empty().then_some(&split),
        };
        let mut training =
            CompiledTraining::compile(&engine, &trainer, &target, Vec::new()).unwrap();
        edit(&mut training.program);
        let compiled = CompiledTraining::new(&engine, &trainer, &target, training).unwrap();
        let tested = step_test::Tested {
            engine: &engine,
            recipe,
            data,
            plan,
        };
        let test = step_test(tested, &compiled, &trainer, Proof::Full);
        (block_on(test), compiled.dispatches())
    }
}

#[test]
fn a_right_step_passes() {
    let links = [STACK, LENET];
    for link in links
        .into_iter()
        .chain(["model=lenet5&data=digits&subset=64&batch=8&aug=shift"])
    {
        let (result, _) = Tested::new(link).with(|_| {});
        assert!(result.is_ok(), "{link}: {result:?}");
    }
}

#[test]
fn a_dispatch_that_is_dropped_is_caught_whichever_it_is() {
    for link in [STACK, LENET] {
        let tested = Tested::new(link);
        let (_, count) = tested.with(|_| {});
        for dropped in 0..count {
            let mut label = String::new();
            let (result, _) = tested.with(|program| {
                label = program.dispatches.remove(dropped).label;
            });
            assert!(result.is_err(), "{link}: {label} was dropped");
        }
    }
}

#[test]
fn a_dispatch_that_reads_something_else_is_caught() {
    let tested = Tested::new(STACK);
    let (_, count) = tested.with(|_| {});
    for changed in 1..count {
        let mut label = String::new();
        let (result, _) = tested.with(|program| {
            let dispatch = &mut program.dispatches[changed];
            label.clone_from(&dispatch.label);
            // What it reads first is replaced by zeros.
            let Some(first) = dispatch
                .bindings
                .iter()
                .position(|binding| !binding.is_written)
            else {
                return;
            };
            let len = dispatch.bindings[first].view.len;
            let zeros = program.buffer(len, crate::ops::gpu::program::Contents::Persistent);
            program.dispatches[changed].bindings[first] = zeros.read();
        });
        assert!(result.is_err(), "{label} read zeros");
    }
}

/// Every kernel of a program with a fault in its source: those that the self-test does not catch.
fn uncaught(tested: &Tested, fault: fn(String) -> String) -> Vec<String> {
    let (_, count) = tested.with(|_| {});
    let mut uncaught = Vec::new();
    for at in 0..count {
        let mut label = String::new();
        let mut is_changed = false;
        let (result, _) = tested.with(|program| {
            let dispatch = &mut program.dispatches[at];
            label.clone_from(&dispatch.label);
            let right = dispatch.kernel.wgsl("read");
            dispatch.kernel = dispatch.kernel.clone().with_fault(fault);
            is_changed = dispatch.kernel.wgsl("read") != right;
        });
        match result {
            Ok(()) if is_changed => uncaught.push(label),
            // A source that is refused would be no proof.
            Err(LabError::Gpu { what, .. }) => panic!("{label}: {what}"),
            _ => {}
        }
    }
    uncaught
}

#[test]
fn a_wrong_index_is_caught_in_every_kernel() {
    for link in [STACK, LENET] {
        assert_eq!(uncaught(&Tested::new(link), wrong_index), [""; 0], "{link}");
    }
}

#[test]
fn half_precision_is_caught_in_every_kernel() {
    for link in [STACK, LENET] {
        let tested = Tested::new(link);
        assert_eq!(uncaught(&tested, half_precision_output), [""; 0], "{link}");
        // Logits are next to nothing at first: to round them changes the loss and its gradient by less than other orders of sums do.
        let mut uncaught = uncaught(&tested, half_precision_input);
        uncaught.retain(|label| label != "loss");
        assert_eq!(uncaught, [""; 0], "{link}");
    }
}

/// A deep network's tolerance is made of how much rounding matters to it, so that a right one passes.
#[test]
#[ignore = "it takes minutes"]
fn every_default_recipe_passes() {
    let mut refused = Vec::new();
    for recipe in crate::registry::default_recipes() {
        let link = recipe.link();
        let model = link
            .split('&')
            .find(|part| part.contains("model="))
            .unwrap_or_default();
        let model = &model[model.find("model=").unwrap_or_default()..];
        let link = format!("{model}&data=digits&subset=300&batch=32");
        let (result, _) = Tested::new(&link).with(|_| {});
        println!("{link}: {result:?}");
        if result.is_err() {
            refused.push(link);
        }
    }
    assert_eq!(refused, [""; 0]);
}
