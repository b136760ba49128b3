//! `cargo xtask data`: a data set into a folder that `serve` and deployments use.

use crate::Result;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;
use crate::target_dir::Claim;

/// Fetches a data set with the crate's native command, which verifies what it gets.
pub fn fetch(paths: &Paths, name: &str) -> Result<String> {
    let log = Log::new();
    let _claim = Claim::take(log, paths)?;
    let folder = paths.root.join("data");
    log.step(&format!(
        "Fetching {name} (the command that does it is compiled first)"
    ));
    let mut command = process::cargo(paths);
    command
        .args([
            "run",
            "--package",
            "bunsen",
            "--release",
            "--locked",
            "--features",
            "fetch",
            "--bin",
            "bunsen",
            "--",
        ])
        .args(["data", name, "--into"])
        .arg(&folder);
    process::run(
        log,
        &mut command,
        &format!("{name} could not be fetched: the lines above say why."),
    )?;
    Ok(format!("{name} is in {}.", paths.short(&folder)))
}
