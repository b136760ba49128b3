//! The wasm modules: the `bunsen` crate, once for each engine, and the decoder of a person's own images, each with its
//! JavaScript bindings.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Result;
use crate::files;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;
use crate::toolchain::{self, TARGET};

/// A module in `pkg`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Module {
    /// The CPU engine alone: what the page loads.
    Cpu,
    /// Both engines: what a run on the GPU fetches.
    Gpu,
    /// What makes data of files: fetched when somebody gives some.
    Images,
}

impl Module {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::Images, Self::Gpu];

    /// The name of its folder in `pkg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Images => "images",
        }
    }

    /// The package that it is built from.
    const fn package(self) -> &'static str {
        match self {
            Self::Cpu | Self::Gpu => "bunsen",
            Self::Images => "bunsen-images",
        }
    }

    /// The name of its files, without what follows the dot.
    fn stem(self) -> String {
        self.package().replace('-', "_")
    }

    /// How a person calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cpu => "the CPU module",
            Self::Gpu => "the GPU module",
            Self::Images => "the images module",
        }
    }

    const fn features(self) -> &'static [&'static str] {
        match self {
            Self::Cpu | Self::Images => &[],
            Self::Gpu => &["--features", "gpu"],
        }
    }

    /// How long it takes to compile with all that it depends on, on 2 cores.
    const fn first_time(self) -> &'static str {
        match self {
            Self::Cpu => "about 8 minutes",
            Self::Gpu => "about 15 minutes",
            Self::Images => "about a minute",
        }
    }

    /// The folder with the module and its bindings.
    pub fn folder(self, paths: &Paths) -> PathBuf {
        paths.pkg.join(self.name())
    }

    /// The module itself, with its bindings.
    pub fn wasm(self, paths: &Paths) -> PathBuf {
        self.folder(paths).join(format!("{}_bg.wasm", self.stem()))
    }

    /// The target directory that it is built in. Two builds of one package write the same file, and each would make cargo
    /// build the other again: the GPU module has a directory of its own.
    fn target(self, paths: &Paths) -> PathBuf {
        match self {
            Self::Cpu | Self::Images => paths.target.clone(),
            Self::Gpu => paths.target.join("gpu"),
        }
    }

    /// What cargo makes: the module before it has its bindings.
    fn built(self, paths: &Paths) -> PathBuf {
        self.target(paths)
            .join(TARGET)
            .join("web")
            .join(format!("{}.wasm", self.stem()))
    }
}

/// Builds a module into `pkg`. Gives whether it had to be.
pub fn build(log: Log, paths: &Paths, module: Module) -> Result<bool> {
    let clock = Instant::now();
    compile(log, paths, module)?;
    let bindings = bindings_program(log, paths)?;
    let folder = module.folder(paths);
    let stamp = folder.join(".stamp");
    let made_from = files::versions(&[&module.built(paths), &bindings]);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
        log.note(&format!("{} is up to date.", capital(module.title())));
        return Ok(false);
    }

    // The new folder is made beside the old one, so that a site that is being served is never half there.
    let new = folder.with_extension("new");
    files::empty(&new)?;
    bind(log, module, paths, &bindings, &new, &[])?;
    fs::write(new.join(".stamp"), made_from)
        .map_err(|why| format!("{} cannot be written: {why}.", stamp.display()))?;
    files::rename(&new, &folder)?;
    log.took(clock);
    Ok(true)
}

/// Compiles a module, which cargo leaves alone where it is up to date.
fn compile(log: Log, paths: &Paths, module: Module) -> Result<()> {
    log.step(&format!(
        "Building {} ({} the first time, on 2 cores)",
        module.title(),
        module.first_time()
    ));
    process::run(
        log,
        toolchain::cargo_build(paths)
            .args(["--package", module.package(), "--lib"])
            .args(["--profile", "web", "--locked", "--target-dir"])
            .arg(module.target(paths))
            .args(module.features()),
        &format!(
            "Building {} failed: the lines above say why.",
            module.title()
        ),
    )
}

/// Makes the CPU module once more with its functions' names kept, beside the TypeScript of `pkg`, for profiles. Gives
/// the folder.
pub fn build_named(log: Log, paths: &Paths) -> Result<PathBuf> {
    compile(log, paths, Module::Cpu)?;
    let bindings = bindings_program(log, paths)?;
    let folder = paths.target.join("profile");
    files::empty(&folder)?;
    let cpu = folder.join(Module::Cpu.name());
    bind(log, Module::Cpu, paths, &bindings, &cpu, &["names"])?;
    for file in files::in_folder(&paths.pkg) {
        if file
            .extension()
            .is_some_and(|kind| kind == "js" || kind == "json")
        {
            files::copy_into(&file, &folder)?;
        }
    }
    Ok(folder)
}

/// Builds the program that makes bindings, and gives its path.
fn bindings_program(log: Log, paths: &Paths) -> Result<PathBuf> {
    process::run(
        log,
        process::cargo(paths).args(["build", "--package", "bindings", "--release", "--locked"]),
        "Building the program that makes the bindings failed: the lines above say why.",
    )?;
    let program = format!("bindings{}", std::env::consts::EXE_SUFFIX);
    Ok(paths.target.join("release").join(program))
}

/// Makes the bindings of a module in a folder.
fn bind(
    log: Log,
    module: Module,
    paths: &Paths,
    program: &Path,
    folder: &Path,
    options: &[&str],
) -> Result<()> {
    process::run(
        log,
        std::process::Command::new(program)
            .arg(module.built(paths))
            .arg(folder)
            .arg(module.stem())
            .args(options),
        &format!(
            "Making the bindings of {} failed: the lines above say why.",
            module.title()
        ),
    )
}

/// The text with its first letter a capital, to begin a sentence with.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capital(Module::Gpu.title()), "The GPU module");
        assert_eq!(capital(""), "");
    }
}
