//! A Chromium for the tests and the benchmark.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::debian;
use crate::log::Log;
use crate::process;

/// The variable that names the browser's program, to xtask and to the tests.
pub const VARIABLE: &str = "BUNSEN_CHROMIUM";

/// The variable that names the same browser without its windows to the tests.
const SHELL_VARIABLE: &str = "BUNSEN_HEADLESS_SHELL";

/// Debian's package of it, and its program.
const SHELL: &str = "chromium-headless-shell";

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Finds a Chromium, or installs Debian's.
pub fn find(log: Log) -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let program = PathBuf::from(named);
        return if program.is_file() {
            std::path::absolute(&program)
                .map_err(|why| format!("{VARIABLE} cannot be used: {why}."))
        } else {
            Err(format!(
                "{VARIABLE} names {}, which is no file.",
                program.display()
            ))
        };
    }
    if let Some(program) = installed() {
        return Ok(program);
    }
    let sentence = |why: &str| {
        format!(
            "There is no Chromium for the tests, and none could be installed: {why} Install Chromium or Chrome, or let \
             {VARIABLE} name one."
        )
    };
    debian::install(log, &["chromium"], "the tests in a browser").map_err(|why| sentence(&why))?;
    installed().ok_or_else(|| sentence("Debian's chromium is installed, yet not on PATH."))
}

/// Names the browsers to the tests: the whole one, and Chromium's headless shell, in which pages open for half of the processor's
/// time.
///
/// Where another browser was asked for, or there is no shell, the tests use the whole one for all.
pub fn name_to(tests: &mut Command, chromium: &Path) {
    let asked_for = env::var_os(VARIABLE).is_some_and(|value| !value.is_empty());
    tests.env(VARIABLE, chromium);
    match process::find(SHELL).filter(|_| !asked_for) {
        Some(shell) => tests.env(SHELL_VARIABLE, shell),
        None => tests.env_remove(SHELL_VARIABLE),
    };
}

/// Installs the headless shell of Debian's Chromium. Tests do without it, and take longer.
pub fn install_shell(log: Log) {
    if process::find(SHELL).is_some() || process::find("chromium").is_none() {
        return;
    }
    if let Err(why) = debian::install(log, &[SHELL], "tests in half the time") {
        log.note(&why);
    }
}

/// Installs the other browsers that replay links, on Debian. The tests that would need one that is missing say so.
pub fn install_others(log: Log) -> Result<()> {
    let firefox = ["firefox-esr", "firefox"]
        .into_iter()
        .find_map(process::find);
    let display = process::find("xvfb-run");
    let mut packages = Vec::new();
    if firefox.is_none() {
        packages.push("firefox-esr");
    }
    if display.is_none() || !has_webkit() {
        packages.extend(["webkit2gtk-driver", "xvfb", "xauth"]);
    }
    if packages.is_empty() || !cfg!(target_os = "linux") {
        return Ok(());
    }
    debian::install(log, &packages, "links that are replayed in other browsers")
}

/// Whether WebKitGTK's small browser is there, which Debian keeps beside the library.
fn has_webkit() -> bool {
    let library = |folder: PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("webkit2gtk-4.") && folder.join("MiniBrowser").is_file()
    };
    let below = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let mut folders = vec![PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib")];
    folders.extend(below(&PathBuf::from("/usr/lib")));
    folders.iter().flat_map(below).any(library)
}

fn installed() -> Option<PathBuf> {
    NAMES
        .into_iter()
        .find_map(process::find)
        .or_else(|| default_locations().into_iter().find(|path| path.is_file()))
}

/// Where the systems that do not put browsers on PATH keep them.
fn default_locations() -> Vec<PathBuf> {
    if cfg!(target_os = "macos") {
        ["Google Chrome", "Chromium"]
            .map(|name| PathBuf::from(format!("/Applications/{name}.app/Contents/MacOS/{name}")))
            .into()
    } else if cfg!(windows) {
        ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"]
            .into_iter()
            .filter_map(env::var_os)
            .map(|folder| PathBuf::from(folder).join(r"Google\Chrome\Application\chrome.exe"))
            .collect()
    } else {
        Vec::new()
    }
}
