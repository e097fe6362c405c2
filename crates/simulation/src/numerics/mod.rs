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

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::softmax;

    #[test]
    fn the_softmax_of_logits_of_any_size() {
        let mut columns =
            DMatrix::from_column_slice(3, 2, &[900.0, 900.0, -900.0, -2.0, 0.0, -1.0]);
        columns
            .column_iter_mut()
            .for_each(|mut column| softmax(&mut column));
        assert_eq!(columns.column(0).as_slice(), [0.5, 0.5, 0.0]);
        let sum = 1.0 + f64::exp(-1.0) + f64::exp(-2.0);
        for (found, ln) in columns.column(1).iter().zip([-2.0_f64, 0.0, -1.0]) {
            assert!((found - ln.exp() / sum).abs() < 1e-15);
        }
    }
}
