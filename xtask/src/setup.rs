//! What every command starts with that builds something.

use crate::Result;
use crate::log::Log;
use crate::module::{self, Module};
use crate::npm;
use crate::paths::Paths;
use crate::site;
use crate::target_dir::Claim;
use crate::toolchain;

/// Brings what the builds need: the npm packages, the compiler's target and the target directory, which is to be held as
/// long as something is built.
pub fn prepare(log: Log, paths: &Paths) -> Result<Claim> {
    npm::ensure_node()?;
    npm::install(log, &paths.root)?;
    toolchain::ensure_target(log, paths)?;
    Claim::take(log, paths)
}

/// Builds these modules, the TypeScript around them, and the page.
pub fn build(log: Log, paths: &Paths, modules: &[Module]) -> Result<()> {
    for &module in modules {
        module::build(log, paths, module)?;
    }
    site::compile_package(log, paths)?;
    site::build(log, paths)
}
