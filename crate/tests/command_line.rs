//! The native command's line: its help, its exit statuses, its JSON, and a reader that has enough.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const LINK: &str = "model=lenet5&data=digits&subset=200&batch=16&steps=8&seed=5&v=1";

struct Finished {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn bunsen(arguments: &[&str]) -> Finished {
    let output = Command::new(env!("CARGO_BIN_EXE_bunsen"))
        .args(arguments)
        .output()
        .unwrap();
    Finished {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn help_lists_the_commands_and_each_command_its_options() {
    let commands = [
        (
            "train",
            &[
                "--engine",
                "--workers",
                "--threads",
                "--own",
                "--weights",
                "--out",
                "--resume",
                "--score-on",
            ][..],
        ),
        ("check", &["--engine", "--workers", "--own", "--weights"]),
        ("predict", &["--csv", "--link"]),
        ("recipes", &["[NETWORK]"]),
        ("data", &["--into"]),
    ];
    for arguments in [&["--help"][..], &["-h"], &["help"]] {
        let told = bunsen(arguments);
        assert_eq!((told.status, &*told.stderr), (Some(0), ""), "{arguments:?}");
        for (command, _) in commands {
            let line = format!("\n  {command} ");
            assert!(told.stdout.contains(&line), "{}", told.stdout);
        }
        assert!(
            told.stdout.ends_with("and 130 after Ctrl-C.\n"),
            "{}",
            told.stdout
        );
    }
    for (command, options) in commands {
        for arguments in [
            [command, "--help"],
            [command, "-h"],
            ["help", command],
            ["--help", command],
        ] {
            let told = bunsen(&arguments);
            assert_eq!((told.status, &*told.stderr), (Some(0), ""), "{arguments:?}");
            if arguments == ["--help", command] {
                continue;
            }
            for option in options.iter().chain(&["--json", "--help"]) {
                assert!(told.stdout.contains(option), "{option}: {}", told.stdout);
            }
        }
    }
}

#[test]
fn its_version_is_told() {
    let expected = format!("bunsen {}\n", env!("CARGO_PKG_VERSION"));
    for option in ["--version", "-V"] {
        let told = bunsen(&[option]);
        assert_eq!((told.status, told.stdout), (Some(0), expected.clone()));
    }
}

#[test]
fn a_line_that_is_wrong_has_a_status_of_its_own() {
    for (arguments, sentence) in [
        (&[][..], "Usage: bunsen"),
        (
            &["frobnicate"],
            "error: unrecognized subcommand 'frobnicate'",
        ),
        (&["trian", LINK], "'train'"),
        (&["train"], "error: train takes one link: quote it."),
        (
            &["train", LINK, LINK],
            "error: train takes one link: quote it.",
        ),
        (
            &["train", LINK, "--engine", "abacus"],
            "[possible values: cpu, wgpu, cuda]",
        ),
        (
            &["train", LINK, "--engine"],
            "a value is required for '--engine",
        ),
        (
            &["train", LINK, "--workers", "0"],
            "for '--workers <N>': a whole number from 1 up is allowed",
        ),
        (
            &["train", LINK, "--seed", "7"],
            "error: unexpected argument '--seed' found",
        ),
        (
            &["check", LINK, "--out", "x"],
            "error: unexpected argument '--out' found",
        ),
        (
            &["check"],
            "error: check takes links or run files, at least one.",
        ),
        (
            &["predict", "weights.safetensors"],
            "error: predict takes a file of weights or a checkpoint, then a folder, a zip or images.",
        ),
        (&["recipes", "mlp", "vit"], "unexpected argument 'vit'"),
        (&["data", "mnist"], "--into <FOLDER>"),
        // Which of the two is meant?
        (
            &["train", LINK, "--out", "one", "--out", "two"],
            "the argument '--out <FOLDER>' cannot be used multiple times",
        ),
        (
            &["train", LINK, "--workers", "1", "--threads", "2"],
            "the argument '--workers <N>' cannot be used multiple times",
        ),
        // What a name hides is shown.
        (&["\u{1b}[31mred"], "[U+001B][31mred"),
    ] {
        let told = bunsen(arguments);
        assert_eq!(told.status, Some(2), "{arguments:?}: {}", told.stderr);
        assert_eq!(told.stdout, "", "{arguments:?}");
        assert!(
            told.stderr.contains(sentence),
            "{arguments:?}: {}",
            told.stderr
        );
    }
}

/// The object, which is all that is on the standard output.
fn json(told: &Finished) -> Value {
    serde_json::from_str(&told.stdout).unwrap_or_else(|why| {
        panic!("{why}: {}\n{}", told.stdout, told.stderr);
    })
}

#[test]
fn a_program_is_told_in_one_json_object() {
    let folder = folder("json");
    let out = folder.to_str().unwrap();
    let trained = bunsen(&["train", LINK, "--out", out, "--threads", "1", "--json"]);
    assert_eq!(trained.status, Some(0), "{}", trained.stderr);
    let told = json(&trained);
    assert_eq!(
        (&told["status"], &told["step"], &told["steps"]),
        (&"done".into(), &8.into(), &8.into())
    );
    assert_eq!(told["engine"], "CPU, SIMD, 1 thread");
    let file = folder.join("run.bunsen.json");
    let run: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for key in ["link", "check", "scores"] {
        assert_eq!(told[key], run[key], "{key}");
    }
    assert_eq!(told["folder"], out);
    assert_eq!(told["files"][0], "run.bunsen.json");
    assert!(told["loss"].as_f64().is_some(), "{told}");
    // What a person is told is on the standard error.
    assert!(trained.stderr.contains("\nstep 8: "), "{}", trained.stderr);

    let again = bunsen(&["train", LINK, "--out", out, "--json"]);
    assert_eq!(again.status, Some(1));
    let sentence = format!("{out} holds a run already (run.bunsen.json): name another folder.");
    assert_eq!(json(&again)["error"], sentence);
    assert_eq!(again.stderr, format!("{sentence}\n"));

    let checked = bunsen(&["--json", "check", file.to_str().unwrap(), LINK]);
    assert_eq!(checked.status, Some(1));
    let told = json(&checked);
    assert_eq!(told["replays"][0]["outcome"], "within the band");
    assert_eq!(told["replays"][1]["outcome"], "cannot");
    assert_eq!(told["error"], Value::Null);

    let recipes = bunsen(&["recipes", "lenet5-1998", "--json"]);
    let told = json(&recipes);
    let recipe = &told["recipes"][0];
    assert_eq!(
        (&recipe["network"], &recipe["name"], &recipe["link"]),
        (
            &"lenet5-1998".into(),
            &"own".into(),
            &"model=lenet5-1998&v=1".into()
        )
    );
}

/// Such as `head` that has its lines.
#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    for arguments in [
        &["recipes"][..],
        &["help"],
        &["check", LINK],
        &["--json", "recipes", "mlp"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_bunsen"));
        let output = command.args(arguments).stdout(writer).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), &*said),
            (Some(141), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn progress_in_a_pipe_is_ten_lines() {
    let folder = folder("progress");
    let link = LINK.replace("steps=8", "steps=40");
    let trained = bunsen(&["train", &link, "--out", folder.to_str().unwrap()]);
    let lines: Vec<&str> = trained
        .stderr
        .lines()
        .filter(|line| line.starts_with("training ["))
        .collect();
    assert!((1..=10).contains(&lines.len()), "{}", trained.stderr);
    assert!(!trained.stderr.contains(['\r', '\x1b']));
    let last = lines.last().unwrap();
    assert!(last.contains("] step 40 of 40, training loss "), "{last}");
    assert!(last.ends_with(" images/s"), "{last}");
    // The results alone are on the standard output.
    let mut out = trained.stdout.lines();
    assert!(out.next().unwrap().starts_with("model=lenet5&"));
    assert!(
        out.next()
            .unwrap()
            .starts_with("Synthetic digits, 40 steps of 16, on CPU")
    );
    assert!(out.all(|line| !line.starts_with("training")));
}
