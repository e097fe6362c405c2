//! Arithmetic that the solvers share.

pub(crate) mod linear;
pub(crate) mod root;
