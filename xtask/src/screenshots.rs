//! `cargo xtask screenshots`: every view of the page in pictures, at four widths in both themes; and the README's moving picture.

use std::ffi::OsString;

use crate::Result;
use crate::browser;
use crate::log::Log;
use crate::module::Module;
use crate::npm;
use crate::paths::Paths;
use crate::process;
use crate::setup;

/// What takes the README's moving picture, in place of views.
const MOVING: &str = "moving";

/// Builds the CPU engine and the page, photographs the views that are named, or all, and says what is wrong with them. `moving` takes
/// the README's moving picture instead.
pub fn screenshots(paths: &Paths, views: &[OsString]) -> Result<String> {
    let log = Log::new();
    let chromium = browser::find(log)?;
    let _claim = setup::prepare(log, paths)?;
    setup::build(log, paths, &[Module::Cpu, Module::Images])?;
    if views == [MOVING] {
        log.step("Taking the moving picture");
        process::run(
            log,
            npm::node()
                .arg("tests/screenshots/moving.mjs")
                .current_dir(&paths.root)
                .env(browser::VARIABLE, chromium),
            "The moving picture could not be taken: the lines above say why.",
        )?;
        return Ok("The moving picture is docs/bench.webp.".to_owned());
    }
    log.step("Taking the pictures");
    process::run(
        log,
        npm::node()
            .arg("tests/screenshots/take.mjs")
            .args(views)
            .current_dir(&paths.root)
            .env(browser::VARIABLE, chromium),
        "The views have faults, or could not be shown: the lines above say which.",
    )?;
    Ok(
        "The pictures are in tests/screenshots/pictures; its index.html shows them side by side."
            .to_owned(),
    )
}
