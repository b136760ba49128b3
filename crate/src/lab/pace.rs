//! Lets the browser breathe.

/// Gives the event loop a turn, so that messages and painting get in between.
///
/// It has to be a macrotask: a promise that is ready at once starves the page. Natively it does nothing.
pub async fn breathe() {
    #[cfg(target_family = "wasm")]
    crate::web::macrotask().await;
}
