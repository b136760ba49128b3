//! The checks of the Rust code.

use std::process::Command;

use super::report::Report;
use super::{LONG, set_data};
use crate::Result;
use crate::log::Log;
use crate::paths::Paths;
use crate::process;
use crate::toolchain::TARGET;
use crate::vulkan::Adapter;

/// The packages that are tested. Always all of them: cargo compiles what they depend on again for other packages.
///
/// The bindings program has no tests of its own: it is put to the test whenever a module is built.
const NATIVE: [&str; 4] = ["--workspace", "--exclude", "bindings", "--locked"];

/// What of them is tested. Not the examples: clippy checks them, and the tests of "Show as code" compile those that they run.
const TARGETS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// The features that they are tested with.
const TESTED: [&str; 2] = ["--features", "bunsen/gpu"];

/// The features that they are linted and documented with. Not `cuda`, whose build fetches LLVM.
const LINTED: [&str; 2] = ["--features", "bunsen/gpu,bunsen/fetch"];

/// What clippy reports, and may be so, in the examples, which are what "Show as code" writes: it names numbers that may be 0
/// or 1, and a block of GoogLeNet has six widths.
const ALLOWED_IN_EXAMPLES: [&str; 3] = [
    "-Aclippy::modulo_one",
    "-Aclippy::identity_op",
    "-Aclippy::too_many_arguments",
];

/// What becomes a wasm module.
const MODULES: [&str; 5] = [
    "--target",
    TARGET,
    "--package=bunsen",
    "--package=bunsen-images",
    "--locked",
];

/// The module of the tests that need an adapter.
const KERNELS: &str = "ops::tests::gpu::";

/// The test that compares the papers' networks in their own size.
const ORIGINALS: &str = "zoo::pytorch::originals_compute_what_torchvision_computes";

/// The format of the Rust code.
pub fn check_format(log: Log, paths: &Paths, report: &mut Report) {
    if !has(paths, "fmt") {
        return report.skip("format of the Rust code", "rustfmt is not installed.");
    }
    report.check("format of the Rust code", || {
        let mut format = process::cargo(paths);
        format.args(["fmt", "--all", "--check"]);
        process::run(log, &mut format, "`cargo fmt` would change files.")
    });
}

/// Packs the crates as they would be published, without building what is packed.
pub fn pack(log: Log, paths: &Paths, report: &mut Report) {
    report.check("packing of the crates", || {
        let mut pack = process::cargo(paths);
        pack.args([
            "package",
            "--no-verify",
            "--allow-dirty",
            "--locked",
            "--quiet",
        ])
        .args(["--package=bunsen", "--package=bunsen-images"]);
        process::run(
            log,
            &mut pack,
            "The crates cannot be packed: the lines above say why.",
        )
    });
}

/// Clippy and rustdoc, natively and for wasm, with the GPU engine and without.
pub fn lint(log: Log, paths: &Paths, report: &mut Report) {
    let clippy: [(&str, Vec<&str>, &[&str]); 6] = [
        ("lints", [&NATIVE[..], &TARGETS].concat(), &[]),
        (
            "lints with the GPU engine",
            [&NATIVE[..], &TARGETS, &LINTED].concat(),
            &[],
        ),
        (
            "lints of the examples and benchmarks",
            [&NATIVE[..], &["--examples", "--benches"], &LINTED].concat(),
            &ALLOWED_IN_EXAMPLES,
        ),
        ("lints for wasm", [&MODULES[..], &["--lib"]].concat(), &[]),
        (
            "lints for wasm with the GPU engine",
            [&MODULES[..], &["--lib", "--features", "bunsen/gpu"]].concat(),
            &[],
        ),
        (
            "lints of the bindings program",
            vec!["--package=bindings", "--locked"],
            &[],
        ),
    ];
    let has_clippy = has(paths, "clippy");
    for (name, arguments, allowed) in clippy {
        if !has_clippy {
            report.skip(name, "clippy is not installed.");
            continue;
        }
        report.check(name, || {
            let mut command = process::cargo(paths);
            command.arg("clippy").args(arguments);
            command.args(["--", "-D", "warnings"]).args(allowed);
            process::run(log, &mut command, "clippy has warnings.")
        });
    }
    for (name, arguments) in [
        ("documentation", [&NATIVE[..], &LINTED[..]].concat()),
        (
            "documentation for wasm",
            [&MODULES[..], &["--features", "bunsen/gpu"]].concat(),
        ),
    ] {
        report.check(name, || {
            let mut command = process::cargo(paths);
            command.env("RUSTDOCFLAGS", "-D warnings");
            command.args(["doc", "--no-deps"]).args(arguments);
            process::run(log, &mut command, "rustdoc has warnings.")
        });
    }
}

/// The tests of the crates, and the examples in their documentation.
pub fn test(log: Log, paths: &Paths, long: bool, report: &mut Report) {
    let adapter = Adapter::find(log);
    let nextest = has(paths, "nextest");
    report.check("tests of the crates", || {
        let mut tests = process::cargo(paths);
        let words: &[&str] = if nextest {
            &["nextest", "run", "--no-fail-fast"]
        } else {
            &["test", "--no-fail-fast"]
        };
        tests.args(words).args(NATIVE).args(TARGETS).args(TESTED);
        set_data(&mut tests, paths);
        if long {
            tests.env(LONG, "1");
        }
        leave_out_or_select(&mut tests, nextest, &adapter);
        run_tests(log, &mut tests)
    });
    if let Err(why) = &adapter {
        report.skip("tests of the GPU kernels", why);
    }
    report.check("examples in the documentation", || {
        let mut examples = process::cargo(paths);
        examples.args(["test", "--doc"]).args(NATIVE).args(TESTED);
        run_tests(log, &mut examples)
    });
    if long {
        // Minutes, and 2 GB of memory.
        report.check("the papers' networks against torchvision's", || {
            let mut tests = process::cargo(paths);
            tests.args(["test", "--lib"]).args(NATIVE).args(TESTED);
            tests.args(["--", "--ignored", "--exact", ORIGINALS]);
            run_tests(log, &mut tests)
        });
    }
}

fn run_tests(log: Log, command: &mut Command) -> Result<()> {
    process::run(log, command, "Tests failed: the lines above say which.")
}

/// Has the kernels' tests run on the adapter, or leaves them out where there is none.
fn leave_out_or_select(tests: &mut Command, nextest: bool, adapter: &Result<Adapter>) {
    match adapter {
        Ok(adapter) => adapter.select(tests),
        Err(_) if nextest => {
            tests.args(["-E", &format!("not test(/^{KERNELS}/)")]);
        }
        Err(_) => {
            tests.args(["--", "--skip", KERNELS]);
        }
    }
}

/// Whether cargo has a command.
fn has(paths: &Paths, command: &str) -> bool {
    process::output(process::cargo(paths).args([command, "--version"])).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo runs no test, and is content, where none has that name.
    #[test]
    fn the_long_test_is_there() {
        let (module, name) = ORIGINALS.rsplit_once("::").unwrap();
        assert_eq!(module, "zoo::pytorch");
        let source = include_str!("../../../crate/src/zoo/pytorch.rs");
        let ignored = source.split("#[ignore").nth(1).unwrap();
        let tested = ignored.lines().nth(1).unwrap();
        assert_eq!(tested, format!("fn {name}() {{"));
    }
}
