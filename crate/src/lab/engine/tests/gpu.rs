//! The adapter's engine, whatever it is: here Mesa's software Vulkan.

use std::sync::LazyLock;

use burn::tensor::Device;
use futures_lite::future::block_on;

use crate::lab::engine::health::Health;
use crate::lab::engine::proofs::Proofs;
use crate::lab::engine::{Engine, EngineInfo};
use crate::lab::worker_pool::WorkerPool;
use crate::ops::gpu::program::executable::Gpu;

/// What threads share of it. It is opened once for all tests of a process.
static ENGINE: LazyLock<(Device, EngineInfo, Health, Option<Gpu>)> =
    LazyLock::new(|| match block_on(Engine::gpu(None)) {
        Ok(engine) => (engine.device, engine.info, engine.health, engine.gpu),
        Err(why) => panic!("These tests need an adapter, and none could be opened: {why}."),
    });

/// The engine, to which nothing is proven yet.
pub fn gpu() -> Engine {
    let (device, info, health, gpu) = ENGINE.clone();
    Engine {
        device,
        info,
        health,
        gpu,
        proofs: Proofs::default(),
        worker_pool: WorkerPool::default(),
    }
}
