//! The self-test of a compiled step passes, and catches what is planted.

use futures_lite::future::block_on;

use super::faults::{
    half_precision_input, half_precision_output, keeps_first_moment, keeps_second_moment,
    keeps_statistics, keeps_weights, wrong_index,
};
use super::gpu;
use crate::data::{Dataset, synthesize};
use crate::lab::engine::step_test::{self, Outcome, Proof, step_test};
use crate::lab::error::LabError;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::epilogue::Epilogue;
use crate::ops::gpu::program::{Binding, Contents, Program};
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
        let data = synthesize(&recipe).unwrap();
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        Tested { recipe, data, plan }
    }

    /// What the self-test says of a program that was changed, and how many dispatches it has.
    fn with(&self, edit: impl FnOnce(&mut Program)) -> (Result<Outcome, LabError>, usize) {
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
    for link in links.into_iter().chain([
        "model=lenet5&data=digits&subset=64&batch=8&aug=shift",
        "model=lenet5&data=digits&subset=64&batch=8&beta1=0.7&beta2=0.9&eps=0.01",
        "model=lenet5&data=digits&subset=64&batch=8&opt=rmsprop&eps=0.01",
    ]) {
        let (result, _) = Tested::new(link).with(|_| {});
        assert!(matches!(result, Ok(Outcome::Passed)), "{link}: {result:?}");
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
            Ok(_) if is_changed => uncaught.push(label),
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

#[test]
fn an_update_that_does_not_happen_is_caught() {
    type Fault = fn(String) -> String;
    let moments: [Fault; 2] = [keeps_first_moment, keeps_second_moment];
    let [first, second] = moments;
    let optimizers: [(&str, &[Fault]); 4] = [
        ("opt=sgd&momentum=0.9", &[keeps_weights, first]),
        ("opt=adam&clip=0.01", &[keeps_weights, first, second]),
        ("opt=adamw&wd=0.1", &[keeps_weights, first, second]),
        ("opt=rmsprop", &[keeps_weights, second]),
    ];
    for (optimizer, faults) in optimizers {
        let tested = Tested::new(&format!("{STACK}&{optimizer}"));
        let (result, _) = tested.with(|_| {});
        assert!(result.is_ok(), "{optimizer}: {result:?}");
        for fault in faults {
            let (result, _) = tested.with(|program| {
                let mut dispatches = program.dispatches.iter_mut();
                let update = dispatches.find(|dispatch| dispatch.label == "update");
                let kernel = &mut update.unwrap().kernel;
                *kernel = kernel.clone().with_fault(*fault);
            });
            assert!(matches!(result, Err(LabError::SelfTest(_))), "{optimizer}");
        }
    }
}

#[test]
fn statistics_that_are_not_updated_are_caught() {
    let tested = Tested::new(STACK);
    let (result, _) = tested.with(|program| {
        let mut dispatches = program.dispatches.iter_mut();
        let update = dispatches.find(|dispatch| dispatch.label == "running statistics");
        let kernel = &mut update.unwrap().kernel;
        *kernel = kernel.clone().with_fault(keeps_statistics);
    });
    let sentence = result.unwrap_err().to_string();
    assert!(sentence.contains("running_"), "{sentence}");
}

#[test]
fn what_the_last_step_left_is_caught_in_every_dispatch() {
    let tested = Tested::new(STACK);
    let (_, count) = tested.with(|_| {});
    for changed in 1..count {
        let mut label = String::new();
        let mut is_changed = false;
        let (result, _) = tested.with(|program| {
            let dispatch = &program.dispatches[changed];
            label.clone_from(&dispatch.label);
            let mut read = dispatch.bindings.iter().enumerate();
            let is_temporary = |binding: &Binding| {
                program.spec(binding.view.buffer).contents == Contents::Temporary
            };
            let Some((at, binding)) =
                read.find(|(_, binding)| !binding.is_written && is_temporary(binding))
            else {
                return;
            };
            // It reads a copy, which is made after it.
            let right = binding.view;
            let copy = program.buffer(right.len, Contents::Persistent);
            program.dispatches[changed].bindings[at] = copy.read();
            let kernel = elementwise_kernel(right.len, &Epilogue::default());
            program.dispatch("copy", kernel, vec![right.read(), copy.written()]);
            let last = program.dispatches.pop().unwrap();
            program.dispatches.insert(changed + 1, last);
            is_changed = true;
        });
        if is_changed {
            assert!(
                matches!(result, Err(LabError::SelfTest(_))),
                "{label}: {result:?}"
            );
        }
    }
}

/// A deep network's tolerance is made of how much rounding matters to it, so that a right one passes.
#[test]
#[ignore = "it takes minutes"]
fn every_default_recipe_passes() {
    let mut refused = Vec::new();
    for recipe in crate::registry::default_recipes() {
        let model = recipe.model.name();
        let link = format!("model={model}&data=digits&subset=300&batch=32");
        let (result, _) = Tested::new(&link).with(|_| {});
        println!("{link}: {result:?}");
        if result.is_err() {
            refused.push(link);
        }
    }
    assert_eq!(refused, [""; 0]);
}
