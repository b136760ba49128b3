//! The folders that xtask works in.

use std::env;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::target_dir;

/// The folders that xtask works in, all of them absolute.
pub struct Paths {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target directory for all that xtask builds.
    pub target: PathBuf,
    /// The npm package of the module.
    pub pkg: PathBuf,
    /// What a host serves: every version of the site, and what leads to the newest one.
    pub dist: PathBuf,
    /// The site of this version, within that.
    pub site: PathBuf,
    /// The folder that `BUNSEN_DATA` names.
    pub data: Option<PathBuf>,
}

impl Paths {
    /// Finds them all, from the checkout that this program was built in and the environment.
    pub fn find() -> Result<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .ok_or("xtask cannot tell which checkout it belongs to. Run it as `cargo xtask`.")?;
        let target = target_dir::find(variable).ok_or(
            "There is no place for build files: set CARGO_TARGET_DIR, or HOME, to a folder.",
        )?;
        let target = std::path::absolute(&target).map_err(|why| {
            format!(
                "The target directory {} cannot be used: {why}.",
                target.display()
            )
        })?;
        Ok(Self::of(root.to_path_buf(), target, data()?))
    }

    /// Those of a checkout.
    pub fn of(root: PathBuf, target: PathBuf, data: Option<PathBuf>) -> Self {
        let dist = root.join("dist");
        Self {
            pkg: root.join("pkg"),
            site: dist.join("v").join(env!("CARGO_PKG_VERSION")),
            dist,
            root,
            target,
            data,
        }
    }

    /// A path inside the checkout, relative to it.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// What an environment variable holds, unless that is nothing.
fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// `BUNSEN_DATA` as an absolute path. A folder that is not there is a mistake to hear about now, not in the page.
fn data() -> Result<Option<PathBuf>> {
    let Some(folder) = variable("BUNSEN_DATA") else {
        return Ok(None);
    };
    if !folder.is_dir() {
        return Err(format!(
            "BUNSEN_DATA names {}, which is no folder. It has to be a folder that holds data sets (`mnist`, \
             `fashion-mnist`, `cifar-10`), or not be set.",
            folder.display()
        ));
    }
    let absolute = std::path::absolute(&folder)
        .map_err(|why| format!("BUNSEN_DATA, {}, cannot be used: {why}.", folder.display()))?;
    Ok(Some(absolute))
}
