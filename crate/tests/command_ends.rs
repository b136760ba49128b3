//! How the native command ends before its time: with a sentence, an exit status, and a checkpoint to go on from.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Scored every 100 steps.
const LINK: &str =
    "model=lenet5&data=digits&subset=2000&batch=4&steps=400&score=100&test=100&seed=5";

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("bunsen-ends-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn bunsen(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bunsen"));
    command.current_dir(folder).args(arguments);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check_of(output: &Output) -> String {
    let out = text(&output.stdout);
    let line = out.lines().find_map(|line| line.strip_prefix("check "));
    line.unwrap_or_else(|| panic!("{out}{}", text(&output.stderr)))
        .to_owned()
}

/// Starts a training, waits for its first score, does `then` to it, and gives its status and its standard error.
fn disturb(folder: &Path, then: impl FnOnce(u32)) -> (Option<i32>, String) {
    let mut command = bunsen(folder, &["train", LINK, "--out", "run"]);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.find(|line| line.as_ref().unwrap().starts_with("step 100: "));
    assert!(first.is_some());
    then(child.id());
    // Its end of the pipe is closed with this.
    drop(lines);
    let mut err = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut err).unwrap();
    let is_progress = |line: &&str| line.starts_with("training [");
    let err: Vec<_> = err.lines().filter(|line| !is_progress(line)).collect();
    (child.wait().unwrap().code(), err.join("\n"))
}

/// Goes on from the checkpoint that `err` names, in the run's folder, and gives the check.
fn check_going_on(folder: &Path, err: &str) -> String {
    assert!(
        err.contains("bunsen train --resume run/checkpoint.safetensors"),
        "{err}"
    );
    let resume = ["train", "--resume", "run/checkpoint.safetensors"];
    let output = bunsen(folder, &resume).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(folder.join("run/weights.safetensors").exists());
    assert!(!folder.join("run/checkpoint.safetensors").exists());
    check_of(&output)
}

#[test]
fn what_ends_a_training_leaves_a_checkpoint_of_the_same_run() {
    let folder = folder("training");
    let undisturbed = bunsen(&folder, &["train", LINK]).output().unwrap();
    assert!(folder.join("bunsen-1/run.bunsen.json").exists());
    let undisturbed = check_of(&undisturbed);

    for (signal, status, sentence) in [
        ("INT", 130, "Interrupted."),
        ("TERM", 143, "Ended by SIGTERM."),
    ] {
        let kill = |id: u32| {
            let kill = ["-s", signal, &id.to_string()];
            assert!(Command::new("kill").args(kill).status().unwrap().success());
        };
        let (code, err) = disturb(&folder, kill);
        assert_eq!(code, Some(status), "{err}");
        assert!(err.starts_with(sentence), "{err}");
        assert_eq!(check_going_on(&folder, &err), undisturbed);
        fs::remove_dir_all(folder.join("run")).unwrap();
    }

    let (code, err) = disturb(&folder, |_| {});
    assert_eq!(code, Some(141), "{err}");
    // Who closed the pipe knows.
    assert!(err.starts_with("Step "), "{err}");
    assert_eq!(check_going_on(&folder, &err), undisturbed);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_program_is_told_of_the_checkpoint() {
    let folder = folder("json");
    let mut command = bunsen(&folder, &["train", LINK, "--out", "run", "--json"]);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.find(|line| line.as_ref().unwrap().starts_with("step 100: "));
    assert!(first.is_some());
    let kill = ["-s", "INT", &child.id().to_string()];
    assert!(Command::new("kill").args(kill).status().unwrap().success());
    let said: Vec<_> = lines.map(Result::unwrap).collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{said:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["status"], "interrupted");
    assert_eq!(told["error"], "Interrupted.");
    assert_eq!(told["scores"][0]["step"], 100);
    let checkpoint = told["checkpoint"].as_str().unwrap();
    assert_eq!(checkpoint, "run/checkpoint.safetensors");
    assert!(folder.join(checkpoint).exists());
    let way = format!("To go on: bunsen train --resume {checkpoint}");
    assert!(said.iter().any(|line| line.ends_with(&way)), "{said:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let folder = folder("threads");
    let link = "model=resnet-8&data=digits&subset=200&batch=16&steps=6&test=50&seed=5";
    let check = |workers: &str| {
        let arguments = ["train", link, "--workers", workers, "--out", workers];
        let output = bunsen(&folder, &arguments).output().unwrap();
        let first = text(&output.stdout).lines().nth(1).unwrap().to_owned();
        let threads = match workers {
            "1" => "1 thread".to_owned(),
            _ => format!("{workers} threads"),
        };
        assert!(first.contains(&threads), "{first}");
        check_of(&output)
    };
    let alone = check("1");
    assert_eq!(check("2"), alone);
    assert_eq!(check("4"), alone);
    fs::remove_dir_all(folder).unwrap();
}

/// Each output that is full, and each folder that cannot be written, with what is said.
#[test]
fn what_cannot_be_written_is_said() {
    let folder = folder("writing");
    fs::write(folder.join("file"), "").unwrap();
    fs::create_dir(folder.join("full")).unwrap();
    fs::write(folder.join("full/run.bunsen.json"), "mine").unwrap();
    for (out, sentence) in [
        ("file", "file cannot be written ("),
        ("file/sub", "file/sub cannot be written ("),
        (
            "full",
            "full holds a run already (run.bunsen.json): name another folder.\n",
        ),
    ] {
        let output = bunsen(&folder, &["train", LINK, "--out", out])
            .output()
            .unwrap();
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.starts_with(sentence), "{err}");
        // Nothing was trained.
        assert!(output.stdout.is_empty());
    }
    assert_eq!(
        fs::read(folder.join("full/run.bunsen.json")).unwrap(),
        b"mine"
    );

    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        return;
    };
    for arguments in [
        &["--help"][..],
        &["check", "steps=1"],
        &["train", LINK, "--out", "run"],
    ] {
        let mut command = bunsen(&folder, arguments);
        let output = command.stdout(full.try_clone().unwrap()).output().unwrap();
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(
            err.starts_with("The output cannot be written (No space left"),
            "{err}"
        );
    }
    // The first line could not be written: nothing had been trained.
    assert!(!folder.join("run").exists());
    fs::remove_dir_all(folder).unwrap();
}
