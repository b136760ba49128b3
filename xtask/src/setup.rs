//! What every command starts with that builds something.

use crate::Result;
use crate::log::Log;
use crate::module::{self, Module};
use crate::npm;
use crate::paths::Paths;
use crate::site;
use crate::target_dir;
use crate::toolchain;

/// Brings what the builds need: the target directory, the npm packages and the compiler's target.
pub fn prepare(log: Log, paths: &Paths) -> Result<()> {
    target_dir::claim(paths)?;
    npm::ensure_node()?;
    npm::install(log, &paths.root)?;
    toolchain::ensure_target(log, paths)
}

/// Builds these modules, the TypeScript around them, and the page.
pub fn build(log: Log, paths: &Paths, modules: &[Module]) -> Result<()> {
    for &module in modules {
        module::build(log, paths, module)?;
    }
    site::compile_package(log, paths)?;
    site::build(log, paths)
}
