//! The compiler that `rust-toolchain.toml` names, and its target wasm32-unknown-unknown.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;

/// The target that the modules are built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Has rustup add the target where the compiler lacks it.
///
/// rustup does so by itself when it installs the compiler that `rust-toolchain.toml` names; not where it was told to
/// install nothing unasked, nor where that compiler was there before.
pub fn ensure_target(log: Log, paths: &Paths) -> Result<()> {
    if has_target() {
        return Ok(());
    }
    if let Some(rustup) = process::find("rustup") {
        log.step("Adding the wasm target to the Rust toolchain");
        process::run(
            log,
            Command::new(rustup)
                .args(["target", "add", TARGET])
                .current_dir(&paths.root),
            "The target could not be added: the lines above say why.",
        )?;
    }
    if has_target() {
        return Ok(());
    }
    Err(format!(
        "The Rust compiler has no target {TARGET}. Install Rust by rustup, which brings the compiler that \
         rust-toolchain.toml names with all its targets, or add the target to the compiler that is here."
    ))
}

fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    process::output(Command::new(rustc).args(["--print", "sysroot"])).is_some_and(|sysroot| {
        let target = Path::new(&sysroot).join("lib/rustlib").join(TARGET);
        target.join("lib").is_dir()
    })
}

/// A cargo command that builds for the target: `cargo build --target …`, to which the rest is added.
pub fn cargo_build(paths: &Paths) -> Command {
    let mut command = process::cargo(paths);
    // These would replace the flags in .cargo/config.toml, and the module would lose its SIMD.
    command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .args(["build", "--target", TARGET]);
    command
}
