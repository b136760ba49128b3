//! Engines: the devices that compute.
//!
//! - `gpu` opens the GPU engine on a device from `device_request`, `cuda` a CUDA device
//! - [`health`] collects what the device reports outside our calls
//! - `self_test` compares the GPU engine with the CPU engine before a run starts
//! - `step_test` compares a compiled training step with the CPU engine's
//! - `proofs`: what passed the self-test, for the next time
//! - [`memory`]: how much memory a run needs, before any of it is allocated; `device_memory`: how much of a GPU's; `buffers`: whether a GPU has buffers so large
//! - [`forward_backward`]: one forward and backward pass on given numbers, to compare engines and other implementations

#[cfg(feature = "gpu")]
pub mod buffers;
#[cfg(feature = "cuda")]
mod cuda;
#[cfg(feature = "gpu")]
pub mod device_memory;
#[cfg(feature = "gpu")]
mod device_request;
pub mod forward_backward;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod health;
pub mod memory;
#[cfg(feature = "gpu")]
pub mod proofs;
#[cfg(any(test, feature = "gpu"))]
pub mod self_test;
#[cfg(feature = "gpu")]
pub mod step_test;
#[cfg(test)]
pub(crate) mod tests;

use burn::tensor::{Device, Transaction};
use serde::{Deserialize, Serialize};

use crate::lab::worker_pool::WorkerPool;
#[cfg(feature = "gpu")]
use crate::ops::gpu::program::executable::Gpu;
use health::Health;
#[cfg(feature = "gpu")]
use proofs::Proofs;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// burn-flex; in the browser, WebAssembly with SIMD128.
    Cpu,
    /// burn-wgpu; in the browser, WebGPU.
    Gpu,
}

impl EngineKind {
    /// Its name: "cpu" or "gpu".
    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Cpu => "cpu",
            EngineKind::Gpu => "gpu",
        }
    }

    /// The engine of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [EngineKind::Cpu, EngineKind::Gpu]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Whether the engine has been compared with the CPU engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfTestStatus {
    /// The CPU engine is the reference.
    NotNeeded,
    /// It runs before each run, with the run's own network.
    NotRunYet,
    /// The run's network gave the CPU engine's numbers.
    Passed,
    /// It did so in a shorter test, and in the full one here before.
    PassedAgain,
}

impl SelfTestStatus {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            SelfTestStatus::NotNeeded => "not needed",
            SelfTestStatus::NotRunYet => "not run yet",
            SelfTestStatus::Passed => "passed",
            SelfTestStatus::PassedAgain => "passed again",
        }
    }
}

/// What is told of a graphics adapter.
#[derive(Clone, Debug)]
pub struct AdapterDescription {
    /// Its name; empty where nobody tells it.
    pub name: String,
    /// Whether it computes in software: then it is not called a GPU.
    pub is_software: bool,
}

/// The description of an engine.
#[derive(Clone, Debug)]
pub struct EngineInfo {
    /// Which engine.
    pub kind: EngineKind,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter computes in software: then it is not called a GPU.
    pub software: bool,
    /// Whether the CPU engine's arithmetic is vectorised.
    pub simd: bool,
    /// Threads that compute, the workers of the pool included.
    pub threads: usize,
    /// The state of the self-test.
    pub self_test: SelfTestStatus,
}

impl EngineInfo {
    /// In plain words: "CPU, SIMD, 1 thread", "GPU, NVIDIA …", "GPU, software adapter".
    pub fn label(&self) -> String {
        match self.kind {
            EngineKind::Cpu => {
                let simd = if self.simd { "SIMD, " } else { "" };
                let s = if self.threads == 1 { "" } else { "s" };
                format!("CPU, {simd}{} thread{s}", self.threads)
            }
            EngineKind::Gpu if self.software => "GPU, software adapter".to_owned(),
            EngineKind::Gpu if self.adapter.is_empty() => "GPU, adapter not named".to_owned(),
            EngineKind::Gpu => format!("GPU, {}", self.adapter),
        }
    }
}

/// An engine: a device, its description, and whether it is still healthy.
#[derive(Clone, Debug)]
pub struct Engine {
    /// burn's device, on which tensors are made.
    pub device: Device,
    /// Its description when it was opened.
    pub info: EngineInfo,
    /// What the device reported outside our own calls.
    pub health: Health,
    /// The workers that share a batch, on the CPU engine.
    pub worker_pool: WorkerPool,
    /// The device for compiled programs; nothing where kernels in WGSL do not run.
    #[cfg(feature = "gpu")]
    pub(crate) gpu: Option<Gpu>,
    /// The programs that passed the full self-test on it.
    #[cfg(feature = "gpu")]
    pub proofs: Proofs,
}

impl Engine {
    /// The CPU engine. It is always available.
    pub fn cpu() -> Self {
        Engine {
            device: Device::flex(),
            info: EngineInfo {
                kind: EngineKind::Cpu,
                adapter: String::new(),
                software: false,
                simd: cfg!(any(target_feature = "simd128", not(target_family = "wasm"))),
                threads: 1,
                self_test: SelfTestStatus::NotNeeded,
            },
            health: Health::default(),
            worker_pool: WorkerPool::default(),
            #[cfg(feature = "gpu")]
            gpu: None,
            #[cfg(feature = "gpu")]
            proofs: Proofs::default(),
        }
    }

    /// The CPU engine with a pool of workers.
    pub fn cpu_with(worker_pool: WorkerPool) -> Self {
        Engine {
            worker_pool,
            ..Engine::cpu()
        }
    }

    /// Its description now: the number of workers may have changed.
    pub fn info(&self) -> EngineInfo {
        EngineInfo {
            threads: self.worker_pool.size(),
            ..self.info.clone()
        }
    }

    /// Reads a transaction's tensors, which hold 32-bit floats: the values of each, in row-major order.
    ///
    /// # Errors
    /// What the device reported, where it failed.
    pub async fn read(&self, transaction: Transaction) -> Result<Vec<Vec<f32>>, String> {
        let read = self.health.guard(transaction.execute_async()).await?;
        read.into_iter()
            .map(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
            .collect()
    }

    /// Whether it has to be compared with the CPU engine before a run starts.
    pub fn needs_self_test(&self) -> bool {
        self.info.kind == EngineKind::Gpu
    }
}
