//! `cargo xtask build`: the npm package in `pkg` and the site in `dist`, ready for any web host.

use crate::Result;
use crate::log::Log;
use crate::module::Module;
use crate::paths::Paths;
use crate::scripts;
use crate::setup;
use crate::site;
use crate::size::{self, Measure};

/// Builds everything, or without the GPU module, and holds it against its limits.
pub fn build(paths: &Paths, cpu_only: bool) -> Result<String> {
    let log = Log::new();
    let modules: &[Module] = if cpu_only {
        &[Module::Cpu, Module::Images]
    } else {
        &Module::ALL
    };
    let _claim = setup::prepare(log, paths)?;
    setup::build(log, paths, modules)?;
    site::check_types(log, paths)?;
    site::add_data(log, paths)?;
    scripts::check(log, paths)?;
    for &module in modules {
        size::check(log, paths, module, Measure::Brotli)?;
    }
    Ok(format!(
        "The npm package is in {}, the site in {}.",
        paths.short(&paths.pkg),
        paths.short(&paths.dist)
    ))
}
