//! Running other programs.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use crate::Result;
use crate::log::Log;
use crate::paths::Paths;

/// A cargo command, in the checkout, with the target directory of all that xtask builds.
pub fn cargo(paths: &Paths) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    configure_cargo(&mut command, paths);
    command
}

/// What every command needs that is cargo, or calls it.
pub fn configure_cargo(command: &mut Command, paths: &Paths) {
    command
        .current_dir(&paths.root)
        .env("CARGO_TARGET_DIR", &paths.target);
    // `cargo run` tells xtask about xtask in these. Build scripts that watch them would run again for nothing.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_about_xtask) {
            command.env_remove(name);
        }
    }
}

fn is_about_xtask(variable: &str) -> bool {
    [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ]
    .iter()
    .any(|start| variable.starts_with(start))
        || variable == "OUT_DIR"
}

/// Shows the command, runs it with its output for all to see, and is an error unless it succeeds.
pub fn run(log: Log, command: &mut Command, failure: &str) -> Result<()> {
    let status = status(log, command)?;
    if status.success() {
        Ok(())
    } else {
        Err(failure.to_owned())
    }
}

/// Shows the command and runs it with its output for all to see.
pub fn status(log: Log, command: &mut Command) -> Result<ExitStatus> {
    log.note(&format!("$ {}", shown(command)));
    let status = if log.prefix().is_empty() {
        command.status()
    } else {
        status_with_prefix(log, command)
    };
    status.map_err(|why| not_started(command, &why))
}

/// Runs a command and gives what it prints, or nothing where it is not there or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program lies on PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let file = if cfg!(windows) {
        format!("{program}.exe")
    } else {
        program.to_owned()
    };
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// The sentence for a program that could not be started at all.
pub fn not_started(command: &Command, why: &std::io::Error) -> String {
    format!(
        "{} could not be started: {why}.",
        command.get_program().display()
    )
}

fn status_with_prefix(log: Log, command: &Command) -> std::io::Result<ExitStatus> {
    let mut child = niced(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| {
            out.into_iter()
                .for_each(|pipe| relay(log, BufReader::new(pipe)))
        });
        scope.spawn(|| {
            err.into_iter()
                .for_each(|pipe| relay(log, BufReader::new(pipe)))
        });
    });
    child.wait()
}

/// The same command at a lower priority: work in the background leaves the machine to the page.
fn niced(command: &Command) -> Command {
    if find("nice").is_none() {
        return copy(command, Command::new(command.get_program()));
    }
    let mut nice = Command::new("nice");
    nice.args(["-n", "10"]).arg(command.get_program());
    copy(command, nice)
}

/// Gives a command the arguments, the folder and the environment of another.
fn copy(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args());
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
    to
}

fn relay(log: Log, pipe: impl BufRead) {
    for line in pipe.lines().map_while(Result::ok) {
        log.note(&line);
    }
}

/// The command as one would type it; long paths to a program are cut to its name.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let quoted: Vec<String> = std::iter::once(name)
        .chain(command.get_args())
        .map(quoted)
        .collect();
    quoted.join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.chars().count() > 200 {
        "'…'".to_owned()
    } else if word.contains([' ', '\n', '"']) {
        format!("'{word}'")
    } else {
        word.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["build", "--profile", "web", "a b"]);
        assert_eq!(shown(&command), "cargo build --profile web 'a b'");
    }

    #[test]
    fn variables_about_xtask_are_known() {
        assert!(is_about_xtask("CARGO_PKG_NAME"));
        assert!(!is_about_xtask("CARGO_HOME"));
        assert!(!is_about_xtask("CARGO_TARGET_DIR"));
    }

    #[test]
    fn programs_that_fail_or_lack_have_no_output() {
        assert_eq!(output(&mut Command::new("there-is-no-such-program")), None);
    }
}
