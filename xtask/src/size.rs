//! How large the built module is, and how large it may be.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::npm;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::stamp::{self, Inputs};
use crate::wasm::{Build, capital};

/// Sizes in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints raw and compressed sizes, and is an error where the module is larger than it may be.
pub fn check(voice: Voice, places: &Places, build: Build) -> Outcome<()> {
    let sizes = measured(voice, places, build)?;
    voice.note(&format!(
        "{}: {} MB raw, {} MB gzip -9, {} MB brotli",
        capital(build.title()),
        megabytes(sizes.raw),
        megabytes(sizes.gzip),
        megabytes(sizes.brotli)
    ));
    let limit = limit(build);
    if sizes.gzip > limit {
        return Err(format!(
            "{} is {} MB gzip, and may be {} MB at most: something large came into the build.",
            capital(build.title()),
            megabytes(sizes.gzip),
            megabytes(limit)
        ));
    }
    Ok(())
}

/// What a module may be, gzipped: people wait for these bytes.
const fn limit(build: Build) -> u64 {
    match build {
        Build::Cpu => 900_000,
        Build::Gpu => 4_600_000,
    }
}

/// Compresses the module, or takes the sizes that were measured of the same bytes before.
fn measured(voice: Voice, places: &Places, build: Build) -> Outcome<Sizes> {
    let wasm = build.wasm(places);
    let note = build.folder(places).join(".sizes");
    let inputs = Inputs::default().path(&wasm);
    let noted = || parse(fs::read_to_string(&note).ok()?.lines().nth(1)?);
    if let Some(sizes) = stamp::fresh(&note, &inputs).then(noted).flatten() {
        return Ok(sizes);
    }
    voice.step(&format!("Measuring {}", build.title()));
    let sizes = compress(&wasm)?;
    let text = format!(
        "{}\n{} {} {}\n",
        inputs.digest(),
        sizes.raw,
        sizes.gzip,
        sizes.brotli
    );
    fs::write(&note, text)
        .map_err(|why| format!("{} cannot be written: {why}.", note.display()))?;
    Ok(sizes)
}

/// Node has both compressions, and is there anyway.
const COMPRESS: &str = "
    const { constants, gzip, brotliCompress } = require('node:zlib');
    const bytes = require('node:fs').readFileSync(process.argv[1]);
    const [quality, hint] = [constants.BROTLI_PARAM_QUALITY, constants.BROTLI_PARAM_SIZE_HINT];
    const size = compress => new Promise((resolve, reject) =>
        compress((error, result) => error ? reject(error) : resolve(result.length)));
    Promise.all([
        size(done => gzip(bytes, { level: 9 }, done)),
        size(done => brotliCompress(bytes, { params: { [quality]: 11, [hint]: bytes.length } }, done)),
    ]).then(sizes => console.log(bytes.length, ...sizes));
";

fn compress(wasm: &Path) -> Outcome<Sizes> {
    run::answer(npm::node().args(["-e", COMPRESS]).arg(wasm))
        .and_then(|text| parse(&text))
        .ok_or_else(|| {
            format!(
                "{} could not be compressed to see how large it is.",
                wasm.display()
            )
        })
}

fn parse(text: &str) -> Option<Sizes> {
    let mut numbers = text.split_whitespace().map(|word| word.parse().ok());
    Some(Sizes {
        raw: numbers.next()??,
        gzip: numbers.next()??,
        brotli: numbers.next()??,
    })
}

/// Bytes in megabytes of 1,000,000 bytes, with two digits behind the point.
fn megabytes(bytes: u64) -> String {
    let hundredths = bytes.saturating_add(5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn megabytes_are_rounded() {
        assert_eq!(megabytes(669_999), "0.67");
        assert_eq!(megabytes(4_300_000), "4.30");
        assert_eq!(megabytes(29_004_999), "29.00");
        assert_eq!(megabytes(0), "0.00");
    }

    #[test]
    fn sizes_are_three_numbers() {
        assert_eq!(
            parse("30 20 10"),
            Some(Sizes {
                raw: 30,
                gzip: 20,
                brotli: 10
            })
        );
        assert_eq!(parse("30 20"), None);
        assert_eq!(parse("30 20 ten"), None);
    }
}
