//! The boundary to JavaScript: thin, typed, no mathematics.
//!
//! - [`types`]: what crosses it, with TypeScript types made from them
//! - [`recipe`]: links, fields, descriptions; [`structure`]: networks as plain data; [`dataset`]: data; [`engine`] and [`run`]: the lab
//! - [`crew`]: helpers in other workers, from both ends; [`computation`]: one pass on given numbers;
//!   [`inspection`]: activations and gradient statistics
//! - [`error`]: errors as JavaScript's; [`log`]: what is logged; [`adapter`]: what the browser knows of its GPU

#[cfg(feature = "gpu")]
mod adapter;
mod computation;
mod crew;
mod dataset;
mod engine;
mod error;
mod inspection;
mod log;
mod pieces;
mod recipe;
mod run;
mod stack;
mod structure;
mod types;

use std::pin::Pin;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::lab::event_loop;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// A future in a box of its own. Else all that it does would be written out in the promise made of it, and twice.
fn apart<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

/// Runs once, when the module is loaded.
#[wasm_bindgen(start)]
fn start() {
    // cubecl registers its parts through constructors. Unless somebody calls them, the linker wraps every export in
    // a stub that runs them all at each call: a second of work a training step.
    // SAFETY: a wasm linker always makes this function, and it is called once, before anything else.
    unsafe { __wasm_call_ctors() }
    log::install();
    event_loop::on_yield(|| Box::pin(macrotask()));
}

/// Waits for one macrotask of the event loop, through a timer.
async fn macrotask() {
    let turn = js_sys::Promise::new(&mut |resolve, _| {
        let global = js_sys::global();
        let timer = js_sys::Reflect::get(&global, &"setTimeout".into());
        let called = timer.and_then(|timer| {
            timer
                .dyn_into::<js_sys::Function>()?
                .call2(&global, &resolve, &0.into())
        });
        if called.is_err() {
            // No timer here: go on at once.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(turn).await;
}
