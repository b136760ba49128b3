//! What every build starts with.

use crate::Outcome;
use crate::npm;
use crate::places::Places;
use crate::say::Voice;
use crate::shared;
use crate::site;
use crate::toolchain::Toolchain;
use crate::wasm::{self, Build};

/// Brings what the builds need: the target directory, the npm packages and a toolchain for wasm.
pub fn tools(voice: Voice, places: &Places) -> Outcome<Toolchain> {
    shared::claim(places)?;
    npm::need_node()?;
    npm::install(voice, &places.root)?;
    Toolchain::find(voice)
}

/// Builds the module for these engines, the glue around it, and the page.
pub fn build(
    voice: Voice,
    places: &Places,
    toolchain: &Toolchain,
    builds: &[Build],
) -> Outcome<()> {
    for &build in builds {
        wasm::build(voice, places, toolchain, build)?;
    }
    site::glue(voice, places)?;
    site::build(voice, places)
}
