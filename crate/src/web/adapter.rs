//! The name of the browser's GPU adapter, which wgpu does not pass on.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::lab::LabError;

/// The adapter's name, from its vendor, architecture, device and description; empty where the browser tells none.
///
/// # Errors
/// [`LabError::Engine`] where the browser has no WebGPU, or WebGPU no adapter.
pub async fn name() -> Result<String, LabError> {
    let missing = |what: &str| {
        LabError::Engine(format!(
            "{what} Use the CPU engine, or a browser and a machine with WebGPU."
        ))
    };
    let get = |object: &JsValue, key: &str| {
        js_sys::Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
    };
    let gpu = get(&get(&js_sys::global(), "navigator"), "gpu");
    let request: js_sys::Function = get(&gpu, "requestAdapter")
        .dyn_into()
        .map_err(|_| missing("This browser has no WebGPU here."))?;
    let preference = js_sys::Object::new();
    let _ = js_sys::Reflect::set(
        &preference,
        &"powerPreference".into(),
        &"high-performance".into(),
    );
    let promise = request
        .call1(&gpu, &preference)
        .map(|adapter| js_sys::Promise::resolve(&adapter))
        .map_err(|_| missing("WebGPU refused to look for an adapter."))?;
    let adapter = JsFuture::from(promise)
        .await
        .map_err(|_| missing("WebGPU refused to look for an adapter."))?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(missing("WebGPU finds no adapter on this machine."));
    }
    let info = get(&adapter, "info");
    let part = |key: &str| get(&info, key).as_string().unwrap_or_default();
    // A description alone would do, where there is one.
    let description = part("description");
    let short = ["vendor", "architecture", "device"].map(part);
    let short = short.iter().filter(|part| !part.is_empty());
    let short = short.cloned().collect::<Vec<_>>().join(" ");
    Ok(match (description.is_empty(), short.is_empty()) {
        (true, _) => short,
        (false, true) => description,
        (false, false) => format!("{description} ({short})"),
    })
}
