//! Errors as JavaScript's: an `Error` whose message is the sentence, with a `kind` for programs.

use wasm_bindgen::JsValue;

use crate::lab::LabError;

/// Makes the JavaScript error.
pub fn to_js_error(error: impl Into<LabError>) -> JsValue {
    let error = error.into();
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BunsenError");
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&js, &"kind".into(), &error.kind().into());
    js.into()
}
