//! Features that samples share.

pub mod constrained_features;

crate::claims::register![constrained_features,];
