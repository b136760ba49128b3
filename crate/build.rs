//! Tells the crate which compiler builds it, for run files: the same source gives the same bits only from the same compiler.

use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let output = Command::new(std::env::var("RUSTC")?).arg("-vV").output()?;
    let version = String::from_utf8(output.stdout)?;
    let value = |key: &str| version.lines().find_map(|line| line.strip_prefix(key));
    let release = value("release: ").unwrap_or("unknown");
    let commit = value("commit-hash: ").unwrap_or("unknown");
    println!("cargo:rustc-env=BUNSEN_RUSTC_RELEASE={release}");
    println!("cargo:rustc-env=BUNSEN_RUSTC_COMMIT={commit}");
    println!("cargo:rustc-env=BUNSEN_TARGET={}", std::env::var("TARGET")?);
    Ok(())
}
