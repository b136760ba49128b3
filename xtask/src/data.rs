//! `cargo xtask data`: a data set into a folder that `serve` and deployments use.

use crate::Outcome;
use crate::places::Places;
use crate::run;
use crate::say::Voice;

/// Fetches a data set with the crate's native command, which verifies what it gets.
pub fn fetch(places: &Places, name: &str) -> Outcome<String> {
    let voice = Voice::plain();
    let folder = places.root.join("data");
    voice.step(&format!(
        "Fetching {name} (the command that does it is compiled first)"
    ));
    let mut command = run::cargo(places);
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
    run::run(
        voice,
        &mut command,
        &format!("{name} could not be fetched: the lines above say why."),
    )?;
    Ok(format!("{name} is in {}.", places.short(&folder)))
}
