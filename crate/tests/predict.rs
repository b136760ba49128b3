//! `bunsen predict` writes the bytes that the package's command writes: those in tests/references/answers/, to which
//! tests/browser/predict.test.mjs holds that one.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use bunsen_images::zip_entries::ZipEntries;

struct Finished {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn predict(arguments: &[&str]) -> Finished {
    let output = Command::new(env!("CARGO_BIN_EXE_bunsen"))
        .arg("predict")
        .args(arguments)
        .output()
        .unwrap();
    Finished {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn reference(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/references/answers");
    Path::new(folder).join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn answers_are_those_of_the_package_byte_for_byte() {
    for name in ["colour", "grey"] {
        let [weights, zip, csv, json] = ["safetensors", "zip", "csv", "json"]
            .map(|ending| reference(&format!("{name}.{ending}")));
        let folder = folder(&format!("answers-{name}"));
        let table = folder.join("answers.csv");
        let told = predict(&[text(&weights), text(&zip), "--csv", text(&table)]);
        assert_eq!(told.status, Some(0), "{}", told.stderr);
        let [expected, found] = [&csv, &table].map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(found, expected);
        let all = predict(&["--json", text(&weights), text(&zip)]);
        assert_eq!(all.stdout, fs::read_to_string(json).unwrap());

        // The same files in a folder.
        let bytes = fs::read(&zip).unwrap();
        let mut entries = ZipEntries::open(name, Cursor::new(&bytes), bytes.len() as u64).unwrap();
        for (place, path) in entries.files() {
            let path = folder.join("files").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // A zip in a folder is opened.
            if path.extension().is_none_or(|ending| ending != "zip") {
                fs::write(path, entries.read(place).unwrap()).unwrap();
            }
        }
        let files = folder.join("files");
        let told = predict(&[text(&weights), text(&files), "--csv", text(&table)]);
        assert_eq!(told.status, Some(0), "{}", told.stderr);
        assert_eq!(fs::read_to_string(&table).unwrap(), expected);
    }
}

#[test]
fn a_table_says_what_the_answers_are_worth() {
    let [weights, zip] = ["colour.safetensors", "colour.zip"].map(reference);
    let told = predict(&[text(&weights), text(&zip)]);
    let lines: Vec<&str> = told.stdout.lines().collect();
    assert!(lines[0].starts_with("image "), "{}", lines[0]);
    assert!(
        lines[1].ends_with(
            "0.387661     wrong: its folder says squares, filled; unsure: its probabilities are nearly equal"
        ),
        "{}",
        lines[1]
    );
    let end = "It can only choose among its 3 classes. 11 of 37 answers are unsure.\n\
        12 of 20 right, 60.0 %; 17 of the images lie in no folder that is named as a class.\n";
    assert!(told.stdout.ends_with(end), "{}", told.stdout);
    let unread = "9 files could not be read: new/cut.jpg (it is damaged: unexpected end of file), new/empty.png (it is empty), new/inner.zip (it is a zip within another: give it by itself), new/labels.csv (it is a table or a list, and no image), new/list.json (it is a table or a list, and no image) and 4 more.\n";
    assert!(told.stderr.ends_with(unread), "{}", told.stderr);

    let [weights, zip] = ["grey.safetensors", "grey.zip"].map(reference);
    let told = predict(&[text(&weights), text(&zip)]);
    let inverted = "These images are light on dark, and this network learned from dark on light: each was inverted before it was asked.\n";
    assert!(told.stderr.ends_with(inverted), "{}", told.stderr);
}

#[test]
fn several_paths_are_folders_of_their_names() {
    let folder = folder("answers-of-several");
    let bytes = fs::read(reference("colour.zip")).unwrap();
    let mut zip = ZipEntries::open("zip", Cursor::new(&bytes), bytes.len() as u64).unwrap();
    let files = zip.files();
    let mut image = |name: &str| {
        let is_it = |file: &&(usize, String)| file.1.ends_with(name);
        zip.read(files.iter().find(is_it).unwrap().0).unwrap()
    };
    let circles = folder.join("circles");
    fs::create_dir(&circles).unwrap();
    fs::write(circles.join("a.png"), image("circles/0.png")).unwrap();
    let single = folder.join("b.png");
    fs::write(&single, image("grey.png")).unwrap();
    fs::copy(reference("grey.zip"), folder.join("more.ZIP")).unwrap();
    let weights = reference("colour.safetensors");
    let more = folder.join("more.ZIP");
    let paths = [&circles, &single, &more].map(|path| text(path));
    let told = predict(&[&[text(&weights), "--json"], &paths[..]].concat());
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let images = json["images"].as_array().unwrap();
    let mut found: Vec<&str> = images
        .iter()
        .map(|image| image["image"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found[..2], ["b.png", "circles/a.png"]);
    assert!(found[2..].iter().all(|path| path.starts_with("more/dark/")));
    assert_eq!((found.len(), &json["labelled"]), (14, &1.into()));
}

#[test]
fn what_cannot_be_answered_is_said() {
    let folder = folder("answers-refused");
    let [weights, zip] = ["colour.safetensors", "colour.zip"].map(reference);
    let (weights, zip) = (text(&weights), text(&zip));
    let path = |name: &str| text(&folder.join(name)).to_owned();
    fs::create_dir(path("empty")).unwrap();
    fs::write(path("notes.txt"), "no image").unwrap();
    fs::write(path("cut.zip"), &fs::read(zip).unwrap()[..5000]).unwrap();
    fs::write(path("text.safetensors"), "no weights").unwrap();
    fs::write(path("pickle.pt"), b"\x80\x02}q\0.").unwrap();
    let mut damaged = fs::read(weights).unwrap();
    let end = damaged.len() - 4;
    damaged[end..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(path("nan.safetensors"), &damaged).unwrap();
    let cannot = "cannot be read (No such file or directory";
    for (arguments, sentence) in [
        (
            &[&path("nowhere"), zip][..],
            &*format!("{} {cannot}", path("nowhere")),
        ),
        (
            &[weights, &path("nowhere")],
            &format!("{} {cannot}", path("nowhere")),
        ),
        (
            &[weights, &path("empty")],
            "There are no files in it: give images",
        ),
        (
            &[weights, &path("notes.txt")],
            "There is no image to be answered in it. 1 file could not be read: notes.txt (it is no PNG",
        ),
        (
            &[weights, &path("cut.zip")],
            "There is no image to be answered in it. 1 file could not be read: cut.zip (cut.zip cannot be read as a zip: ",
        ),
        (
            &[&path("text.safetensors"), zip],
            &format!(
                "{}: These weights cannot be used: its header should be",
                path("text.safetensors")
            ),
        ),
        (
            &[&path("pickle.pt"), zip],
            &format!("{}: These weights cannot be used: ", path("pickle.pt")),
        ),
        (
            &[&path("nan.safetensors"), zip],
            "holds something that is no finite number.",
        ),
        (
            &[weights, zip, "--link", "model=lenet5&data=digits"],
            "These weights cannot be used: their mean and deviation have 3 and 3 numbers where this network's images need 1.",
        ),
        (
            &[weights, zip, "--csv", &path("nowhere/answers.csv")],
            &format!(
                "{} cannot be written (No such file",
                path("nowhere/answers.csv")
            ),
        ),
    ] {
        let told = predict(arguments);
        assert!(
            told.stderr.contains(sentence),
            "{arguments:?}: {}",
            told.stderr
        );
        assert_eq!(
            (told.status, told.stdout.as_str()),
            (Some(1), ""),
            "{arguments:?}"
        );
    }
}
