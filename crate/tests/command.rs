//! The native command: what it trains can be replayed, and a run outside the band fails.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

const LINK: &str = "model=lenet5&data=digits&subset=200&batch=16&steps=8&seed=5&v=1";

struct Finished {
    success: bool,
    stdout: String,
    stderr: String,
}

fn bunsen(arguments: &[&str]) -> Finished {
    let output = Command::new(env!("CARGO_BIN_EXE_bunsen"))
        .args(arguments)
        .output()
        .unwrap();
    Finished {
        success: output.status.success(),
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
fn a_trained_run_is_replayed_within_the_band() {
    let folder = folder("trained");
    let trained = bunsen(&["train", LINK, "--out", folder.to_str().unwrap()]);
    assert!(trained.success, "{}", trained.stderr);
    assert!(trained.stdout.contains("\ncheck "), "{}", trained.stdout);
    assert!(folder.join("weights.safetensors").is_file());
    let file = folder.join("run.bunsen.json");
    let json = std::fs::read_to_string(&file).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let target = json["versions"]["compiler"]["target"].as_str().unwrap();
    assert!(target.contains(std::env::consts::ARCH), "{target}");

    let replayed = bunsen(&["check", file.to_str().unwrap()]);
    assert!(replayed.success, "{}", replayed.stdout);
    // The losses are the same, but natively nothing more is claimed.
    let row = replayed.stdout.lines().nth(1).unwrap();
    assert!(row.starts_with("within the band"), "{row}");

    // A run of another seed under this seed's link.
    let text = std::fs::read_to_string(&file).unwrap();
    let other = folder.join("other.bunsen.json");
    let trained = bunsen(&[
        "train",
        &LINK.replace("seed=5", "seed=6"),
        "--out",
        folder.join("6").to_str().unwrap(),
    ]);
    assert!(trained.success, "{}", trained.stderr);
    let six = std::fs::read_to_string(folder.join("6/run.bunsen.json")).unwrap();
    std::fs::write(&other, six.replace("seed=6", "seed=5")).unwrap();
    let refused = bunsen(&["check", other.to_str().unwrap()]);
    assert!(!refused.success);
    assert!(
        refused.stdout.lines().nth(1).unwrap().starts_with("cannot"),
        "{}",
        refused.stdout
    );

    let cut = folder.join("cut.bunsen.json");
    std::fs::write(&cut, &text[..text.len() / 2]).unwrap();
    let refused = bunsen(&["check", cut.to_str().unwrap()]);
    assert!(!refused.success);
    assert!(
        refused.stdout.contains("This run file cannot be used: "),
        "{}",
        refused.stdout
    );
}

#[test]
fn a_run_starts_from_the_weights_of_a_file() {
    let folder = folder("from-weights");
    let [first, second] = ["first", "second"].map(|name| folder.join(name));
    let trained = bunsen(&["train", LINK, "--out", first.to_str().unwrap()]);
    assert!(trained.success, "{}", trained.stderr);
    let weights = first.join("weights.safetensors");
    let weights = weights.to_str().unwrap();
    let arguments = ["train", LINK, "--weights", weights];
    let on = bunsen(&[&arguments[..], &["--out", second.to_str().unwrap()]].concat());
    assert!(on.success, "{}", on.stderr);
    let run_file = second.join("run.bunsen.json");
    let run_file = run_file.to_str().unwrap();
    let json = std::fs::read_to_string(run_file).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let link = json["link"].as_str().unwrap();
    let (_, init) = link.split_once("&init=").unwrap();
    let digest = &init[..16];

    // It is replayed with that file, and with no other.
    let replayed = bunsen(&["check", run_file, "--weights", weights]);
    assert!(replayed.success, "{}", replayed.stdout);
    let missing = bunsen(&["check", run_file]);
    let expected = format!(
        "This run starts from the weights of a file whose digest begins with {digest}: give that file. `--weights` names it."
    );
    assert!(missing.stdout.contains(&expected), "{}", missing.stdout);
    let other = second.join("weights.safetensors");
    let refused = bunsen(&["train", link, "--weights", other.to_str().unwrap()]);
    let expected = format!("a file whose digest begins with {digest}; that of the file");
    assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
    let absent = bunsen(&["train", LINK, "--weights", "nothing.safetensors"]);
    let expected = "nothing.safetensors cannot be read";
    assert!(absent.stderr.contains(expected), "{}", absent.stderr);
}

#[test]
fn what_cannot_be_trained_or_checked_is_refused_with_a_sentence() {
    for (arguments, sentence) in [
        (&["train", "lr=NaN"][..], "lr"),
        (
            &["train", "nothing.json"],
            "nothing.json is no link, and cannot be read as a file",
        ),
        (
            &["train", "--resume", "nothing.safetensors"],
            "nothing.safetensors cannot be read (No such file",
        ),
    ] {
        let finished = bunsen(arguments);
        assert!(!finished.success, "{arguments:?}");
        assert!(
            finished.stderr.contains(sentence),
            "{arguments:?}: {}",
            finished.stderr
        );
    }
    let unchecked = bunsen(&["check", LINK]);
    assert!(!unchecked.success);
    assert!(
        unchecked
            .stdout
            .contains("The link carries no check, so there is nothing to compare with.")
    );
}

#[test]
fn a_run_whose_network_answers_nan_is_finished_and_written() {
    let folder = folder("nan");
    let link = "model=lenet5&data=digits&subset=200&batch=16&lr=100&opt=sgd&momentum=0.999&warmup=0&schedule=constant&steps=3";
    let trained = bunsen(&["train", link, "--out", folder.to_str().unwrap()]);
    let Finished { stdout, stderr, .. } = &trained;
    assert!(!trained.success, "{stdout}");
    assert!(stderr.contains("step 3 has no score: "), "{stderr}");
    assert!(stdout.contains("\ncheck "), "{stdout}");
    assert!(folder.join("run.bunsen.json").is_file());
    assert!(!folder.join("checkpoint.safetensors").exists());
}

/// The real files, where `BUNSEN_DATA` says where they are.
#[test]
fn a_part_of_cifar10_needs_the_files_that_hold_it() {
    let Some(data) = std::env::var_os("BUNSEN_DATA").map(PathBuf::from) else {
        println!("skipped: BUNSEN_DATA names no folder with CIFAR-10");
        return;
    };
    let files = folder("part-of-cifar10");
    std::fs::create_dir_all(files.join("cifar-10")).unwrap();
    for file in ["data_batch_1.bin.gz", "test_batch.bin.gz"] {
        let path = Path::new("cifar-10").join(file);
        if std::fs::copy(data.join(&path), files.join(&path)).is_err() {
            println!("skipped: {} is not there", data.join(&path).display());
            return;
        }
    }
    let train = |subset: &str| {
        let link = format!("model=mlp&data=cifar10&steps=1&test=10&subset={subset}");
        let output = Command::new(env!("CARGO_BIN_EXE_bunsen"))
            .args(["train", &link, "--out"])
            .arg(files.join(subset))
            .env("BUNSEN_DATA", &files)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    };
    let (success, said) = train("10000");
    assert!(success, "{said}");
    let (success, said) = train("10001");
    assert!(!success);
    assert!(
        said.contains("data_batch_2.bin.gz cannot be read (No such file"),
        "{said}"
    );
}

#[test]
fn trains_on_a_custom_data_set_of_arrays() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../images/tests/strokes.csv");
    let link = "model=lenet5&data=own&size=28&channels=grey&batch=4&steps=2";
    let folder = folder("arrays");
    let out = folder.to_str().unwrap();
    let trained = bunsen(&["train", link, "--own", table, "--out", out]);
    assert!(trained.success, "{}", trained.stderr);
    assert!(
        trained.stdout.contains("&own=6b2b331921dc98b2&classes=3&"),
        "{}",
        trained.stdout
    );
}

#[test]
fn trains_on_a_custom_data_set() {
    let zip = concat!(env!("CARGO_MANIFEST_DIR"), "/../images/tests/shapes.zip");
    let link = "model=lenet5&data=own&batch=16&epochs=2";
    let folder = folder("own");
    let out = folder.to_str().unwrap();
    let trained = bunsen(&["train", link, "--own", zip, "--out", out]);
    assert!(trained.success, "{}", trained.stderr);
    let named = "model=lenet5&data=own&own=5f0d1d7ae9600587&classes=3&batch=16&epochs=2&v=1\n";
    assert!(trained.stdout.starts_with(named), "{}", trained.stdout);

    let without = bunsen(&["train", link]);
    assert!(!without.success);
    assert_eq!(
        without.stderr.trim(),
        "This recipe is on your own images, and none are chosen yet. Give the folder or the zip that holds them: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class. `--own` names it."
    );
    let other = bunsen(&[
        "train",
        "data=own&own=0123456789abcdef&classes=3",
        "--own",
        zip,
    ]);
    assert!(
        other.stderr.starts_with(
            "These are not the images that the link is of: their digest is 5f0d1d7ae9600587,"
        ),
        "{}",
        other.stderr
    );
    let unneeded = bunsen(&["train", "data=digits", "--own", zip]);
    assert_eq!(
        unneeded.stderr.trim(),
        "--own names images for a link with data=own, and this link has other data."
    );
}
