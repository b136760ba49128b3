//! The bindings' script, so that it can be instantiated again.
//!
//! wasm-bindgen's script holds one instance for as long as the page lives. One that trapped is dead, and a browser imports an address
//! once; another address for the same script is what no bundler can pack. So its body becomes a function.

/// The last line of a script of wasm-bindgen's.
const LAST: &str = "export { initSync, __wbg_init as default };";

/// Wraps the script in `instantiate`, and exports what it exported from a first call of that.
pub fn instantiable(script: &str) -> Result<String, String> {
    let mut body = String::new();
    let mut names = Vec::new();
    let mut ended = false;
    for line in script.lines() {
        if line == LAST {
            ended = true;
            continue;
        }
        if line.starts_with("import ") {
            return Err(format!(
                "its bindings import what is not handled: `{line}`."
            ));
        }
        let Some(declaration) = line.strip_prefix("export ") else {
            body += line;
            body.push('\n');
            continue;
        };
        let name = ["async function ", "function ", "class ", "const "]
            .iter()
            .find_map(|kind| declaration.strip_prefix(kind))
            .and_then(|rest| {
                rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                    .next()
            })
            .filter(|name| !name.is_empty())
            .ok_or_else(|| {
                format!("its bindings export in a way that is not handled: `{line}`.")
            })?;
        names.push(name);
        body += declaration;
        body.push('\n');
    }
    if !ended {
        return Err(format!("its bindings lack the line `{LAST}`."));
    }
    names.push("initSync");
    let names = names.join(", ");
    Ok(format!(
        "/** Another instance, apart from all others. */\n\
         export function instantiate() {{\n\
         {body}\n\
         return {{ {names}, instantiate, default: __wbg_init }};\n\
         }}\n\n\
         const first = /* @__PURE__ */ instantiate();\n\
         export const {{ {names} }} = first;\n\
         export default first.default;\n"
    ))
}

/// The script's types with that of `instantiate`, and with the library that declares `Symbol.dispose`, which whoever uses them need not name.
pub fn types(declarations: &str, name: &str) -> String {
    format!(
        "/// <reference lib=\"esnext.disposable\" />\n\n{declarations}\n\
         /**\n * Another instance, apart from all others: what this script exports itself is a first one.\n */\n\
         export function instantiate(): typeof import(\"./{name}.js\");\n"
    )
}
