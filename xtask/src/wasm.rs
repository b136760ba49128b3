//! The module: the `bunsen` crate built for wasm, with its bindings, once for each engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use crate::Outcome;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::stamp::{self, Inputs};
use crate::toolchain::{TARGET, Toolchain};

/// The builds: two of the one crate, and the decoder of a person's own images.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Build {
    /// The CPU engine alone: what the page loads.
    Cpu,
    /// Both engines: what a run on the GPU fetches.
    Gpu,
    /// What makes data of files: fetched when somebody gives some.
    Images,
}

impl Build {
    /// All of them.
    pub const ALL: [Self; 3] = [Build::Cpu, Build::Images, Build::Gpu];

    /// The name of its folder in `pkg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Images => "images",
        }
    }

    /// The crate that it is of, and so the name of its files.
    const fn package(self) -> (&'static str, &'static str) {
        match self {
            Self::Cpu | Self::Gpu => ("bunsen", "bunsen"),
            Self::Images => ("bunsen-images", "bunsen_images"),
        }
    }

    /// The folder of that crate.
    const fn source(self) -> &'static str {
        match self {
            Self::Cpu | Self::Gpu => "crate",
            Self::Images => "images",
        }
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

    const fn first_time(self) -> &'static str {
        match self {
            Self::Cpu => "about 8 minutes the first time on 2 cores",
            Self::Gpu => "about 15 minutes the first time on 2 cores",
            Self::Images => "about a minute the first time on 2 cores",
        }
    }

    /// The folder with the module and its bindings.
    pub fn folder(self, places: &Places) -> PathBuf {
        places.pkg.join(self.name())
    }

    /// The module itself.
    pub fn wasm(self, places: &Places) -> PathBuf {
        self.folder(places)
            .join(format!("{}_bg.wasm", self.package().1))
    }
}

/// Builds one of them into `pkg`, unless it is there already, made from the same sources by the same compiler.
pub fn build(voice: Voice, places: &Places, toolchain: &Toolchain, build: Build) -> Outcome<()> {
    if is_current(places, toolchain, build) {
        voice.note(&format!("{} is up to date.", capital(build.title())));
        return Ok(());
    }
    voice.step(&format!(
        "Building {} ({})",
        build.title(),
        build.first_time()
    ));
    let (begun, clock) = (SystemTime::now(), Instant::now());
    let sources = compile(voice, places, toolchain, build)?;
    voice.step(&format!(
        "Making the bindings of {} (the first time compiles the program that does it)",
        build.title()
    ));
    bind(voice, places, build)?;

    let folder = build.folder(places);
    fs::write(sources_list(&folder), sources)
        .map_err(|why| format!("{} cannot be written: {why}.", folder.display()))?;
    stamp::write(
        &folder.join(".stamp"),
        &inputs(places, toolchain, build),
        begun,
    )?;
    voice.took(clock);
    Ok(())
}

/// Compiles the crate for wasm and gives the list of the sources that cargo says it read, one a line.
fn compile(voice: Voice, places: &Places, toolchain: &Toolchain, build: Build) -> Outcome<String> {
    let (package, name) = build.package();
    let flags = [
        "--package",
        package,
        "--lib",
        "--profile",
        "web",
        "--locked",
    ];
    run::run(
        voice,
        toolchain
            .cargo_build(places)
            .args(flags)
            .args(build.features()),
        &format!(
            "Building {} failed: the lines above say why.",
            build.title()
        ),
    )?;
    let list = fs::read_to_string(built(places).join(format!("{name}.d"))).unwrap_or_default();
    Ok(sources(&list).join("\n"))
}

/// Makes the CPU module once more with its functions' names kept, beside the glue of `pkg`, for profiles. Gives the
/// folder.
pub fn build_named(voice: Voice, places: &Places, toolchain: &Toolchain) -> Outcome<PathBuf> {
    voice.step("Building the CPU module with its functions' names");
    compile(voice, places, toolchain, Build::Cpu)?;
    let folder = places.target.join("profile");
    empty(&folder)?;
    bindings(
        voice,
        places,
        &folder.join(Build::Cpu.name()),
        Build::Cpu,
        &["names"],
    )?;
    for file in ["js", "json"]
        .into_iter()
        .flat_map(|kind| files(&places.pkg, kind))
    {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, folder.join(name))
            .map_err(|why| format!("{} cannot be copied: {why}.", file.display()))?;
    }
    Ok(folder)
}

/// The files of a folder whose names end so.
fn files(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == kind))
        .collect()
}

/// Makes the bindings of what was just compiled.
///
/// They come into a folder beside the old one, so that a site that is being served is never half there.
fn bind(voice: Voice, places: &Places, build: Build) -> Outcome<()> {
    let folder = build.folder(places);
    let new = folder.with_extension("new");
    empty(&new)?;
    bindings(voice, places, &new, build, &[])?;
    let cannot = |why: std::io::Error| format!("{} cannot be replaced: {why}.", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(cannot)?;
    }
    fs::rename(&new, &folder).map_err(cannot)
}

/// Calls the program that makes bindings.
fn bindings(
    voice: Voice,
    places: &Places,
    folder: &Path,
    build: Build,
    more: &[&str],
) -> Outcome<()> {
    let flags = [
        "run",
        "--package",
        "bindings",
        "--release",
        "--locked",
        "--",
    ];
    run::run(
        voice,
        run::cargo(places)
            .args(flags)
            .arg(built(places).join(format!("{}.wasm", build.package().1)))
            .arg(folder)
            .arg(build.package().1)
            .args(more),
        &format!(
            "Making the bindings of {} failed: the lines above say why.",
            build.title()
        ),
    )
}

/// Where cargo puts the module.
fn built(places: &Places) -> PathBuf {
    places.target.join(TARGET).join("web")
}

/// Whether `pkg` has this build already.
///
/// Cargo is not asked: both builds write one file, so that it would build each again after the other. It lists in
/// a `.d` file the sources that a build read, and that is what this looks at.
pub fn is_current(places: &Places, toolchain: &Toolchain, build: Build) -> bool {
    let listed =
        fs::metadata(sources_list(&build.folder(places))).is_ok_and(|about| about.len() > 0);
    listed
        && build.wasm(places).is_file()
        && stamp::fresh(
            &build.folder(places).join(".stamp"),
            &inputs(places, toolchain, build),
        )
}

/// What a build is made from: the sources that cargo listed when it was last built, what decides how they are built,
/// and the bindings program.
fn inputs(places: &Places, toolchain: &Toolchain, build: Build) -> Inputs {
    let listed = fs::read_to_string(sources_list(&build.folder(places))).unwrap_or_default();
    let root = &places.root;
    let inputs = Inputs::default()
        .word(toolchain.identity())
        .word(build.name())
        .path(root.join("Cargo.toml"))
        .path(root.join("Cargo.lock"))
        .path(root.join(build.source()).join("Cargo.toml"))
        .path(root.join(".cargo/config.toml"))
        .path(root.join("xtask/bindings"));
    listed
        .lines()
        .fold(inputs, |inputs, source| inputs.path(source))
}

fn sources_list(folder: &Path) -> PathBuf {
    folder.join(".sources")
}

/// The files behind the colon of a `.d` file, in which a space in a name is written `\ `.
fn sources(dep_info: &str) -> Vec<String> {
    let list = dep_info
        .lines()
        .next()
        .and_then(|line| line.split_once(": "));
    list.map_or("", |(_, files)| files)
        .replace("\\ ", "\0")
        .split_whitespace()
        .map(|name| name.replace('\0', " "))
        .collect()
}

/// Makes a folder that has nothing in it.
fn empty(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|why| format!("{} cannot be emptied: {why}.", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|why| format!("{} cannot be made: {why}.", folder.display()))
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
    fn dep_info_lists_the_sources() {
        let text = "/t/web/bunsen.wasm: /a/Cargo.toml /a/src/lib.rs /with\\ space/one.rs\n\n/a/src/lib.rs:\n";
        assert_eq!(
            sources(text),
            ["/a/Cargo.toml", "/a/src/lib.rs", "/with space/one.rs"]
        );
        assert_eq!(
            sources("C:\\t\\bunsen.wasm: C:\\a\\lib.rs\n"),
            ["C:\\a\\lib.rs"]
        );
        assert!(sources("").is_empty());
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capital(Build::Gpu.title()), "The GPU module");
        assert_eq!(capital(""), "");
    }
}
