//! **Bunsen**: a lab bench for vision networks.
//!
//! A [`recipe`] says all that decides a run. From it come the [`data`] (drawn by [`random`] streams, or read and
//! verified) and the network of the [`zoo`]; the [`lab`] puts both on an engine and lets the caller pull the run step
//! by step. In the browser, `web` hands that to JavaScript; natively, the command `bunsen` does.
//!
//! ```text
//! link -> recipe -> (data, network) -> run -> reports -> page
//! ```
//!
//! Nothing points the other way: `recipe` and `random` know nothing of the rest, `zoo` knows no data, and only `lab` and
//! `zoo` touch a tensor. The CPU engine is always there; the feature `gpu` adds the other one.
//!
//! ```
//! # use std::sync::Arc;
//! use bunsen::{data, lab, recipe};
//!
//! # async fn example() -> Result<(), lab::LabError> {
//! let recipe = recipe::parse("model=lenet5&data=digits&seed=7")?.recipe;
//! let data = Arc::new(data::digits::dataset(recipe.seed, 1_000, 200));
//! let mut run = lab::Run::start(&lab::Engine::cpu(), recipe, data).await?;
//! for report in run.step(20).await? {
//!     println!("step {}: loss {:.3}", report.step, report.loss);
//! }
//! println!("{:.1} %", 100.0 * run.evaluate().await?.accuracy);
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod data;
pub mod hex;
pub mod lab;
pub mod ops;
pub mod random;
pub mod recipe;
#[cfg(test)]
mod references;
#[cfg(target_family = "wasm")]
mod web;
pub mod zoo;
