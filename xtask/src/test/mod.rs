//! `cargo xtask test`: everything that has to pass.

mod node;
pub mod report;
mod rust;
mod web;

use std::process::Command;

use crate::Result;
use crate::audit;
use crate::browser;
use crate::log::Log;
use crate::module::{self, Module};
use crate::paths::Paths;
use crate::scripts;
use crate::setup;
use crate::site;
use crate::size::{self, Measure};

use report::Report;

/// Sets up and builds what the tests need, then carries out all checks: one that fails does not hide the others.
///
/// `long` adds what takes too long for every change.
pub fn test(paths: &Paths, long: bool) -> Result<String> {
    let log = Log::new();
    let chromium = browser::find(log)?;
    let _claim = setup::prepare(log, paths)?;

    let mut report = Report::new(log);
    browser::install_shell(log);
    if let Err(why) = browser::install_others(log) {
        report.skip("links in browsers that are missing", &why);
    }
    rust::check_format(log, paths, &mut report);
    rust::pack(log, paths, &mut report);
    web::check_format(log, paths, &mut report);
    audit::check(log, paths, &mut report);
    if !build(log, paths, &mut report) {
        return report.conclude();
    }
    web::check_sources(log, paths, &mut report);
    rust::lint(log, paths, &mut report);
    rust::test(log, paths, long, &mut report);
    web::test(log, paths, &chromium, long, &mut report);
    report.conclude()
}

/// Builds all that there is, and holds it to its limits. Gives whether it is built: without, nothing else can be checked.
fn build(log: Log, paths: &Paths, report: &mut Report) -> bool {
    for module in Module::ALL {
        let name = format!("build of {}", module.title());
        if !report.check(&name, || module::build(log, paths, module).map(drop)) {
            return false;
        }
    }
    if !report.check("build of the npm package and the page", || {
        site::compile_package(log, paths)?;
        site::build(log, paths)
    }) {
        return false;
    }
    for module in Module::ALL {
        report.check(&format!("size of {}", module.title()), || {
            size::check(log, paths, module, Measure::Gzip)
        });
    }
    report.check("size of the page's scripts", || scripts::check(log, paths));
    true
}

/// Tells tests that they may take long.
const LONG: &str = "BUNSEN_LONG";

/// Tells a test where the data sets are, or that there are none.
fn set_data(command: &mut Command, paths: &Paths) {
    match &paths.data {
        Some(folder) => command.env("BUNSEN_DATA", folder),
        None => command.env_remove("BUNSEN_DATA"),
    };
}
