//! Bringing Debian packages, where this is Debian and we may.

use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::log::Log;
use crate::process;

/// Why packages cannot be brought here, or nothing where they can.
pub fn obstacle() -> Option<&'static str> {
    if !Path::new("/etc/debian_version").is_file() || process::find("apt-get").is_none() {
        Some("this is not Debian")
    } else if !is_root() && process::find("sudo").is_none() {
        Some("packages can be installed only by root or with sudo")
    } else {
        None
    }
}

/// Installs packages. The lists of packages are renewed first; where that fails, the ones that are there may do.
pub fn install(log: Log, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if let Some(obstacle) = obstacle() {
        return Err(format!("{names} cannot be installed: {obstacle}."));
    }
    log.step(&format!("Installing {names} from Debian's packages"));
    let renewed = process::status(log, apt().arg("update"))?.success();
    process::run(
        log,
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
        &format!(
            "Debian's packages {names} could not be installed{}: the lines above say why. Where another installation \
             is going on, wait for it and try again.",
            if renewed {
                ""
            } else {
                " (nor could the package lists be renewed: is the network there?)"
            }
        ),
    )
}

fn apt() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    // Another apt may hold the lock: unattended upgrades do, for a while after a machine starts.
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"]);
    command
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).as_deref() == Some("0")
}
