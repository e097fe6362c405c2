//! Numerical tools that are not about this subject, one of each kind for the whole workspace.

pub mod left_singular;
pub(crate) mod logarithm;
pub mod root;
