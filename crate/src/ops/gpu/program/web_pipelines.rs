//! Compiling pipelines in a browser, all at once.
//!
//! wgpu asks a browser for a pipeline by `createComputePipeline`, and a browser compiles such pipelines one after the other, before all that is
//! asked of the device later. `createComputePipelineAsync` compiles on threads of the browser's, so here the device itself is asked. What it
//! makes becomes wgpu's: while wgpu asks for the pipeline, the device answers with the one that is there.

use burn::tensor::wgpu::wgpu;
use js_sys::{Array, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::Dispatch;
use super::pipelines::{Missing, Pipeline};

/// WebGPU's `GPUShaderStage.COMPUTE`.
const COMPUTE: u32 = 4;

/// The method through which wgpu asks.
const CREATE: &str = "createComputePipeline";

#[wasm_bindgen]
extern "C" {
    /// `GPUDevice`
    type Device;

    #[wasm_bindgen(method, catch, js_name = createBindGroupLayout)]
    fn create_bind_group_layout(this: &Device, descriptor: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createPipelineLayout)]
    fn create_pipeline_layout(this: &Device, descriptor: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createShaderModule)]
    fn create_shader_module(this: &Device, descriptor: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createComputePipelineAsync)]
    fn create_pipeline(this: &Device, descriptor: &JsValue) -> Result<Promise, JsValue>;
}

/// Compiles kernels. One that is refused is asked for once more, by wgpu, so that the device reports what is wrong with it.
pub(super) async fn compile_all(device: &wgpu::Device, missing: &[Missing<'_>]) -> Vec<Pipeline> {
    let js_device: Option<&JsValue> = device.as_webgpu().map(AsRef::as_ref);
    let promises = Array::new();
    for Missing { dispatch, source } in missing {
        let begun = js_device.map(|device| begin(device.unchecked_ref(), dispatch, source));
        promises.push(
            &begun
                .and_then(Result::ok)
                .map_or(JsValue::NULL, JsValue::from),
        );
    }
    let settled = JsFuture::from(Promise::all_settled(&promises)).await;
    let settled = settled.map(|all| Array::from(&all)).unwrap_or_default();
    let compiled = missing.iter().zip(0..).map(|(missing, index)| {
        let compile = || Pipeline::compile(device, missing.dispatch, &missing.source);
        let prepared = Reflect::get(&settled.get(index), &"value".into()).ok();
        match (js_device, prepared.filter(JsValue::is_object)) {
            (Some(device), Some(prepared)) => giving(device, prepared, compile),
            _ => compile(),
        }
    });
    compiled.collect()
}

/// Asks for a pipeline as wgpu would.
fn begin(device: &Device, dispatch: &Dispatch, source: &str) -> Result<Promise, JsValue> {
    let entries: Array = dispatch
        .bindings
        .iter()
        .zip(0..)
        .map(entry)
        .collect::<Result<_, _>>()?;
    let layout = device.create_bind_group_layout(&object([("entries", entries.into())])?)?;
    let layouts = Array::of1(&layout);
    let layout = device.create_pipeline_layout(&object([("bindGroupLayouts", layouts.into())])?)?;
    let module = device.create_shader_module(&object([("code", source.into())])?)?;
    let compute = object([("module", module), ("entryPoint", "main".into())])?;
    device.create_pipeline(&object([("layout", layout), ("compute", compute)])?)
}

/// A binding in a layout.
fn entry((binding, number): (&super::Binding, u32)) -> Result<JsValue, JsValue> {
    let kind = match binding.is_written {
        true => "storage",
        false => "read-only-storage",
    };
    JSON::parse(&format!(
        r#"{{"binding":{number},"visibility":{COMPUTE},"buffer":{{"type":"{kind}"}}}}"#
    ))
}

fn object<const N: usize>(entries: [(&str, JsValue); N]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &key.into(), &value)?;
    }
    Ok(object.into())
}

/// What `create` makes while the device answers with a pipeline that is there.
fn giving<T>(device: &JsValue, pipeline: JsValue, create: impl FnOnce() -> T) -> T {
    let answer = Closure::once(move |_: JsValue| pipeline);
    let is_set = Reflect::set(device, &CREATE.into(), answer.as_ref());
    let created = create();
    // The prototype's own is there again.
    if is_set.is_ok() {
        let device: &Object = device.unchecked_ref();
        let _ = Reflect::delete_property(device, &CREATE.into());
    }
    created
}
