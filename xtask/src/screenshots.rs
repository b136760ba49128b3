//! `cargo xtask screenshots`: every view of the page in pictures, at three widths in both themes.

use std::ffi::OsString;

use crate::Outcome;
use crate::browser;
use crate::npm;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::setup;
use crate::wasm::Build;

/// Builds the CPU engine and the page, photographs the views that are named, or all, and says what is wrong with them.
pub fn screenshots(places: &Places, views: &[OsString]) -> Outcome<String> {
    let voice = Voice::plain();
    let chromium = browser::find(voice)?;
    let toolchain = setup::tools(voice, places)?;
    setup::build(voice, places, &toolchain, &[Build::Cpu, Build::Images])?;
    voice.step("Taking the pictures");
    run::run(
        voice,
        npm::node()
            .arg("tests/screenshots/take.mjs")
            .args(views)
            .current_dir(&places.root)
            .env(browser::VARIABLE, chromium),
        "The views have faults, or could not be shown: the lines above say which.",
    )?;
    Ok(
        "The pictures are in tests/screenshots/pictures; its index.html shows them side by side."
            .to_owned(),
    )
}
