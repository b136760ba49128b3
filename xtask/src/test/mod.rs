//! `cargo xtask test`: everything that has to pass.

pub mod report;
mod rust;
mod web;

use std::process::Command;

use crate::Result;
use crate::audit;
use crate::browser;
use crate::log::Log;
use crate::module::Module;
use crate::paths::Paths;
use crate::scripts;
use crate::setup;
use crate::size::{self, Measure};

use report::Report;

/// Sets up and builds what the tests need, then carries out all checks: one that fails does not hide the others.
///
/// `long` adds what takes too long for every change.
pub fn test(paths: &Paths, long: bool) -> Result<String> {
    let log = Log::new();
    let chromium = browser::find(log)?;
    browser::install_others(log);
    let _claim = setup::prepare(log, paths)?;

    let mut report = Report::new(log);
    rust::check_format(log, paths, &mut report);
    web::check_format(log, paths, &mut report);
    audit::check(log, paths, &mut report);
    if !report.check(
        "builds of the modules, the npm package and the page",
        || setup::build(log, paths, &Module::ALL),
    ) {
        return report.conclude();
    }
    for module in Module::ALL {
        report.check(&format!("size of {}", module.title()), || {
            size::check(log, paths, module, Measure::Gzip)
        });
    }
    report.check("size of the page's scripts", || scripts::check(log, paths));
    web::check_sources(log, paths, &mut report);
    rust::lint(log, paths, &mut report);
    rust::test(log, paths, long, &mut report);
    web::test(log, paths, &chromium, long, &mut report);
    report.conclude()
}

/// Tells a test where the data sets are, or that there are none.
fn set_data(command: &mut Command, paths: &Paths) {
    match &paths.data {
        Some(folder) => command.env("BUNSEN_DATA", folder),
        None => command.env_remove("BUNSEN_DATA"),
    };
}
