//! Yielding to the browser's event loop during long computations, so that messages and painting get their turn.
//!
//! Whoever has an event loop sets a hook that yields to it ([`set_yield_hook`]). Without one, as in the native command,
//! yielding does nothing.

use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use web_time::Instant;

/// Gives a future that is ready after the event loop's next macrotask.
pub type YieldHook = fn() -> Pin<Box<dyn Future<Output = ()>>>;

static HOOK: OnceLock<YieldHook> = OnceLock::new();

/// Sets the hook, once for the process; later calls change nothing.
///
/// The future has to wait for a macrotask: a promise that is resolved at once runs as a microtask and starves the page.
pub fn set_yield_hook(hook: YieldHook) {
    let _ = HOOK.set(hook);
}

/// Waits for one macrotask of the event loop, if there is one.
pub async fn yield_to_event_loop() {
    if let Some(hook) = HOOK.get() {
        hook().await;
    }
}

/// Waits for a while, and yields meanwhile.
#[cfg(feature = "gpu")]
pub async fn sleep(duration: Duration) {
    let start = Instant::now();
    while start.elapsed() < duration {
        // A browser's event loop waits by itself.
        #[cfg(not(target_family = "wasm"))]
        std::thread::sleep(Duration::from_millis(5));
        yield_to_event_loop().await;
    }
}

/// How long a computation goes on before it yields. Browsers make a yield take up to 4 ms.
const INTERVAL: Duration = Duration::from_millis(150);

/// Yields whenever a computation has gone on for some time.
#[derive(Debug)]
pub struct YieldTimer {
    last: Instant,
}

impl Default for YieldTimer {
    fn default() -> Self {
        YieldTimer {
            last: Instant::now(),
        }
    }
}

impl YieldTimer {
    /// Yields if the last yield was more than `INTERVAL` ago.
    pub async fn yield_if_due(&mut self) {
        if self.last.elapsed() > INTERVAL {
            yield_to_event_loop().await;
            self.last = Instant::now();
        }
    }
}
