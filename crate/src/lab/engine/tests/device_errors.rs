//! What a device reports outside our calls is heard natively, too. Each test has a device of its own, which it spoils.

use std::sync::Arc;

use burn::tensor::wgpu::wgpu;
use futures_lite::future::block_on;

use crate::data::synthesize;
use crate::lab::engine::Engine;
use crate::lab::engine::device_request::request_device;
use crate::lab::error::LabError;
use crate::lab::run::Run;
use crate::ops::gpu::program::executable::Gpu;

/// An engine on a new device.
fn opened() -> Engine {
    let setup = block_on(request_device()).unwrap();
    Engine::on_device(setup, None).unwrap()
}

fn device(engine: &Engine) -> wgpu::Device {
    let gpu: &Gpu = engine.gpu.as_ref().unwrap();
    gpu.device.clone()
}

/// What a run on a spoilt device says at its next step.
fn step_after(spoil: impl FnOnce(&wgpu::Device)) -> LabError {
    let engine = opened();
    let recipe = crate::registry::parse("model=mlp&widths=8&data=digits&subset=64&batch=8");
    let recipe = recipe.unwrap().recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    let mut run = block_on(Run::start(&engine, recipe, data)).unwrap();
    assert_eq!(engine.health.fault(), None);
    spoil(&device(&engine));
    block_on(run.step(1)).unwrap_err()
}

#[test]
fn a_refused_shader_ends_a_run() {
    let error = step_after(|device| {
        let _ = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl("this is no shader".into()),
        });
    });
    assert!(matches!(&error, LabError::Gpu { .. }), "{error}");
    assert!(
        error.to_string().contains("it reported an error"),
        "{error}"
    );
}

#[test]
fn a_buffer_that_is_too_large_ends_a_run() {
    let error = step_after(|device| {
        let size = device.limits().max_buffer_size.saturating_add(4);
        let _ = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::STORAGE,
            mapped_at_creation: false,
        });
    });
    assert!(matches!(&error, LabError::Gpu { .. }), "{error}");
}

#[test]
fn a_lost_device_ends_a_run() {
    let error = step_after(|device| {
        device.destroy();
        // The loss is told when the device is polled.
        let _ = device.poll(wgpu::PollType::Poll);
    });
    assert!(matches!(&error, LabError::Gpu { .. }), "{error}");
    assert!(error.to_string().contains("lost"), "{error}");
}
