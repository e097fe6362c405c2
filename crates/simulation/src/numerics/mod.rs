//! Arithmetic that the solvers share.

pub(crate) mod linear;

use nalgebra::DVectorViewMut;

/// Brackets of crossing times close at this width, relative to time: the integrator's own error is larger.
pub(crate) const CLOSED: f64 = 1e-13;

/// The softmax of a column of logits, in its place; differences of any size.
pub(crate) fn softmax(column: &mut DVectorViewMut<'_, f64>) {
    let largest = column.max();
    column.apply(|x| *x = (*x - largest).exp());
    let sum = column.sum();
    *column /= sum;
}
