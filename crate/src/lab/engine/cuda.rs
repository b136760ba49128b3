//! Opens a CUDA device.

use burn::tensor::{Device, DeviceType};

use super::health::Health;
use super::proofs::Proofs;
use super::{Engine, EngineInfo, EngineKind, SelfTestStatus};
use crate::lab::error::LabError;
use crate::lab::worker_pool::WorkerPool;

impl Engine {
    /// The GPU engine on the first CUDA device, natively. It computes in burn's operations: our kernels are WGSL.
    ///
    /// # Errors
    /// [`LabError::Engine`] where there is no such device, or no driver for it.
    pub fn cuda() -> Result<Self, LabError> {
        let Some(device) = Device::enumerate(DeviceType::Cuda).into_iter().next() else {
            let why = "No CUDA device was found: it takes an NVIDIA GPU and its driver. Use --engine cpu.";
            return Err(LabError::Engine(why.to_owned()));
        };
        let name = device.identity().map(|identity| identity.name);
        Ok(Engine {
            info: EngineInfo {
                kind: EngineKind::Gpu,
                adapter: format!("{} (CUDA)", name.unwrap_or_else(|| "NVIDIA".to_owned())),
                software: false,
                simd: false,
                threads: 1,
                self_test: SelfTestStatus::NotRunYet,
            },
            device,
            health: Health::default(),
            worker_pool: WorkerPool::default(),
            gpu: None,
            proofs: Proofs::default(),
        })
    }
}
