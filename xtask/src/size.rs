//! How large the built module is, and how large it may be.

use std::fs;
use std::time::Instant;

use crate::Result;
use crate::files;
use crate::log::Log;
use crate::module::{Module, capital};
use crate::npm;
use crate::paths::Paths;
use crate::process;

/// Sizes in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    raw: u64,
    gzip: u64,
    /// Not measured in passing: the best brotli takes minutes for the GPU module.
    brotli: Option<u64>,
}

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What the limits are about.
    Gzip,
    /// Brotli too, which is what a host serves.
    Brotli,
}

/// Prints raw and compressed sizes, and is an error where the module is larger than it may be.
pub fn check(log: Log, paths: &Paths, module: Module, measure: Measure) -> Result<()> {
    let sizes = measured(log, paths, module, measure)?;
    let brotli = sizes
        .brotli
        .map(|bytes| format!(", {} MB brotli", megabytes(bytes)));
    log.note(&format!(
        "{}: {} MB raw, {} MB gzip -9{}",
        capital(module.title()),
        megabytes(sizes.raw),
        megabytes(sizes.gzip),
        brotli.unwrap_or_default()
    ));
    let limit = limit(module);
    if sizes.gzip > limit {
        return Err(format!(
            "{} is {} MB gzip, and may be {} MB at most: something large came into the build.",
            capital(module.title()),
            megabytes(sizes.gzip),
            megabytes(limit)
        ));
    }
    Ok(())
}

/// What a module may be, gzipped: people wait for these bytes.
const fn limit(module: Module) -> u64 {
    match module {
        // Reading weights of any program, to train on from them, took 40 KB.
        Module::Cpu => 930_000,
        Module::Gpu => 4_600_000,
        // GIF and BMP, tables of classes, zips within zips and near-twins took 100 KB; nobody waits for it who gives no files.
        Module::Images => 600_000,
    }
}

/// Compresses the module, or takes the sizes that were measured of the same file before.
fn measured(log: Log, paths: &Paths, module: Module, measure: Measure) -> Result<Sizes> {
    let wasm = module.wasm(paths);
    let cache = module.folder(paths).join(".sizes");
    let version = files::versions(&[&wasm]);
    let cached = fs::read_to_string(&cache).unwrap_or_default();
    if let Some(sizes) = cached.strip_prefix(&version).and_then(parse)
        && (measure == Measure::Gzip || sizes.brotli.is_some())
    {
        return Ok(sizes);
    }
    log.step(&format!("Measuring {}", module.title()));
    let clock = Instant::now();
    let output = process::output(
        npm::node()
            .args(["-e", COMPRESS])
            .arg(&wasm)
            .args((measure == Measure::Brotli).then_some("brotli")),
    )
    .unwrap_or_default();
    let sizes =
        parse(&output).ok_or_else(|| format!("{} could not be compressed.", wasm.display()))?;
    fs::write(&cache, version + &output)
        .map_err(|why| format!("{} cannot be written: {why}.", cache.display()))?;
    log.took(clock);
    Ok(sizes)
}

/// Node has both compressions, and is there anyway.
const COMPRESS: &str = "
    const { constants, gzip, brotliCompress } = require('node:zlib');
    const [, file, brotli] = process.argv;
    const bytes = require('node:fs').readFileSync(file);
    const [quality, hint] = [constants.BROTLI_PARAM_QUALITY, constants.BROTLI_PARAM_SIZE_HINT];
    const size = compress => new Promise((resolve, reject) =>
        compress((error, result) => error ? reject(error) : resolve(result.length)));
    Promise.all([
        size(done => gzip(bytes, { level: 9 }, done)),
        brotli && size(done => brotliCompress(bytes, { params: { [quality]: 11, [hint]: bytes.length } }, done)),
    ]).then(([gzip, brotli]) => console.log(bytes.length, gzip, brotli ?? ''));
";

fn parse(text: &str) -> Option<Sizes> {
    let mut numbers = text.split_whitespace().map(|word| word.parse().ok());
    Some(Sizes {
        raw: numbers.next()??,
        gzip: numbers.next()??,
        brotli: numbers.next().flatten(),
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
    fn sizes_are_two_or_three_numbers() {
        let sizes = |brotli| {
            Some(Sizes {
                raw: 30,
                gzip: 20,
                brotli,
            })
        };
        assert_eq!(parse("30 20 10"), sizes(Some(10)));
        assert_eq!(parse("30 20"), sizes(None));
        assert_eq!(parse("30 twenty"), None);
    }
}
