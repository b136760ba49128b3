//! `deny.toml`: what is accepted. The format is cargo-deny's; what is not read here, it checks.

use std::fs;

use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use crate::Result;
use crate::paths::Paths;

/// What is accepted.
#[derive(Deserialize)]
pub struct Policy {
    licenses: Licenses,
    #[serde(default)]
    advisories: Advisories,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    clarify: Vec<Clarification>,
}

/// The licence of a package that does not name it.
#[derive(Deserialize)]
struct Clarification {
    #[serde(rename = "crate")]
    package: String,
    expression: String,
}

#[derive(Default, Deserialize)]
struct Advisories {
    #[serde(default)]
    ignore: Vec<Ignored>,
}

#[derive(Deserialize)]
struct Ignored {
    id: String,
    /// Why it does not matter here: without one, nothing is ignored.
    #[serde(rename = "reason")]
    _reason: String,
}

impl Policy {
    /// Reads it from the checkout.
    pub fn read(paths: &Paths) -> Result<Self> {
        let path = paths.root.join("deny.toml");
        let text = fs::read_to_string(&path)
            .map_err(|why| format!("{} cannot be read: {why}.", path.display()))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|why| format!("deny.toml is not understood: {why}"))
    }

    /// Whether an advisory is accepted.
    pub fn ignores(&self, advisory: &str) -> bool {
        self.advisories.ignore.iter().any(|one| one.id == advisory)
    }

    /// The licence of a package: the one that it names, else the one that `deny.toml` says it has.
    pub fn license<'a>(&'a self, package: &str, named: Option<&'a str>) -> Option<&'a str> {
        named.or_else(|| {
            let mut clarifications = self.licenses.clarify.iter();
            let clarification = clarifications.find(|one| one.package == package)?;
            Some(clarification.expression.as_str())
        })
    }

    /// Whether a licence is accepted, which may be an expression of several.
    pub fn allows(&self, license: &str) -> Result<bool> {
        let not_understood = |text: &str, why: spdx::ParseError| {
            format!("The licence `{text}` is not understood: {why}.")
        };
        let expression = Expression::parse_mode(license, ParseMode::LAX)
            .map_err(|why| not_understood(license, why))?;
        let allowed = self
            .licenses
            .allow
            .iter()
            .map(|text| Licensee::parse(text).map_err(|why| not_understood(text, why)))
            .collect::<Result<Vec<Licensee>>>()?;
        Ok(expression.evaluate(|required| allowed.iter().any(|one| one.satisfies(required))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let text = r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Zlib"]
            clarify = [{ crate = "cfg_block", expression = "Apache-2.0", license-files = [] }]
            [advisories]
            ignore = [{ id = "RUSTSEC-2024-0436", reason = "no fault is known" }]
        "#;
        Policy::parse(text).unwrap()
    }

    #[test]
    fn expressions_are_evaluated() {
        for (license, allowed) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND Zlib", true),
            ("Apache-2.0 WITH LLVM-exception", false),
        ] {
            assert_eq!(policy().allows(license), Ok(allowed), "{license}");
        }
        assert!(policy().allows("MIT OR nonsense").is_err());
    }

    #[test]
    fn a_package_without_a_licence_has_the_one_that_is_stated() {
        let policy = policy();
        assert_eq!(policy.license("cfg_block", None), Some("Apache-2.0"));
        assert_eq!(policy.license("cfg_block", Some("MIT")), Some("MIT"));
        assert_eq!(policy.license("another", None), None);
    }

    #[test]
    fn advisories_are_ignored_for_a_reason() {
        assert!(policy().ignores("RUSTSEC-2024-0436"));
        assert!(!policy().ignores("RUSTSEC-2024-0001"));
        let without = "licenses.allow = []\nadvisories.ignore = [{ id = \"RUSTSEC-2024-0436\" }]";
        assert!(Policy::parse(without).is_err());
    }
}
