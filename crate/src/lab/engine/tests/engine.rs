//! The description of an engine.

use crate::lab::engine::{Engine, EngineKind};

#[test]
fn a_software_adapter_is_never_called_a_gpu() {
    let mut info = Engine::cpu().info;
    assert_eq!(info.label(), "CPU, SIMD, 1 thread");
    info.kind = EngineKind::Gpu;
    info.adapter = "google swiftshader".to_owned();
    info.software = true;
    assert_eq!(info.label(), "GPU, software adapter");
}
