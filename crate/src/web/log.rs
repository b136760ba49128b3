//! Sends log messages and panics to the console, errors to the health monitor too.

use std::sync::{Mutex, PoisonError};

use wasm_bindgen::prelude::wasm_bindgen;

use crate::lab::engine::health;

static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

struct Console;

impl log::Log for Console {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = format!("{}: {}", record.target(), record.args());
        if record.level() == log::Level::Error {
            web_sys::console::error_1(&line.as_str().into());
            health::report_logged_error(&record.args().to_string());
        } else {
            web_sys::console::warn_1(&line.into());
        }
    }

    fn flush(&self) {}
}

/// Installs the logger and the panic hook. Called once.
pub fn install() {
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(log::LevelFilter::Warn);
    }
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        web_sys::console::error_1(&text.as_str().into());
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }));
}

/// The message of the last panic, if there was one.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> Option<String> {
    LAST_PANIC
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}
