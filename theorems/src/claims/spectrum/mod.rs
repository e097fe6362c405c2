//! The spectrum of the labels.

pub mod effective_weights;
pub mod step_spectrum;

crate::claims::register![step_spectrum, effective_weights,];
