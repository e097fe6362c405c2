//! The spectrum of the labels `Z` (paper, section on the spectrum of simplex-encoded labels): singular values, modes, effective weights.
//!
//! Claims: `step-spectrum`, `effective-weights`.

pub mod labels;
mod per_mode;
pub(crate) mod secular;
mod secular_rational;
mod step;

pub use labels::LabelSvd;
pub use per_mode::PerMode;
pub use step::{Mode, StepSpectrum};
