//! Node and the npm packages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Result;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;

/// The oldest Node that the tools run on: what Vite asks for.
const OLDEST: (u32, u32) = (20, 19);

/// Checks that a Node is there that is new enough.
pub fn ensure_node() -> Result<()> {
    let needed = format!("Node {}.{} or newer is needed", OLDEST.0, OLDEST.1);
    let Some(version) = process::output(node().arg("--version")) else {
        return Err(format!(
            "{needed}: there is no `node` on PATH. Install it (with npm) and try again."
        ));
    };
    match release(&version) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => Err(format!("{needed}: the `node` on PATH is {version}.")),
    }
}

/// Installs the packages of a folder's lock file, unless they are there.
pub fn install(log: Log, folder: &Path) -> Result<()> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(path).ok()?;
        serde_json::from_str(&text).ok()
    };
    let locked: LockFile = read(folder.join("package-lock.json"))
        .ok_or("package-lock.json cannot be read: the checkout is not whole.")?;
    // npm notes there what it has installed.
    let installed = read(folder.join("node_modules/.package-lock.json"));
    if installed.is_some_and(|installed| locked.is_satisfied_by(&installed)) {
        log.note("The npm packages are there.");
        return Ok(());
    }
    log.step("Installing the npm packages");
    process::run(
        log,
        npm()
            .args(["ci", "--no-fund", "--no-audit"])
            .current_dir(folder),
        "The npm packages could not be installed: the lines above say why. It takes the network, once.",
    )
}

/// What is of interest in `package-lock.json`, and in npm's note of what it installed.
#[derive(Deserialize)]
struct LockFile {
    /// By folder; the folder of the checkout itself is "".
    packages: BTreeMap<String, LockedPackage>,
}

#[derive(Deserialize, PartialEq, Eq)]
struct LockedPackage {
    version: Option<String>,
    /// The checksum of its archive.
    integrity: Option<String>,
    /// Whether it is left out where it does not fit the system.
    #[serde(default)]
    optional: bool,
    #[serde(default, rename = "devOptional")]
    dev_optional: bool,
}

impl LockFile {
    /// Whether all that is locked is installed, and nothing else.
    fn is_satisfied_by(&self, installed: &Self) -> bool {
        let packages = || {
            self.packages
                .iter()
                .filter(|(folder, _)| !folder.is_empty())
        };
        let none_missing = packages().all(|(folder, package)| {
            package.optional || package.dev_optional || installed.packages.contains_key(folder)
        });
        let none_other = installed
            .packages
            .iter()
            .all(|(folder, package)| self.packages.get(folder) == Some(package));
        none_missing && none_other
    }
}

/// Runs a script of package.json.
pub fn run(log: Log, paths: &Paths, script: &str, failure: &str) -> Result<()> {
    let mut command = npm();
    command.args(["run", script]).current_dir(&paths.root);
    process::run(log, &mut command, failure)
}

/// Node, to run something.
pub fn node() -> Command {
    Command::new("node")
}

/// A command of a program that an npm package brings, in the checkout.
pub fn program(paths: &Paths, file: &str) -> Command {
    let mut command = node();
    command.arg(script(paths, file)).current_dir(&paths.root);
    command
}

/// The file of such a program. `npx` would look for it in the network where it is missing.
pub fn script(paths: &Paths, file: &str) -> PathBuf {
    paths.root.join("node_modules").join(file)
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Major and minor number of "v20.19.2".
fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{LockFile, OLDEST, release};

    fn lock_file(packages: &str) -> LockFile {
        serde_json::from_str(&format!(r#"{{"packages": {{{packages}}}}}"#)).unwrap()
    }

    #[test]
    fn packages_are_installed_where_they_are_missing_or_others() {
        let lit = r#""node_modules/lit": {"version": "3.3.3", "integrity": "sha512-a"}"#;
        let newer = r#""node_modules/lit": {"version": "3.3.4", "integrity": "sha512-b"}"#;
        let optional = r#""node_modules/fsevents": {"version": "2.3.3", "optional": true}"#;
        let locked = lock_file(&format!(r#""": {{"license": "MIT"}}, {lit}, {optional}"#));

        assert!(locked.is_satisfied_by(&lock_file(lit)));
        assert!(locked.is_satisfied_by(&lock_file(&format!("{lit}, {optional}"))));
        for installed in ["", newer, optional] {
            assert!(
                !locked.is_satisfied_by(&lock_file(installed)),
                "{installed}"
            );
        }
        let more = format!(r#"{lit}, "node_modules/uplot": {{"version": "1.6.32"}}"#);
        assert!(!locked.is_satisfied_by(&lock_file(&more)));
    }

    #[test]
    fn versions_of_node_are_compared_as_numbers() {
        assert_eq!(release("v20.20.2"), Some((20, 20)));
        assert!(release("v100.0.0") >= Some(OLDEST));
        assert!(release("v18.19.1") < Some(OLDEST));
        assert_eq!(release("unknown"), None);
    }
}
