//! Growth rates for given data: the singular values of `ZΩXᵀ`.
//!
//! `ZΩXᵀ = P diag(ω) S` with the class sums `S` (`k × p`), row `c` the sum of the samples of class `c`: the data are read once, and each
//! set of weights then costs `O(k² p)`.

use nalgebra::DMatrix;

use crate::TheoryError;

/// Two rows are orthogonal if their cosine is below this.
const ORTHOGONAL: f64 = 1e-15;

/// Jacobi sweeps; it takes about ten.
const MAX_SWEEPS: usize = 60;

/// The sum of the features of each class, and the number of samples it sums.
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_theory::constrained::ClassSums;
/// // Three samples in two dimensions (p × N), of classes 0, 0 and 1.
/// let x = DMatrix::from_row_slice(2, 3, &[1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
/// let sums = ClassSums::new(&x, &[0, 0, 1], 2)?;
/// assert_eq!(sums.counts(), [2, 1]);
/// let rates = sums.growth_rates(&[0.5, 1.0])?; // inverse frequency
/// assert!((rates[0] - 1.0).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClassSums {
    sums: DMatrix<f64>,
    counts: Vec<usize>,
}

impl ClassSums {
    /// Of the features `X` (`p × N`), one column per sample, of the given labels among `classes` classes.
    ///
    /// # Errors
    /// If there are fewer than two classes, as many labels as columns are not given, a label is no class, or a feature is not finite.
    pub fn new(
        features: &DMatrix<f64>,
        labels: &[usize],
        classes: usize,
    ) -> Result<Self, TheoryError> {
        if classes < 2 {
            return Err(TheoryError::TooFewClasses(classes));
        }
        if labels.len() != features.ncols() {
            return Err(TheoryError::Shape {
                what: "labels of the samples",
                expected: features.ncols(),
                found: labels.len(),
            });
        }
        let mut sums = DMatrix::zeros(classes, features.nrows());
        let mut counts = vec![0; classes];
        for (sample, (&label, column)) in labels.iter().zip(features.column_iter()).enumerate() {
            if label >= classes {
                return Err(TheoryError::Label {
                    sample,
                    label,
                    classes,
                });
            }
            if !column.iter().all(|x| x.is_finite()) {
                return Err(TheoryError::Feature(sample));
            }
            counts[label] += 1;
            for (sum, x) in sums.row_mut(label).iter_mut().zip(column.iter()) {
                *sum += x;
            }
        }
        Ok(Self { sums, counts })
    }

    /// Samples of each class.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The `k − 1` largest singular values of `ZΩXᵀ` for class weights `ω_c`, in decreasing order: the rates at which
    /// `L = W₂W₁X` grows out of a small start, per unit of gradient-flow time. Zeros where the data have fewer dimensions.
    ///
    /// One-sided Jacobi: the error is a few roundings of the largest rate, not of its square as by way of a Gram matrix.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if `class_weights` is not of length `k`, [`TheoryError::NoConvergence`] if rotations do not end.
    pub fn growth_rates(&self, class_weights: &[f64]) -> Result<Vec<f64>, TheoryError> {
        let classes = self.counts.len();
        if class_weights.len() != classes {
            return Err(TheoryError::Shape {
                what: "class weights",
                expected: classes,
                found: class_weights.len(),
            });
        }
        let weighted = DMatrix::from_fn(classes, self.sums.ncols(), |class, j| {
            class_weights[class] * self.sums[(class, j)]
        });
        let mean = weighted.row_mean();
        let rows: Vec<Vec<f64>> = weighted
            .row_iter()
            .map(|row| row.iter().zip(mean.iter()).map(|(x, m)| x - m).collect())
            .collect();
        let mut rates = singular_values(rows).ok_or(TheoryError::NoConvergence(classes))?;
        rates.truncate(classes - 1);
        Ok(rates)
    }
}

/// Rotates pairs of rows until all are orthogonal; their norms are the singular values. `None` if that does not end.
fn singular_values(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let largest = rows.iter().map(|row| dot(row, row)).fold(0.0, f64::max);
    let negligible = largest * (f64::EPSILON * f64::EPSILON);
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for i in 1..rows.len() {
            let (before, rest) = rows.split_at_mut(i);
            let b = &mut rest[0];
            for a in before {
                let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
                let small = aa.min(bb) <= negligible; // rounding: the null direction
                if small || ab.abs() <= ORTHOGONAL * a.len() as f64 * (aa * bb).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (bb - aa) / (2.0 * ab);
                let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let cosine = 1.0 / t.hypot(1.0);
                let sine = cosine * t;
                for (x, y) in a.iter_mut().zip(b.iter_mut()) {
                    (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
                }
            }
        }
        if !rotated {
            let mut values: Vec<f64> = rows.iter().map(|row| dot(row, row).sqrt()).collect();
            values.sort_by(|a, b| b.total_cmp(a));
            return Some(values);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_matrix_laid_out(
            labels in prop::collection::vec(0_usize..4, 4..20), p in 1_usize..7, seed in 1.0..9.0_f64,
        ) {
            let x = DMatrix::from_fn(p, labels.len(), |i, j| (seed * (1 + i * labels.len() + j) as f64).sin());
            let weights = [0.3, 1.0, 2.0, 0.7];
            let product = DMatrix::from_fn(4, p, |class, row| {
                labels.iter().enumerate().map(|(i, &label)| {
                    let z = f64::from(u8::from(label == class)) - 0.25;
                    z * weights[label] * x[(row, i)]
                }).sum::<f64>()
            });
            let gram = &product * product.transpose();
            let mut expected: Vec<f64> = gram.symmetric_eigenvalues().iter().copied().collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            let found = ClassSums::new(&x, &labels, 4).unwrap().growth_rates(&weights).unwrap();
            prop_assert_eq!(found.len(), 3);
            for (a, b) in found.iter().zip(&expected) {
                prop_assert!((a * a - b).abs() < 1e-12 * expected[0].max(1e-300), "{} against {}", a * a, b);
            }
        }
    }

    #[test]
    fn bad_input_is_refused() {
        let x = DMatrix::from_element(2, 3, 1.0);
        assert!(matches!(
            ClassSums::new(&x, &[0, 1, 2], 2),
            Err(TheoryError::Label { sample: 2, .. })
        ));
        assert!(ClassSums::new(&x, &[0, 1], 2).is_err());
        assert!(ClassSums::new(&x, &[0, 0, 0], 1).is_err());
        let bad = DMatrix::from_element(2, 3, f64::NAN);
        assert!(matches!(
            ClassSums::new(&bad, &[0, 1, 1], 2),
            Err(TheoryError::Feature(0))
        ));
        let sums = ClassSums::new(&x, &[0, 1, 1], 2).unwrap();
        assert!(sums.growth_rates(&[1.0]).is_err());
    }
}
