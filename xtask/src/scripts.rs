//! The page's own JavaScript: which files it is, and how large it may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::log::Log;
use crate::npm;
use crate::paths::Paths;
use crate::process;

/// What the page's scripts may be, gzipped, the worker's and those that are loaded later among them; the module and its
/// glue, which have limits of their own, are not. What the first view loads has a limit of its own, which a test of the page holds.
const LIMIT: u64 = 306_000;

/// What one translation of the page's texts may be, gzipped: a visitor loads the one of their language, or none.
const TRANSLATION_LIMIT: u64 = 66_000;

/// Prints the size of the page's scripts, and is an error where they are larger than they may be.
pub fn check(log: Log, paths: &Paths) -> Result<()> {
    let translations = translations(&paths.root)?;
    let (translated, own): (Vec<_>, Vec<_>) = of_page(&paths.site, "index.html")?
        .into_iter()
        .partition(|path| is_translation(path, &translations));
    if translated.len() != translations.len() {
        return Err(format!(
            "{} scripts of the page are translations, and there are {} in {WORDS}.",
            translated.len(),
            translations.len()
        ));
    }
    let files = own.len();
    measure(
        log,
        &format!("The page's own JavaScript, {files} files"),
        &own,
        LIMIT,
    )?;
    for script in translated {
        let name = script.file_stem().unwrap_or_default().to_string_lossy();
        let what = format!("The translation {name}");
        measure(log, &what, std::slice::from_ref(&script), TRANSLATION_LIMIT)?;
    }
    Ok(())
}

/// Prints the size of scripts, and is an error where they are larger than `limit`.
fn measure(log: Log, what: &str, files: &[PathBuf], limit: u64) -> Result<()> {
    let gzip: u64 = process::output(npm::node().args(["-e", COMPRESS]).args(files))
        .and_then(|text| text.parse().ok())
        .ok_or("The page's scripts could not be compressed.")?;
    log.note(&format!("{what}: {} KB gzip -9", kilobytes(gzip)));
    if gzip > limit {
        return Err(format!(
            "{what}: {} KB gzip, and {} KB at most: something large came into it.",
            kilobytes(gzip),
            kilobytes(limit)
        ));
    }
    Ok(())
}

/// The folder of the translations, one file a language.
const WORDS: &str = "www/src/words";

/// The languages that the page is translated into, as their files are called.
fn translations(root: &Path) -> Result<Vec<String>> {
    let folder = root.join(WORDS);
    let entries = fs::read_dir(&folder)
        .map_err(|why| format!("{} cannot be read: {why}.", folder.display()))?;
    Ok(entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some(name.strip_suffix(".json")?.to_owned())
        })
        .collect())
}

/// Whether a bundled script is one of the translations: `de-<hash>.js`.
fn is_translation(script: &Path, languages: &[String]) -> bool {
    let name = script.file_name().unwrap_or_default().to_string_lossy();
    name.split_once('-')
        .is_some_and(|(stem, _)| languages.iter().any(|language| language == stem))
}

const COMPRESS: &str = "
    const { readFileSync } = require('node:fs');
    const size = file => require('node:zlib').gzipSync(readFileSync(file), { level: 9 }).length;
    console.log(process.argv.slice(1).map(size).reduce((sum, each) => sum + each, 0));
";

/// The scripts that a page of the site names, and those that these name: bundled scripts name each other by their files.
fn of_page(site: &Path, page: &str) -> Result<Vec<PathBuf>> {
    let unreadable = |path: &Path, why: std::io::Error| {
        format!(
            "{} cannot be read: {why}. `cargo xtask build` makes it.",
            path.display()
        )
    };
    let read = |path: &Path| fs::read_to_string(path).map_err(|why| unreadable(path, why));
    let assets = site.join("assets");
    let mut unseen = BTreeMap::new();
    for entry in fs::read_dir(&assets)
        .map_err(|why| unreadable(&assets, why))?
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".js") {
            unseen.insert(name, entry.path());
        }
    }
    let mut texts = vec![read(&site.join(page))?];
    let mut found = Vec::new();
    while let Some(text) = texts.pop() {
        let (named, others): (BTreeMap<_, _>, _) = unseen
            .into_iter()
            .partition(|(name, _): &(String, PathBuf)| text.contains(name.as_str()));
        unseen = others;
        for path in named.into_values() {
            texts.push(read(&path)?);
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(format!(
            "{page} names none of the scripts in {}.",
            assets.display()
        ));
    }
    Ok(found)
}

/// Bytes in kilobytes of 1,000 bytes, with a digit behind the point.
fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000, bytes % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_scripts_that_it_names_and_those_that_they_name() {
        let dist = std::env::temp_dir().join(format!("xtask-scripts-{}", std::process::id()));
        let assets = dist.join("assets");
        fs::create_dir_all(&assets).unwrap();
        for (name, text) in [
            ("index.html", "<script src=\"./assets/index-1.js\">"),
            ("bench.html", "<script src=\"./assets/bench-1.js\">"),
            ("assets/index-1.js", "import(\"./app-2.js\")"),
            ("assets/app-2.js", "new Worker(\"/assets/worker-3.js\")"),
            ("assets/worker-3.js", "import \"./index-1.js\""),
            ("assets/bench-1.js", "import \"./app-2.js\""),
            ("assets/app-2.css", ""),
        ] {
            fs::write(dist.join(name), text).unwrap();
        }
        let names: Vec<_> = of_page(&dist, "index.html")
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["index-1.js", "app-2.js", "worker-3.js"]);
        fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn a_translation_is_known_by_its_language() {
        let languages = ["de".to_owned()];
        let is = |name: &str| is_translation(Path::new(name), &languages);
        assert!(is("assets/de-CjcpBy_e.js"));
        assert!(!is("assets/dedupe-CjcpBy_e.js"));
        assert!(!is("assets/es-CjcpBy_e.js"));
    }

    #[test]
    fn sizes_are_said_in_kilobytes() {
        assert_eq!(kilobytes(150_000), "150.0");
        assert_eq!(kilobytes(89_990), "89.9");
    }
}
