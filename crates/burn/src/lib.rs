//! Networks over [burn](https://burn.dev), for architectures that the layers of [`ufm_networks`] over faer do not have, and a command that runs series of
//! experiments with them.
//!
//! [`BurnEngine`] is an [`ufm_networks::engine::Engine`]: plans, runs, what is measured and how runs are kept are those of [`ufm_networks`]. It trains chains
//! of layers from the same initial weights, which is how it is checked, and beside them residual networks and vision transformers.

pub mod command;
mod engine;
#[cfg(feature = "wgpu")]
mod graphics;
mod mixed;
mod networks;
mod optimiser;

pub use engine::{BurnEngine, BurnNetwork};
