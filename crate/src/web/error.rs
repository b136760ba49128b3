//! Errors as JavaScript's: an `Error` whose message is the sentence, with a `kind` for programs.

use wasm_bindgen::JsValue;

use crate::data::DataError;
use crate::lab::LabError;
use crate::recipe::RecipeError;

/// Makes the JavaScript error.
pub fn thrown(error: impl Into<LabError>) -> JsValue {
    let error = error.into();
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BunsenError");
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&js, &"kind".into(), &error.kind().into());
    js.into()
}

/// A link that makes no recipe.
pub fn bad_link(error: RecipeError) -> JsValue {
    thrown(error)
}

/// Data that cannot be used.
pub fn bad_data(error: DataError) -> JsValue {
    thrown(error)
}
