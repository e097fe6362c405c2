//! The true re-weighted flow, which leaves the row space of the labels: its early growth rates, for any class profile.
//!
//! Claims: `growth-rates`, `growth-flat`.
//!
//! Its trajectories have no closed form but from balanced starts without weights; `ufm-simulation` integrates them.

pub mod growth;

pub use growth::GrowthRates;
