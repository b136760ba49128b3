//! The boundary to JavaScript: thin, typed, no mathematics.
//!
//! - [`types`]: what crosses it, with TypeScript types made from them
//! - [`recipe`]: links, fields, descriptions; [`graph`]: networks as plain data; [`stack`]: custom networks for an editor
//! - [`dataset`]: data sets; [`engine`] and [`run`]: the lab
//! - [`worker_pool`]: both ends of the worker pool; [`computation`]: one forward and backward pass;
//!   [`weights`]: files of weights; [`inspection`]: activations and gradient statistics; [`evaluation`]: a split in parts
//! - [`error`]: errors as JavaScript's; [`log`]: the console logger

mod chunked_reader;
mod computation;
mod dataset;
mod engine;
mod error;
mod evaluation;
mod graph;
mod inspection;
mod log;
mod recipe;
mod run;
mod stack;
mod types;
mod weights;
mod worker_pool;

use std::pin::Pin;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::lab::event_loop;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Boxes a future. Unboxed, the code of its state machine would be part of the promise's own, twice: that costs module size.
fn boxed<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
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
    event_loop::set_yield_hook(|| Box::pin(macrotask()));
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
