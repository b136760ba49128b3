//! Yielding to the event loop.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_lite::future::block_on;

use super::event_loop::{set_yield_hook, yield_to_event_loop};

static YIELDS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn yielding_waits_for_the_installed_hook() {
    // Nothing is installed yet, so this returns at once.
    block_on(yield_to_event_loop());
    set_yield_hook(|| {
        Box::pin(async {
            YIELDS.fetch_add(1, Ordering::Relaxed);
        })
    });
    let before = YIELDS.load(Ordering::Relaxed);
    block_on(yield_to_event_loop());
    assert!(YIELDS.load(Ordering::Relaxed) > before);
}
