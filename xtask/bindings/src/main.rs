//! `bindings <in.wasm> <out folder> <name> [names]`: the JavaScript and TypeScript faces of a built module. With
//! `names`, functions keep theirs, for profiles.
//!
//! This is what the `wasm-bindgen` command does with `--target web`, as a program of this workspace: its version is
//! the one in `Cargo.lock`, which has to be that of the module, and nothing has to be installed.

mod paths;
mod script;

use std::env;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::{Bindgen, Output};

/// What the linker puts behind the name of an export that runs all constructors whenever it is called.
const STUB: &str = ".command_export";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (module, folder, name, names) = match arguments.as_slice() {
        [module, folder, name] => (module, folder, name, false),
        [module, folder, name, names] if names == "names" => (module, folder, name, true),
        _ => {
            eprintln!(
                "bindings needs three words: the module, the folder to write to, and the name of the files; and \
                 perhaps `names`, to keep the functions' names."
            );
            return ExitCode::from(2);
        }
    };
    match make(Path::new(module), Path::new(folder), name, names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the bindings, unless the module would run its constructors on every call.
fn make(module: &Path, folder: &Path, name: &str, names: bool) -> Result<(), String> {
    let failed = |what: &str, why: &dyn std::fmt::Display| {
        format!("{what} of {} failed: {why:#}", module.display())
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(name)
        .typescript(true)
        .remove_name_section(!names)
        .remove_producers_section(true)
        .omit_default_module_path(false);
    bindgen
        .web(true)
        .map_err(|why| failed("Choosing the target", &why))?;
    let mut output = bindgen
        .generate_output()
        .map_err(|why| failed("Making the bindings", &why))?;
    refuse_stubs(&output, module)?;
    output
        .emit(folder)
        .map_err(|why| failed("Writing the bindings", &why))?;
    let file = |end: &str| folder.join(format!("{name}{end}"));
    change(&file(".js"), |text| script::instantiable(&text))?;
    change(&file(".d.ts"), |text| Ok(script::types(&text, name)))?;
    let home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| home + "/.cargo"));
    let wasm = file("_bg.wasm");
    let mut bytes = fs::read(&wasm).map_err(|why| unusable(&wasm, &why))?;
    if let Ok(home) = home {
        paths::hide(&mut bytes, &home);
    }
    fs::write(&wasm, bytes).map_err(|why| unusable(&wasm, &why))
}

/// Writes what becomes of a text into its file.
fn change(path: &Path, edit: impl FnOnce(String) -> Result<String, String>) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|why| unusable(path, &why))?;
    let text = edit(text).map_err(|why| unusable(path, &why))?;
    fs::write(path, text).map_err(|why| unusable(path, &why))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> String {
    format!("{} cannot be made: {why}", path.display())
}

/// Where nothing calls `__wasm_call_ctors`, the linker wraps every export in a stub that does, on every call. That
/// costs seconds a training step, and no test of results would see it.
fn refuse_stubs(output: &Output, module: &Path) -> Result<(), String> {
    let names: Vec<&str> = output
        .wasm()
        .funcs
        .iter()
        .filter_map(|function| function.name.as_deref())
        .collect();
    if names.is_empty() {
        return Err(format!(
            "{} holds no function names, so its exports cannot be checked for constructor stubs. Build it without \
             `strip`: the names are removed here.",
            module.display()
        ));
    }
    let stubs: Vec<&str> = names
        .into_iter()
        .filter(|name| name.ends_with(STUB))
        .collect();
    match stubs.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "{} exports of {} run all constructors on every call (`{first}` is one). The module's start function must \
             call `__wasm_call_ctors` itself, once.",
            stubs.len(),
            module.display()
        )),
    }
}
