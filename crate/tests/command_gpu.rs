//! The native command on the GPU engine: here Mesa's software Vulkan, which is not called a GPU.

#![cfg(all(feature = "gpu", not(target_family = "wasm")))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const LINK: &str = "model=lenet5&data=digits&subset=200&batch=16&steps=4&test=50&seed=5&v=1";

fn bunsen(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bunsen"));
    command.args(arguments);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| {
        panic!("{why}: {}\n{}", text(&output.stdout), text(&output.stderr));
    })
}

#[test]
fn trains_on_the_adapter_and_names_it() {
    let folder = folder("gpu");
    let out = folder.to_str().unwrap();
    let arguments = ["train", LINK, "--engine", "wgpu", "--out", out, "--json"];
    let trained = bunsen(&arguments).output().unwrap();
    assert!(trained.status.success(), "{}", text(&trained.stderr));
    let told = json(&trained);
    let engine = told["engine"].as_str().unwrap();
    let file = std::fs::read_to_string(folder.join("run.bunsen.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let adapter = file["engine"]["adapter"].as_str().unwrap();
    assert!(!adapter.is_empty() && engine.contains(adapter), "{engine}");
    match file["engine"]["software"].as_bool() {
        Some(true) => assert_eq!(engine, format!("GPU, software adapter: {adapter}")),
        _ => assert_eq!(engine, format!("GPU, {adapter}")),
    }

    // What it computed is within the band of the processor's.
    let file = folder.join("run.bunsen.json");
    let checked = bunsen(&["check", file.to_str().unwrap(), "--json"]);
    let told = json(&{ checked }.output().unwrap());
    assert_eq!(told["replays"][0]["outcome"], "within the band", "{told}");
}

/// As the page's name of the engine is `gpu`, so may be the command's.
#[test]
fn a_machine_without_an_adapter_says_what_else_there_is() {
    if !cfg!(target_os = "linux") {
        println!("skipped: only on Linux can the adapters be taken away");
        return;
    }
    let folder = folder("no-gpu");
    let out = folder.to_str().unwrap();
    let mut command = bunsen(&["train", LINK, "--engine", "gpu", "--out", out, "--json"]);
    // The loaders of Vulkan and of EGL find no driver.
    for variable in [
        "VK_DRIVER_FILES",
        "VK_ICD_FILENAMES",
        "__EGL_VENDOR_LIBRARY_FILENAMES",
    ] {
        command.env(variable, "/nonexistent.json");
    }
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let sentence = "No GPU could be opened here: there is no graphics adapter. Use the CPU engine, or a browser and a machine with WebGPU.";
    assert_eq!(json(&refused)["error"], sentence);
    assert_eq!(text(&refused.stderr), format!("{sentence}\n"));
    assert!(!folder.exists());
}
