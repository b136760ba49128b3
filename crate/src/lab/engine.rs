//! Engines: what computes.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::crew::Crew;
use super::health::Health;

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
    pub fn named(name: &str) -> Option<Self> {
        [EngineKind::Cpu, EngineKind::Gpu]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// What is known of the engine's own proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfTest {
    /// The CPU engine is what others are tested against.
    NotNeeded,
    /// It is done for each run's own network, before the run starts.
    NotRunYet,
    /// The last run's network gave the CPU engine's numbers.
    Passed,
}

impl SelfTest {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            SelfTest::NotNeeded => "not needed",
            SelfTest::NotRunYet => "not run yet",
            SelfTest::Passed => "passed",
        }
    }
}

/// What an engine says of itself.
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
    /// Threads that compute.
    pub threads: usize,
    /// The engine's own proof.
    pub self_test: SelfTest,
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

/// An engine: a device, what is known of it, and whether it is still well.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The device of burn's that tensors are made on.
    pub device: Device,
    /// What the engine says of itself.
    pub info: EngineInfo,
    /// What the device reported outside our own calls.
    pub health: Health,
    /// Who computes with it, on the CPU engine.
    pub crew: Crew,
}

impl Engine {
    /// The CPU engine. It is always there.
    pub fn cpu() -> Self {
        Engine {
            device: Device::flex(),
            info: EngineInfo {
                kind: EngineKind::Cpu,
                adapter: String::new(),
                software: false,
                simd: cfg!(any(target_feature = "simd128", not(target_family = "wasm"))),
                threads: 1,
                self_test: SelfTest::NotNeeded,
            },
            health: Health::default(),
            crew: Crew::default(),
        }
    }

    /// The CPU engine with helpers.
    pub fn cpu_with(crew: Crew) -> Self {
        Engine {
            crew,
            ..Engine::cpu()
        }
    }

    /// What it says of itself now: helpers come and go.
    pub fn info(&self) -> EngineInfo {
        EngineInfo {
            threads: self.crew.workers(),
            ..self.info.clone()
        }
    }

    /// Whether it has to prove itself against the CPU engine.
    pub fn needs_self_test(&self) -> bool {
        self.info.kind == EngineKind::Gpu
    }
}

/// Whether an adapter's names are those of one that computes in software.
pub fn is_software(names: &str) -> bool {
    const SOFTWARE: [&str; 5] = [
        "swiftshader",
        "llvmpipe",
        "lavapipe",
        "basic render",
        "software",
    ];
    let names = names.to_lowercase();
    SOFTWARE.iter().any(|known| names.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_software_adapter_is_never_called_a_gpu() {
        assert!(is_software("google swiftshader"));
        assert!(is_software("llvmpipe (LLVM 15.0.6, 256 bits)"));
        assert!(is_software("Microsoft Basic Render Driver"));
        assert!(!is_software("nvidia ampere"));
        let mut info = Engine::cpu().info;
        assert_eq!(info.label(), "CPU, SIMD, 1 thread");
        info.kind = EngineKind::Gpu;
        info.adapter = "google swiftshader".to_owned();
        info.software = true;
        assert_eq!(info.label(), "GPU, software adapter");
    }
}
