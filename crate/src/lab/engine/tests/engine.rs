//! The description of an engine.

use crate::lab::engine::{Engine, EngineKind, is_software};

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
