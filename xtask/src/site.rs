//! The glue around the module, the type check and the site.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime};

use crate::Outcome;
use crate::npm;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::stamp::{self, Inputs};
use crate::wasm::Build;

const TSC: &str = "typescript/bin/tsc";
const VITE: &str = "vite/bin/vite.js";

/// Compiles the hand-written part of the npm package and puts its papers beside it.
pub fn glue(voice: Voice, places: &Places) -> Outcome<()> {
    let source = places.root.join("crate/js");
    let inputs = Inputs::default()
        .path(&source)
        .path(places.root.join("package-lock.json"))
        .path(places.root.join("LICENSE-MIT"))
        .path(places.root.join("LICENSE-APACHE"))
        .path(Build::Cpu.folder(places).join("bunsen.d.ts"))
        .path(Build::Gpu.folder(places).join("bunsen.d.ts"))
        .path(Build::Images.folder(places).join("bunsen_images.d.ts"));
    let stamp = places.pkg.join(".stamp");
    if places.pkg.join("index.js").is_file() && stamp::fresh(&stamp, &inputs) {
        voice.note("The module's TypeScript is compiled.");
        return Ok(());
    }
    voice.step("Compiling the module's TypeScript");
    let begun = SystemTime::now();
    remove_files(&places.pkg)?;
    run::run(
        voice,
        npm::program(places, TSC).args(["-p", "crate/js"]),
        "The module's TypeScript (crate/js) has errors: see the lines above.",
    )?;
    for paper in [source.join("package.json"), source.join("README.md")] {
        copy_into(&paper, &places.pkg)?;
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy_into(&places.root.join(licence), &places.pkg)?;
    }
    stamp::write(&stamp, &inputs, begun)
}

/// Checks the types of the page and of its tests. (Those of the glue are checked when it is compiled.)
pub fn check_types(voice: Voice, places: &Places) -> Outcome<()> {
    voice.step("Checking the types of the page and its tests");
    for project in ["www", "tests/browser"] {
        if !places.root.join(project).join("tsconfig.json").is_file() {
            continue;
        }
        run::run(
            voice,
            npm::program(places, TSC).args(["--noEmit", "-p", project]),
            &format!("There are type errors in {project}: see the lines above."),
        )?;
    }
    Ok(())
}

/// Builds the page into `dist` and puts the module into it, as far as it is built.
pub fn build(voice: Voice, places: &Places) -> Outcome<()> {
    let inputs = Inputs::default()
        .path(places.root.join("www"))
        .path(places.root.join("crate/js"))
        .path(places.root.join("package-lock.json"));
    let stamp = places.dist.join(".stamp");
    if places.dist.join("index.html").is_file() && stamp::fresh(&stamp, &inputs) {
        voice.note("The page is built.");
    } else {
        voice.step("Building the page");
        let (begun, clock) = (SystemTime::now(), Instant::now());
        run::run(
            voice,
            npm::program(places, VITE).args([
                "build",
                "www",
                "--emptyOutDir",
                "--logLevel",
                "warn",
            ]),
            "Building the page (www) failed: the lines above say why.",
        )?;
        stamp::write(&stamp, &inputs, begun)?;
        voice.took(clock);
    }
    replace(&places.pkg, &places.dist.join("pkg"))
}

/// Puts a build of the module into the site while it is being served.
pub fn add_module(places: &Places, build: Build) -> Outcome<()> {
    replace(
        &build.folder(places),
        &places.dist.join("pkg").join(build.name()),
    )
}

/// Puts the fetched data sets into the site, for a host to serve.
pub fn add_data(voice: Voice, places: &Places) -> Outcome<()> {
    let data = places.root.join("data");
    if !data.is_dir() {
        voice.note("No data sets are put into the site (`cargo xtask data mnist` fetches one).");
        return Ok(());
    }
    voice.note("The data sets in data/ are put into the site.");
    replace(&data, &places.dist.join("data"))
}

/// Makes Node end when its input does.
const END_WITH_INPUT: &str =
    "data:text/javascript,process.stdin.resume().on('end',()=>process.exit())";

/// A command that serves `dist` for as long as its input is open.
pub fn preview(places: &Places, host: &str, port: u16) -> Command {
    let mut command = npm::node();
    command
        .current_dir(&places.root)
        .args(["--import", END_WITH_INPUT])
        .arg(npm::script(places, VITE))
        .args(["preview", "www", "--host", host])
        .args(["--port", &port.to_string(), "--strictPort"])
        .args(["--logLevel", "warn"])
        .stdin(Stdio::piped());
    if let Some(data) = &places.data {
        command.env("BUNSEN_DATA", data);
    }
    command
}

/// Copies a folder to a place where an older copy may be. The copy is made beside it and moved there, so that what is
/// being served is never half a module.
fn replace(from: &Path, to: &Path) -> Outcome<()> {
    let new = to.with_extension("new");
    let cannot = |why: std::io::Error| {
        format!(
            "{} cannot be copied to {}: {why}.",
            from.display(),
            to.display()
        )
    };
    let remove = |folder: &Path| {
        if folder.exists() {
            fs::remove_dir_all(folder)
        } else {
            Ok(())
        }
    };
    remove(&new).map_err(cannot)?;
    copy(from, &new).map_err(cannot)?;
    remove(to).map_err(cannot)?;
    fs::rename(&new, to).map_err(cannot)
}

/// Copies all files of a folder but the hidden ones, which are xtask's notes to itself.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

fn copy_into(file: &Path, folder: &Path) -> Outcome<()> {
    let name = file
        .file_name()
        .ok_or_else(|| format!("{} is no file.", file.display()))?;
    fs::copy(file, folder.join(name))
        .map_err(|why| format!("{} cannot be copied: {why}.", file.display()))?;
    Ok(())
}

/// Removes the files of a folder, not the folders in it: what an older version of the glue compiled to.
fn remove_files(folder: &Path) -> Outcome<()> {
    let cannot = |why: std::io::Error| format!("{} cannot be emptied: {why}.", folder.display());
    fs::create_dir_all(folder).map_err(cannot)?;
    for entry in fs::read_dir(folder).map_err(cannot)?.flatten() {
        if entry.path().is_file() {
            fs::remove_file(entry.path()).map_err(cannot)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_replaces_and_leaves_hidden_files_out() {
        let folder = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        let (from, to) = (folder.join("pkg"), folder.join("dist").join("pkg"));
        fs::create_dir_all(from.join("cpu")).unwrap();
        fs::write(from.join("cpu").join("bunsen.js"), "new").unwrap();
        fs::write(from.join("cpu").join(".stamp"), "hidden").unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join("old.js"), "old").unwrap();

        replace(&from, &to).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("cpu").join("bunsen.js")).unwrap(),
            "new"
        );
        assert!(!to.join("old.js").exists());
        assert!(!to.join("cpu").join(".stamp").exists());

        fs::remove_dir_all(&folder).unwrap();
    }
}
