//! On an adapter whose limits are a phone's, every network's kernels are compiled, and a network trains.

use std::sync::Arc;

use burn::tensor::wgpu::wgpu;
use futures_lite::future::block_on;

use crate::lab::engine::device_request::{device_of, request_adapter};
use crate::lab::engine::{AdapterDescription, Engine};
use crate::lab::run::{Report, Run};
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::program::executable::Gpu;
use crate::ops::gpu::program::tables::UpdateRule;
use crate::recipe::OptimizerKind;
use crate::registry;
use crate::zoo::build_graph;
use crate::zoo::graph::compile::training::TrainingOptions;

/// This machine's adapter, with no more than WebGPU promises every page.
fn phone() -> Engine {
    // One adapter is asked for after the other.
    let _ = super::gpu();
    let (instance, adapter) = block_on(request_adapter()).unwrap();
    let limits = wgpu::Limits {
        max_compute_workgroup_storage_size: 16 << 10,
        max_compute_invocations_per_workgroup: 128,
        max_compute_workgroup_size_x: 128,
        max_storage_buffers_per_shader_stage: 8,
        max_storage_buffer_binding_size: 128 << 20,
        max_buffer_size: 256 << 20,
        ..wgpu::Limits::default()
    };
    let setup = block_on(device_of(instance, adapter, limits)).unwrap();
    let told = AdapterDescription {
        name: "a phone".to_owned(),
        is_software: true,
    };
    Engine::on_device(setup, Some(told)).unwrap()
}

#[test]
fn every_network_is_compiled_within_a_phones_limits() {
    let engine = phone();
    let gpu = engine.gpu.clone().unwrap();
    let phone = Adapter {
        max_workgroup_size: 128,
        ..Adapter::CARD
    };
    for recipe in registry::default_recipes() {
        let graph = build_graph(&recipe);
        let normalization = recipe.input().normalization();
        for adapter in [Adapter::SOFTWARE, phone] {
            let options = TrainingOptions {
                choice: Vec::new(),
                adapter,
                batch: 8,
                shards: 2,
                examples: Some(100),
                normalization: normalization.clone(),
                label_smoothing: 0.0,
                rule: UpdateRule {
                    kind: OptimizerKind::Adam,
                    momentum: 0.9,
                    nesterov: false,
                    betas: [0.9, 0.999],
                    epsilon: 1e-8,
                    weight_decay: 0.1,
                    has_rates: false,
                    max_norm: Some(1.0),
                },
                is_decayed: Vec::new(),
                rates: Vec::new(),
            };
            let training = graph.compile_training(&options).unwrap();
            let inference = graph.compile_inference(adapter, 8, &normalization).unwrap();
            let programs = [&training.program, &inference.program];
            for dispatch in programs.iter().flat_map(|program| &program.dispatches) {
                let count = dispatch.bindings.len();
                assert!(count <= 8, "{} binds {count} buffers", dispatch.label);
            }
            // Those for software adapters have no other workgroups than the rest of the tests compile.
            if adapter == phone {
                block_on(gpu.prepare(&programs));
            }
            assert_eq!(engine.health.fault(), None, "{}", recipe.link());
        }
    }
}

#[test]
fn a_network_trains_within_a_phones_limits() {
    let engine = phone();
    let recipe = registry::parse("model=lenet5&data=digits&subset=64&batch=8")
        .unwrap()
        .recipe;
    let data = Arc::new(crate::data::digits::dataset(recipe.seed, 64, 64));
    let losses = |engine: &Engine| {
        block_on(async {
            let mut run = Run::start(engine, recipe.clone(), data.clone())
                .await
                .unwrap();
            let reports = run.step(4).await.unwrap();
            run.evaluate().await.unwrap();
            let losses: Vec<f32> = reports.iter().map(|report| report.loss).collect();
            losses
        })
    };
    let expected = losses(&Engine::cpu());
    for (found, expected) in losses(&engine).iter().zip(&expected) {
        assert!(
            (found - expected).abs() < 1e-4 * expected,
            "{found} {expected}"
        );
    }
    assert_eq!(engine.health.fault(), None);
}

#[test]
fn an_error_that_no_call_returns_is_kept_and_ends_nothing() {
    let engine = phone();
    let Gpu { device, .. } = engine.gpu.clone().unwrap();
    assert_eq!(engine.health.fault(), None);
    let _refused = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl("no shader".into()),
    });
    let fault = engine.health.fault().unwrap();
    assert!(fault.starts_with("it reported an error"), "{fault}");
}

#[test]
fn two_runs_on_one_device_keep_out_of_each_others_way() {
    let engine = super::gpu();
    let recipes = [
        "model=lenet5&data=digits&subset=64&batch=8",
        "model=mlp&data=digits&subset=64&batch=16",
    ];
    let recipes = recipes.map(|link| registry::parse(link).unwrap().recipe);
    let data = Arc::new(crate::data::digits::dataset(1, 64, 64));
    block_on(async {
        let mut alone = Vec::new();
        for recipe in &recipes {
            let mut run = Run::start(&engine, recipe.clone(), data.clone())
                .await
                .unwrap();
            alone.push(run.step(4).await.unwrap());
        }
        let [first, second] = &recipes;
        let mut first = Run::start(&engine, first.clone(), data.clone())
            .await
            .unwrap();
        let mut second = Run::start(&engine, second.clone(), data.clone())
            .await
            .unwrap();
        let mut together = [Vec::new(), Vec::new()];
        for _ in 0..4 {
            together[0].extend(first.step(1).await.unwrap());
            together[1].extend(second.step(1).await.unwrap());
        }
        for (alone, together) in alone.iter().zip(&together) {
            let bits = |reports: &[Report]| {
                let losses = reports.iter().map(|report| report.loss.to_bits());
                losses.collect::<Vec<u32>>()
            };
            assert_eq!(bits(alone), bits(together));
        }
    });
    assert_eq!(engine.health.fault(), None);
}
