//! Errors as JavaScript's: an `Error` whose message is the sentence for a person, with fields for programs.

use wasm_bindgen::JsValue;

use crate::lab::LabError;

/// Makes the JavaScript error: with its `kind` and, where the error has them, the `key` of the recipe's field that it is about
/// and what is `allowed` there, its `code` and its `step`.
pub fn to_js_error(error: impl Into<LabError>) -> JsValue {
    let error = error.into();
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BunsenError");
    let set = |field: &str, value: JsValue| {
        // Setting a property of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&js, &field.into(), &value);
    };
    set("kind", error.kind().into());
    if let Some(key) = error.key() {
        set("key", key.into());
    }
    if let Some(allowed) = error.allowed() {
        set("allowed", allowed.into());
    }
    if let Some(code) = error.code() {
        set("code", code.into());
    }
    if let Some(step) = error.step() {
        set("step", (step as f64).into());
    }
    js.into()
}
