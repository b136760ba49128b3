//! The TypeScript around the modules, the type checks, and the site.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::files;
use crate::log::Log;
use crate::module::Module;
use crate::npm;
use crate::package_id;
use crate::paths::Paths;
use crate::process;

const TSC: &str = "typescript/bin/tsc";
const VITE: &str = "vite/bin/vite.js";

/// Compiles the hand-written part of the npm package, packs the front end of notebooks' widgets, and puts the package's
/// manifest, README and licences beside it.
pub fn compile_package(log: Log, paths: &Paths) -> Result<()> {
    log.step("Compiling the npm package's TypeScript");
    // Not the folders in it, which are the modules.
    for file in files::in_folder(&paths.pkg) {
        fs::remove_file(&file)
            .map_err(|why| format!("{} cannot be removed: {why}.", file.display()))?;
    }
    for project in ["crate/js", "crate/js/element"] {
        process::run(
            log,
            npm::program(paths, TSC).args(["-p", project]),
            "The npm package's TypeScript (crate/js) has errors: see the lines above.",
        )?;
    }
    process::run(
        log,
        npm::program(paths, VITE).args(["build", "crate/js/widget", "--logLevel", "warn"]),
        "Packing the front end of notebooks' widgets (crate/js/widget) failed: the lines above say why.",
    )?;
    for file in [
        "crate/js/package.json",
        "crate/js/README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ] {
        files::copy_into(&paths.root.join(file), &paths.pkg)?;
    }
    package_id::write(paths)
}

/// Checks the types of the page and of its tests. (Those of the npm package are checked when it is compiled.)
pub fn check_types(log: Log, paths: &Paths) -> Result<()> {
    npm::run(
        log,
        paths,
        "types",
        "There are type errors: see the lines above.",
    )
}

/// Builds the page into `dist`, with the modules, as far as they are built, and what a host needs around it.
pub fn build(log: Log, paths: &Paths) -> Result<()> {
    log.step("Building the page");
    let clock = Instant::now();
    process::run(
        log,
        npm::program(paths, VITE).args(["build", "www", "--emptyOutDir", "--logLevel", "warn"]),
        "Building the page (www) failed: the lines above say why.",
    )?;
    log.took(clock);
    Ok(())
}

/// Puts a module into the site while it is being served.
pub fn add_module(paths: &Paths, module: Module) -> Result<()> {
    let folder = format!("pkg-{}", package_id::read(paths)?);
    files::replace(
        &module.folder(paths),
        &paths.site.join(folder).join(module.name()),
    )
}

/// Puts the fetched data sets into the site, for a host to serve.
pub fn add_data(log: Log, paths: &Paths) -> Result<()> {
    let data = paths.root.join("data");
    if !data.is_dir() {
        log.note("No data sets are put into the site (`cargo xtask data mnist` fetches one).");
        return Ok(());
    }
    log.note("The data sets in data/ are put into the site.");
    files::replace(&data, &paths.dist.join("data"))
}

/// Makes Node end when its input does.
const END_WITH_INPUT: &str =
    "data:text/javascript,process.stdin.resume().on('end',()=>process.exit())";

/// A command that serves the site of this version for as long as its input is open.
pub fn preview(paths: &Paths, host: &str, port: u16) -> Command {
    let mut command = npm::node();
    command
        .current_dir(&paths.root)
        .args(["--import", END_WITH_INPUT])
        .arg(npm::script(paths, VITE))
        .args(["preview", "www", "--host", host])
        .args(["--port", &port.to_string(), "--strictPort"])
        .args(["--logLevel", "warn"])
        .stdin(Stdio::piped());
    if let Some(data) = &paths.data {
        command.env("BUNSEN_DATA", data);
    }
    command
}
