//! Debian packages of what the tests need beside cargo and npm: browsers, and a driver for Vulkan.

use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::log::Log;
use crate::process;

/// Installs packages where this is Debian and we are root. `purpose` says what they are for.
///
/// Which packages and by which command is said first. Nobody else's system is changed: who is not root is told the command.
pub fn install(log: Log, packages: &[&str], purpose: &str) -> Result<()> {
    let names = packages.join(" ");
    if !Path::new("/etc/debian_version").is_file() || process::find("apt-get").is_none() {
        return Err(format!(
            "What is missing for {purpose} is installed by xtask on Debian only, where the packages are {names}."
        ));
    }
    if process::output(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err(format!(
            "The Debian packages {names} are missing for {purpose}. `sudo apt-get install {names}` installs them."
        ));
    }
    log.step(&format!(
        "Installing Debian packages for {purpose}: {names}"
    ));
    // Where the lists cannot be renewed, those that are here may do.
    process::status(log, apt_get().arg("update"))?;
    process::run(
        log,
        apt_get()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
        &format!("The Debian packages {names} could not be installed: the lines above say why."),
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Another apt may hold the lock: unattended upgrades do, for a while after a machine starts.
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"]);
    command
}
