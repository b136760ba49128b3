//! Node and the npm packages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::Outcome;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::stamp::{self, Inputs};

/// The oldest Node that the tools run on: what Vite asks for.
const OLDEST: (u32, u32) = (20, 19);

/// Checks that a Node is there that is new enough.
pub fn need_node() -> Outcome<()> {
    let needed = format!("Node {}.{} or newer is needed", OLDEST.0, OLDEST.1);
    let Some(version) = run::answer(node().arg("--version")) else {
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
pub fn install(voice: Voice, folder: &Path) -> Outcome<()> {
    let inputs = Inputs::default()
        .path(folder.join("package-lock.json"))
        .path(folder.join("package.json"))
        .path(folder.join(".npmrc"));
    let stamp = folder.join("node_modules").join(".installed");
    if stamp::fresh(&stamp, &inputs) {
        voice.note("The npm packages are there.");
        return Ok(());
    }
    voice.step("Installing the npm packages");
    let begun = SystemTime::now();
    run::run(
        voice,
        npm()
            .args(["ci", "--no-fund", "--no-audit"])
            .current_dir(folder),
        "The npm packages could not be installed: the lines above say why. It takes the network, once.",
    )?;
    stamp::write(&stamp, &inputs, begun)
}

/// Node, to run something.
pub fn node() -> Command {
    Command::new("node")
}

/// A command of a program that an npm package brings, in the checkout.
pub fn program(places: &Places, file: &str) -> Command {
    let mut command = node();
    command.arg(script(places, file)).current_dir(&places.root);
    command
}

/// The file of such a program. `npx` would look for it in the network where it is missing.
pub fn script(places: &Places, file: &str) -> PathBuf {
    places.root.join("node_modules").join(file)
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
    use super::{OLDEST, release};

    #[test]
    fn versions_of_node_are_compared_as_numbers() {
        assert_eq!(release("v20.20.2"), Some((20, 20)));
        assert!(release("v100.0.0") >= Some(OLDEST));
        assert!(release("v18.19.1") < Some(OLDEST));
        assert_eq!(release("unknown"), None);
    }
}
