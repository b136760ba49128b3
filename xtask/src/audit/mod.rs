//! What we depend on: licences, sources and advisories, held to `deny.toml` without a network.

mod advisories;
mod packages;
mod policy;

use std::path::Path;

use crate::Result;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;
use crate::test::report::Report;

use advisories::Snapshot;
use packages::Package;
use policy::Policy;

/// The registry that packages are from, to cargo: crates.io.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks all of it.
pub fn check(log: Log, paths: &Paths, report: &mut Report) {
    report.check("licences and sources of the Rust packages", || {
        let policy = Policy::read(paths)?;
        let packages = packages::of_cargo(paths)?;
        let licenses = packages.iter().map(|package| {
            let name = format!("{} {}", package.name, package.version);
            (
                name,
                policy.license(&package.name, package.license.as_deref()),
            )
        });
        let faults = [license_faults(&policy, licenses)?, source_faults(&packages)].concat();
        none_of(&faults)
    });
    report.check("licences of the npm packages", || {
        let policy = Policy::read(paths)?;
        let packages = packages::of_npm(paths)?;
        let licenses = packages
            .iter()
            .map(|(folder, license)| (folder.clone(), license.as_deref()));
        none_of(&license_faults(&policy, licenses)?)
    });

    let mut later = None;
    report.check("advisories on the Rust packages", || {
        let (policy, snapshot) = (Policy::read(paths)?, Snapshot::read(paths)?);
        let packages = packages::of_cargo(paths)?;
        log.note(&format!("The RustSec database as of {}", snapshot.date));
        later = Some(snapshot.not_looked_up(&packages));
        let concerning = snapshot
            .concerning(&packages)
            .filter(|(advisory, _)| !policy.ignores(&advisory.id));
        let faults: Vec<String> = concerning
            .map(|(advisory, package)| advisory.describe(&package.version))
            .collect();
        none_of(&faults)
    });
    for name in later.into_iter().flatten() {
        report.skip(
            &format!("advisories on {name}"),
            "It is newer here than advisories.toml: `cargo xtask advisories` renews that.",
        );
    }
    check_by_cargo_deny(log, paths, report);
}

/// cargo-deny's own checks, where it is installed; its advisories where it can fetch them.
fn check_by_cargo_deny(log: Log, paths: &Paths, report: &mut Report) {
    let deny = |arguments: &[&str]| {
        let mut command = process::cargo(paths);
        command.arg("deny").args(arguments);
        command
    };
    if process::output(&mut deny(&["--version"])).is_none() {
        log.note("cargo-deny is not installed: nothing is checked twice.");
        return;
    }
    let mut checks = vec!["check", "bans", "licenses", "sources"];
    if process::output(&mut deny(&["fetch", "db"])).is_some() {
        checks.push("advisories");
    }
    report.check("dependencies, by cargo-deny", || {
        process::run(log, &mut deny(&checks), "cargo-deny has found faults.")
    });
}

/// The packages whose licence is missing or not accepted.
fn license_faults<'a>(
    policy: &Policy,
    licenses: impl Iterator<Item = (String, Option<&'a str>)>,
) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (name, license) in licenses {
        match license {
            None => faults.push(format!("{name}: it names no licence")),
            Some(license) if !policy.allows(license)? => {
                faults.push(format!("{name}: {license}"));
            }
            Some(_) => {}
        }
    }
    Ok(faults)
}

/// The packages that are not from the registry.
fn source_faults(packages: &[Package]) -> Vec<String> {
    let sources = packages.iter().filter_map(|package| {
        let source = package.source.as_deref()?;
        (source != REGISTRY).then(|| format!("{} {}: from {source}", package.name, package.version))
    });
    sources.collect()
}

fn none_of(faults: &[String]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("deny.toml does not accept: {}.", faults.join("; ")))
}

/// Renews the snapshot of the advisories from a clone of the RustSec database.
pub fn update_advisories(paths: &Paths, database: &Path) -> Result<String> {
    let packages = packages::of_cargo(paths)?;
    let count = Snapshot::update(paths, database, &packages)?;
    Ok(format!(
        "advisories.toml has {count} advisories on {} packages: commit it.",
        packages.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_from_elsewhere_are_named() {
        let package = |source: &str| Package {
            name: "example".to_owned(),
            version: semver::Version::new(1, 0, 0),
            license: None,
            source: Some(source.to_owned()),
        };
        let packages = [
            package(REGISTRY),
            package("git+https://host.example/example"),
            package("registry+https://host.example/another"),
        ];
        assert_eq!(
            source_faults(&packages),
            [
                "example 1.0.0: from git+https://host.example/example",
                "example 1.0.0: from registry+https://host.example/another"
            ]
        );
    }
}
