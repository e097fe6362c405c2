//! The vector of unknowns, as the integrator sees it, and the error norm of the flow.
//!
//! Modes can differ by a hundred orders of magnitude, and each has to be right relative to itself. But an unknown
//! that decays, such as a feature's component outside the label space at the end of training, is only known
//! to the rounding errors of the unknowns it is coupled to. So an error in row `i` of `W̃` is measured against
//! that row, and one in column `j` of `H̃` against that column and, as far as `Ω̃` couples them, the others:
//! the tolerance is relative for every mode, and is never asked below rounding.

use std::rc::Rc;

use differential_equations::{tolerance::Tolerance, traits::State};

use crate::matrices::frame::Coordinates;

/// Against what errors are measured.
#[derive(Debug)]
pub(crate) struct Scales {
    classes: usize,
    dimension: usize,
    columns: usize,
    /// `|Ω̃_ij|/√(Ω̃_ii Ω̃_jj)`, `k × k`.
    coupling: Vec<f64>,
    /// The size of the smallest row or column at the start: smaller ones are not resolved.
    floor: f64,
}

impl Scales {
    pub(crate) fn new(coordinates: &Coordinates, initial: &[f64]) -> Self {
        let classes = coordinates.classes();
        let omega = &coordinates.omega;
        let mut coupling = Vec::with_capacity(classes * classes);
        for i in 0..classes {
            for j in 0..classes {
                coupling.push(omega[(i, j)].abs() / omega[(i, i)].sqrt() / omega[(j, j)].sqrt());
            }
        }
        let mut scales = Self {
            classes,
            dimension: coordinates.dimension,
            columns: coordinates.columns,
            coupling,
            floor: 0.0,
        };
        let (rows, columns) = scales.sizes(|i| initial[i].abs());
        let smallest = rows
            .iter()
            .chain(&columns[..classes])
            .filter(|&&size| size > 0.0);
        scales.floor = smallest.copied().fold(f64::MAX, f64::min);
        scales
    }

    /// The largest value in each row of `W̃` and each column of `H̃`.
    fn sizes(&self, value: impl Fn(usize) -> f64) -> (Vec<f64>, Vec<f64>) {
        let mut rows = vec![0.0_f64; self.classes];
        for (i, row) in rows.iter_mut().enumerate() {
            for l in 0..self.dimension {
                *row = row.max(value(i * self.dimension + l));
            }
        }
        let mut columns = vec![0.0_f64; self.columns];
        for l in 0..self.dimension {
            let start = self.classes * self.dimension + l * self.columns;
            for (j, column) in columns.iter_mut().enumerate() {
                *column = column.max(value(start + j));
            }
        }
        (rows, columns)
    }

    /// The largest error relative to what it is measured against.
    fn largest_relative(&self, y: &[f64], y_new: &[f64], error: &[f64]) -> f64 {
        let (rows, mut columns) = self.sizes(|i| y[i].abs().max(y_new[i].abs()));
        let (row_errors, column_errors) = self.sizes(|i| error[i].abs());
        let own = columns[..self.classes].to_vec();
        for (j, column) in columns[..self.classes].iter_mut().enumerate() {
            for (i, size) in own.iter().enumerate() {
                *column = column.max(self.coupling[i * self.classes + j] * size);
            }
        }
        let errors = row_errors.iter().chain(&column_errors);
        let sizes = rows.iter().chain(&columns);
        errors.zip(sizes).fold(0.0, |largest, (error, size)| {
            largest.max(error / size.max(self.floor))
        })
    }
}

/// `W̃` row by row, then `H̃` row by row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unknowns {
    pub values: Vec<f64>,
    /// `None` only in the integrator's empty placeholder.
    scales: Option<Rc<Scales>>,
}

impl Unknowns {
    pub(crate) fn new(values: Vec<f64>, scales: Scales) -> Self {
        Self {
            values,
            scales: Some(Rc::new(scales)),
        }
    }
}

impl State<f64> for Unknowns {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn get_component(&self, index: usize) -> f64 {
        self.values[index]
    }

    fn set_component(&mut self, index: usize, value: f64) {
        self.values[index] = value;
    }

    fn map_components_mut<F: FnMut(usize, &mut f64)>(&mut self, mut f: F) {
        for (index, value) in self.values.iter_mut().enumerate() {
            f(index, value);
        }
    }

    fn zeros_like(&self) -> Self {
        Self {
            values: vec![0.0; self.values.len()],
            scales: self.scales.clone(),
        }
    }

    fn zeros() -> Self {
        Self::default()
    }

    fn mul_add_assign(&mut self, alpha: f64, other: &Self) {
        crate::numerics::linear::add_scaled(&mut self.values, alpha, &other.values);
    }

    fn scale_mut(&mut self, alpha: f64) {
        for value in &mut self.values {
            *value *= alpha;
        }
    }

    fn add_scaled(&mut self, alpha: f64, other: &Self) -> &mut Self {
        self.mul_add_assign(alpha, other);
        self
    }

    /// The square of the largest relative error, in units of the tolerance, times the number of unknowns: the
    /// integrator divides by that number, and is left with the largest one.
    fn error_norm(
        &self,
        y_new: &Self,
        error: &Self,
        _atol: &Tolerance<f64>,
        rtol: &Tolerance<f64>,
    ) -> f64 {
        /// Rejects a step that produced an infinity, and stays finite in the integrator's own arithmetic.
        const REJECT: f64 = 1e200;
        let finite = |x: &Self| x.values.iter().all(|value| value.is_finite());
        match &self.scales {
            Some(scales) if finite(y_new) && finite(error) => {
                let relative = scales.largest_relative(&self.values, &y_new.values, &error.values);
                (relative / rtol[0]).powi(2).min(REJECT) * self.len() as f64
            }
            _ => REJECT,
        }
    }

    /// Zero, always. The integrator uses it for its stiffness test alone, which compares a velocity with a
    /// position and would stop a sound integration; the error norm limits the step where stability does.
    fn diff_norm_squared(&self, _other: &Self) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two classes, one dimension, three columns: rows of `W̃` of sizes 4 and 1, columns of `H̃` of sizes 8, 2 and 5.
    fn scales(floor: f64) -> Scales {
        Scales {
            classes: 2,
            dimension: 1,
            columns: 3,
            coupling: vec![1.0, 0.75, 0.5, 1.0],
            floor,
        }
    }

    const VALUES: [f64; 5] = [4.0, -1.0, 8.0, 2.0, 5.0];

    #[test]
    fn errors_are_measured_against_their_row_or_the_columns_it_is_coupled_to() {
        let smaller = VALUES.map(|x| 0.5 * x);
        // The second column's size is that of the first, times their coupling; the third, outside the label space, has its own.
        for (unknown, size) in [4.0, 1.0, 8.0, 6.0, 5.0].into_iter().enumerate() {
            let mut error = [0.0; 5];
            error[unknown] = -3.0;
            let found = scales(0.0).largest_relative(&smaller, &VALUES, &error);
            assert_eq!(found, 3.0 / size, "unknown {unknown}");
            let floored = scales(16.0).largest_relative(&VALUES, &smaller, &error);
            assert_eq!(floored, 3.0 / 16.0);
        }
        let of = |values: &[f64]| Unknowns::new(values.to_vec(), scales(0.0));
        let (tolerance, unused) = (Tolerance::Scalar(0.5), Tolerance::Scalar(1.0));
        let norm = |new: &[f64], error: &[f64]| {
            of(&VALUES).error_norm(&of(new), &of(error), &unused, &tolerance)
        };
        let error = [0.0, 0.25, 0.0, 0.0, 0.0];
        assert_eq!(norm(&VALUES, &error), 0.25 * 5.0); // (¼/½)², times the number of unknowns
        let infinite = [f64::INFINITY, 1.0, 1.0, 1.0, 1.0];
        for (new, error) in [(&infinite, &error), (&VALUES, &infinite)] {
            assert_eq!(norm(new, error), 1e200);
        }
    }

    #[test]
    fn unknowns_are_a_vector() {
        let mut y = Unknowns::new(VALUES.to_vec(), scales(0.0));
        assert_eq!((y.len(), y.get_component(2)), (5, 8.0));
        y.set_component(2, 6.0);
        y.scale_mut(0.5);
        y.map_components_mut(|index, value| *value += index as f64);
        assert_eq!(y.values, [2.0, 0.5, 5.0, 4.0, 6.5]);
        y.add_scaled(2.0, &Unknowns::new(VALUES.to_vec(), scales(0.0)));
        assert_eq!(y.values, [10.0, -1.5, 21.0, 8.0, 16.5]);
        assert_eq!(y.zeros_like().values, [0.0; 5]);
        assert_eq!(Unknowns::zeros().len(), 0);
        assert_eq!(y.diff_norm_squared(&y.zeros_like()), 0.0);
    }
}
