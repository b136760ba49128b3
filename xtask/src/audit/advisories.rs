//! The advisories of the RustSec database on what we depend on, as a snapshot in the repository (`advisories.toml`), so that
//! checking them takes no network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use super::packages::Package;
use crate::Result;
use crate::paths::Paths;
use crate::process;

const HEADER: &str = "\
# The advisories of the RustSec database on the packages of Cargo.lock, of any version.
# `cargo xtask advisories <clone of the database>` makes this file.

";

/// What the database said.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Snapshot {
    /// The date of the database's commit.
    pub date: String,
    /// The database's commit.
    commit: String,
    /// The packages that were looked up.
    packages: BTreeSet<String>,
    #[serde(default)]
    advisory: Vec<Advisory>,
}

/// What of an advisory decides whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Advisory {
    /// Such as RUSTSEC-2024-0436.
    pub id: String,
    package: String,
    /// `unmaintained`, `unsound` or `notice` where it is no vulnerability.
    #[serde(skip_serializing_if = "Option::is_none")]
    informational: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    patched: Vec<VersionReq>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unaffected: Vec<VersionReq>,
}

impl Advisory {
    /// A pre-release is in no range that does not name it, and so is taken to be concerned.
    fn concerns(&self, package: &Package) -> bool {
        let mut safe = self.patched.iter().chain(&self.unaffected);
        self.package == package.name && !safe.any(|versions| versions.matches(&package.version))
    }

    /// What it is about, and where it is to be read.
    pub fn describe(&self, version: &Version) -> String {
        format!(
            "{} {version}: {}, https://rustsec.org/advisories/{}",
            self.package,
            self.informational.as_deref().unwrap_or("vulnerable"),
            self.id
        )
    }
}

impl Snapshot {
    fn path(paths: &Paths) -> PathBuf {
        paths.root.join("advisories.toml")
    }

    /// Reads it from the checkout.
    pub fn read(paths: &Paths) -> Result<Self> {
        let path = Self::path(paths);
        let text = fs::read_to_string(&path)
            .map_err(|why| format!("{} cannot be read: {why}.", path.display()))?;
        toml::from_str(&text).map_err(|why| format!("advisories.toml is not understood: {why}"))
    }

    /// The advisories that concern these packages.
    pub fn concerning<'a>(
        &'a self,
        packages: &'a [Package],
    ) -> impl Iterator<Item = (&'a Advisory, &'a Package)> {
        packages.iter().flat_map(|package| {
            let concerning = self.advisory.iter().filter(|one| one.concerns(package));
            concerning.map(move |advisory| (advisory, package))
        })
    }

    /// The packages that were not looked up: they came into Cargo.lock later.
    pub fn not_looked_up(&self, packages: &[Package]) -> BTreeSet<String> {
        let names = packages.iter().map(|package| package.name.clone());
        names.filter(|name| !self.packages.contains(name)).collect()
    }

    /// Makes the snapshot anew from a clone of the database. Gives how many advisories it has.
    pub fn update(paths: &Paths, database: &Path, packages: &[Package]) -> Result<usize> {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(database).args(arguments);
            process::output(&mut command).ok_or_else(|| {
                let (database, arguments) = (database.display(), arguments.join(" "));
                format!("`git {arguments}` failed in {database}: it has to be a clone of the RustSec database.")
            })
        };
        let packages: BTreeSet<String> = packages
            .iter()
            .map(|package| package.name.clone())
            .collect();
        let files = git(&["ls-tree", "-r", "--name-only", "HEAD", "crates"])?;
        let mut advisory = Vec::new();
        for file in files.lines() {
            // crates/<package>/<id>.md
            let package = file.split('/').nth(1).unwrap_or_default();
            if packages.contains(package) {
                let text = git(&["show", &format!("HEAD:{file}")])?;
                advisory.extend(parse(&text).map_err(|why| format!("{file}: {why}"))?);
            }
        }
        let count = advisory.len();
        let snapshot = Self {
            date: git(&["log", "-1", "--format=%cs"])?,
            commit: git(&["log", "-1", "--format=%H"])?,
            packages,
            advisory,
        };
        let text = toml::to_string_pretty(&snapshot)
            .map_err(|why| format!("The snapshot cannot be written: {why}."))?;
        let path = Self::path(paths);
        fs::write(&path, format!("{HEADER}{text}"))
            .map_err(|why| format!("{} cannot be written: {why}.", path.display()))?;
        Ok(count)
    }
}

/// Reads an advisory, which is TOML in Markdown; nothing where it was withdrawn.
fn parse(text: &str) -> Result<Option<Advisory>> {
    #[derive(Deserialize)]
    struct File {
        advisory: Head,
        #[serde(default)]
        versions: Versions,
    }
    #[derive(Deserialize)]
    struct Head {
        id: String,
        package: String,
        informational: Option<String>,
        withdrawn: Option<String>,
    }
    #[derive(Default, Deserialize)]
    struct Versions {
        #[serde(default)]
        patched: Vec<VersionReq>,
        #[serde(default)]
        unaffected: Vec<VersionReq>,
    }

    let toml = text
        .split_once("```toml")
        .and_then(|(_, rest)| rest.split_once("```"))
        .ok_or("There is no TOML in it.")?
        .0;
    let file: File = toml::from_str(toml).map_err(|why| why.to_string())?;
    if file.advisory.withdrawn.is_some() {
        return Ok(None);
    }
    Ok(Some(Advisory {
        id: file.advisory.id,
        package: file.advisory.package,
        informational: file.advisory.informational,
        patched: file.versions.patched,
        unaffected: file.versions.unaffected,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADVISORY: &str = "```toml
[advisory]
id = \"RUSTSEC-2020-0001\"
package = \"example\"
date = \"2020-01-01\"
[affected]
functions = { \"example::f\" = [\"< 1.2\"] }
[versions]
patched = [\"^ 0.9.4\", \">= 1.2.0\"]
unaffected = [\"< 0.5\"]
```
# A fault
";

    fn package(name: &str, version: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: Version::parse(version).unwrap(),
            license: None,
            source: None,
        }
    }

    #[test]
    fn versions_that_are_neither_patched_nor_unaffected_are_concerned() {
        let advisory = parse(ADVISORY).unwrap().unwrap();
        for (version, concerned) in [
            ("0.4.9", false),
            ("0.5.0", true),
            ("0.9.3", true),
            ("0.9.4", false),
            ("1.1.9", true),
            ("1.2.0", false),
            ("1.3.0-alpha.1", true),
            ("2.0.0", false),
        ] {
            assert_eq!(
                advisory.concerns(&package("example", version)),
                concerned,
                "{version}"
            );
        }
        assert!(!advisory.concerns(&package("another", "1.0.0")));
    }

    #[test]
    fn what_was_withdrawn_is_left_out() {
        let text = ADVISORY.replace("date =", "withdrawn = \"2021-01-01\"\ndate =");
        assert_eq!(parse(&text), Ok(None));
        assert!(parse("# A fault").is_err());
    }

    #[test]
    fn a_snapshot_is_read_as_it_was_written() {
        let snapshot = Snapshot {
            date: "2020-01-02".to_owned(),
            commit: "abc".to_owned(),
            packages: ["example".to_owned()].into(),
            advisory: vec![parse(ADVISORY).unwrap().unwrap()],
        };
        let text = toml::to_string(&snapshot).unwrap();
        assert_eq!(toml::from_str(&text), Ok(snapshot));
    }

    #[test]
    fn packages_that_came_later_are_named() {
        let snapshot: Snapshot =
            toml::from_str("date = \"\"\ncommit = \"\"\npackages = [\"example\"]").unwrap();
        let packages = [package("example", "1.0.0"), package("later", "1.0.0")];
        assert_eq!(
            snapshot.not_looked_up(&packages),
            ["later".to_owned()].into()
        );
    }
}
