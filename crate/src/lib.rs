//! **Bunsen**: a lab bench for vision networks.
//!
//! A [`recipe`] is all that decides a run. From it come the [`data`] (synthesized from [`random`] streams, or read and
//! verified) and the network of the [`zoo`], whose graph is computed by burn and by our own operations ([`ops`]). The [`lab`]
//! puts both on an engine and lets the caller pull the run step by step. `web` exports that to JavaScript; the command
//! `bunsen` is its native front end.
//!
//! ```text
//! link -> recipe -> (data, network) -> run -> reports -> page
//! ```
//!
//! Dependencies point one way: `random`, [`window`], [`printable`] and [`hex`] depend on nothing else in the crate and `recipe` on `window` and `printable` alone, `zoo` knows no data, and only `lab`,
//! `zoo` and `ops` touch a tensor. What `lab` needs of a browser is passed to it by `web` ([`lab::event_loop`]). The CPU
//! engine is always available; the feature `gpu` adds the GPU engine.
//!
//! ```
//! # use std::sync::Arc;
//! use bunsen::{data, lab, registry};
//!
//! # async fn example() -> Result<(), lab::LabError> {
//! let recipe = registry::parse("model=lenet5&data=digits&seed=7")?.recipe;
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
pub mod printable;
pub mod random;
pub mod recipe;
#[cfg(test)]
mod references;
pub mod registry;
#[cfg(target_family = "wasm")]
mod web;
pub mod window;
pub mod zoo;
