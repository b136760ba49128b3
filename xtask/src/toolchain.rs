//! A Rust toolchain that builds for wasm32-unknown-unknown: rustup's, or where that cannot be had, Debian's.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::debian;
use crate::places::Places;
use crate::run;
use crate::say::Voice;

/// The target that the module is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Forces a route: `rustup` or `debian`.
const ROUTE: &str = "BUNSEN_WASM_TOOLCHAIN";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// How the module is built here.
pub enum Toolchain {
    /// By the toolchain that runs xtask, which has the target.
    Ordinary,
    /// By Debian's `rustc-web` and `cargo-web`, which build the standard library for the target from its sources.
    Debian {
        /// What links wasm: a `rust-lld` or a `wasm-ld`.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds a toolchain for the target, or brings one.
    pub fn find(voice: Voice) -> Outcome<Self> {
        let route = env::var(ROUTE).unwrap_or_default();
        match route.as_str() {
            "" => match ordinary(voice) {
                Ok(toolchain) => Ok(toolchain),
                Err(why_not) => {
                    voice.note(&why_not);
                    debian(voice).map_err(|why| {
                        format!(
                            "The wasm target is missing and could not be brought. rustup: {why_not} Debian: {why} \
                             What it takes is `rustup target add {TARGET}`, with rustup and the network."
                        )
                    })
                }
            },
            "rustup" => ordinary(voice),
            "debian" => debian(voice),
            other => Err(format!(
                "{ROUTE} is `{other}`. It has to be `rustup` or `debian`, or not be set."
            )),
        }
    }

    /// A cargo command that builds for the target: `cargo build --target …`, to which the rest is added.
    pub fn cargo_build(&self, places: &Places) -> Command {
        let mut command = match self {
            Self::Ordinary => run::cargo(places),
            Self::Debian { linker } => debian_cargo(linker, places),
        };
        // These would take the place of the flags in .cargo/config.toml, and the module would lose its SIMD.
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.args(["build", "--target", TARGET]);
        if matches!(self, Self::Debian { .. }) {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        command
    }

    /// The exact compiler, for the stamps.
    pub fn identity(&self) -> String {
        let version = match self {
            Self::Ordinary => run::answer(rustc().arg("-vV")),
            Self::Debian { .. } => run::answer(debian_rustc().arg("-vV")),
        };
        version.unwrap_or_default()
    }
}

/// The toolchain that runs xtask, with the target added where it is missing.
fn ordinary(voice: Voice) -> Outcome<Toolchain> {
    let Some(sysroot) = run::answer(rustc().args(["--print", "sysroot"])) else {
        return Err("`rustc` is not there.".to_owned());
    };
    let has_target = || {
        Path::new(&sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
            .is_dir()
    };
    if has_target() {
        return Ok(Toolchain::Ordinary);
    }
    let Some(rustup) = run::find("rustup") else {
        return Err(
            "the toolchain has no wasm target, and there is no rustup to add it.".to_owned(),
        );
    };
    voice.step("Adding the wasm target to the Rust toolchain");
    run::run(
        voice,
        Command::new(rustup).args(["target", "add", TARGET]),
        "`rustup target add` failed: the lines above say why.",
    )?;
    if has_target() {
        Ok(Toolchain::Ordinary)
    } else {
        Err(format!(
            "rustup added the wasm target to another toolchain than the one in {sysroot}."
        ))
    }
}

/// Debian's compiler with the sources of its standard library, both installed where they are missing.
fn debian(voice: Voice) -> Outcome<Toolchain> {
    if lacks_from_debian().is_some() {
        debian::install(voice, &["rustc-web", "cargo-web", "rust-web-src"])?;
    }
    if let Some(lack) = lacks_from_debian() {
        return Err(format!("Debian's packages are installed, yet {lack}."));
    }
    let linker = match linker() {
        Some(linker) => linker,
        None => {
            debian::install(voice, &["lld-22"])?;
            linker().ok_or("Debian's lld-22 is installed, yet there is no `wasm-ld-22` on PATH.")?
        }
    };
    voice.note(&format!(
        "Building for wasm with Debian's compiler and {}.",
        linker.display()
    ));
    Ok(Toolchain::Debian { linker })
}

/// What Debian's packages ought to have brought and did not.
fn lacks_from_debian() -> Option<String> {
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let Some(version) = run::answer(debian_rustc().arg("--version")) else {
        return Some(format!("there is no {DEBIAN_RUSTC}"));
    };
    if release(&version) < release(needed) {
        return Some(format!(
            "{DEBIAN_RUSTC} is `{version}`, and Rust {needed} or newer is needed"
        ));
    }
    if !Path::new(DEBIAN_CARGO).is_file() {
        return Some(format!("there is no {DEBIAN_CARGO}"));
    }
    let sources = "/usr/lib/rustlib/src/rust/library/Cargo.lock";
    (!Path::new(sources).is_file())
        .then(|| format!("there are no sources of the standard library ({sources})"))
}

/// Major and minor number of "rustc 1.96.0 (…)" or "1.95".
fn release(version: &str) -> Option<(u32, u32)> {
    let number = version
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let mut parts = number.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn debian_cargo(linker: &Path, places: &Places) -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    run::cargo_setting(&mut command, places);
    of_debian(&mut command);
    command
        // Building the standard library is not a stable option; this is what lets a stable compiler do it.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    command
}

fn debian_rustc() -> Command {
    let mut command = Command::new(DEBIAN_RUSTC);
    of_debian(&mut command);
    command
}

/// Takes away what rustup and cargo told xtask, so that no part of their toolchain is used beside Debian's.
fn of_debian(command: &mut Command) {
    for name in [
        "CARGO",
        "RUSTUP_TOOLCHAIN",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
    command
        .env("RUSTC", DEBIAN_RUSTC)
        .env("PATH", first_on_path("/usr/bin"));
}

fn first_on_path(folder: &str) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from(folder)).chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path.clone())
}

/// Any linker for wasm on this machine: `rust-lld` of a toolchain, else LLVM's.
fn linker() -> Option<PathBuf> {
    let rustup = env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".rustup")));
    let toolchains = rustup
        .map(|home| folders(&home.join("toolchains")))
        .unwrap_or_default();
    toolchains
        .iter()
        .map(|toolchain| toolchain.join("lib/rustlib"))
        .chain([PathBuf::from("/usr/lib/rustlib")])
        .flat_map(|rustlib| folders(&rustlib))
        .map(|host| host.join("bin/rust-lld"))
        .find(|path| path.is_file())
        .or_else(|| {
            ["wasm-ld-22", "wasm-ld-23", "wasm-ld-21", "wasm-ld"]
                .into_iter()
                .find_map(run::find)
        })
}

/// What lies in a folder, the last by name first, so that `stable` comes before a numbered toolchain.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut inside: Vec<PathBuf> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    inside.sort();
    inside.reverse();
    inside
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn releases_are_compared_as_numbers() {
        assert_eq!(
            release("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"),
            Some((1, 96))
        );
        assert_eq!(release("1.95"), Some((1, 95)));
        assert!(release("rustc 1.100.0") > release("1.95"));
        assert_eq!(release("no version"), None);
    }
}
