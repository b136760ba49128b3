//! `cargo xtask build`: the npm package in `pkg` and the site in `dist`, ready for any web host.

use crate::Outcome;
use crate::places::Places;
use crate::say::Voice;
use crate::scripts;
use crate::setup;
use crate::site;
use crate::size::{self, Measure};
use crate::wasm::Build;

/// Builds everything, or without the GPU module, and holds it against its limits.
pub fn build(places: &Places, cpu_only: bool) -> Outcome<String> {
    let voice = Voice::plain();
    let builds: &[Build] = if cpu_only {
        &[Build::Cpu, Build::Images]
    } else {
        &Build::ALL
    };
    let toolchain = setup::tools(voice, places)?;
    setup::build(voice, places, &toolchain, builds)?;
    site::check_types(voice, places)?;
    site::add_data(voice, places)?;
    scripts::check(voice, places)?;
    for &build in builds {
        size::check(voice, places, build, Measure::Brotli)?;
    }
    Ok(format!(
        "The npm package is in {}, the site in {}.",
        places.short(&places.pkg),
        places.short(&places.dist)
    ))
}
