//! Lets the browser breathe.

use std::time::Duration;

use web_time::Instant;

/// Gives the event loop a turn, so that messages and painting get in between.
///
/// It has to be a macrotask: a promise that is ready at once starves the page. Natively it does nothing.
pub async fn breathe() {
    #[cfg(target_family = "wasm")]
    crate::web::macrotask().await;
}

/// How long a worker computes before its event loop gets a turn. Browsers make a turn take 4 ms.
const EVERY: Duration = Duration::from_millis(150);

/// Breathes from time to time.
#[derive(Debug)]
pub struct Breath {
    last: Instant,
}

impl Default for Breath {
    fn default() -> Self {
        Breath {
            last: Instant::now(),
        }
    }
}

impl Breath {
    /// Gives the event loop a turn where the last one was long ago.
    pub async fn take_if_due(&mut self) {
        if self.last.elapsed() > EVERY {
            breathe().await;
            self.last = Instant::now();
        }
    }
}
