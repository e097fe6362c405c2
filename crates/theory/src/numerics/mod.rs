//! Numerical tools that are not about this subject.

pub(crate) mod left_singular;
pub(crate) mod logarithm;
