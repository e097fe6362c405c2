//! Arithmetic that the solvers share.

pub(crate) mod linear;

/// Brackets of crossing times close at this width, relative to time: the integrator's own error is larger.
pub(crate) const CLOSED: f64 = 1e-13;
