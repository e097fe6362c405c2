//! The weighted losses and their gradients, on the matrices themselves.
//!
//! `½ Σ_i ω_i ‖z_i − W h_i‖²` with `W` (`k × d`), `H` (`d × N`), `Z` (`k × N`) and one weight per
//! sample; and the softmax cross-entropy of the same logits. These plain forms define the problem; the flow itself is integrated in the spectral
//! frame (see the crate's front page) and tested against them.

use nalgebra::DMatrix;

use crate::numerics::softmax;

/// Which loss is descended.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Loss {
    /// `½ Σ_i ω_i ‖z_i − W h_i‖²`.
    #[default]
    Squared,
    /// The softmax cross-entropy of labels `(1 − ε) Y + ε/k`.
    CrossEntropy {
        /// `ε`, at least 0 and below 1.
        smoothing: f64,
    },
}

impl Loss {
    /// The cross-entropy of hard labels.
    pub const CROSS_ENTROPY: Self = Self::CrossEntropy { smoothing: 0.0 };
}

/// `(Z − WH) Ω`, `k × N`: the weighted residual.
pub fn weighted_residual(
    labels: &DMatrix<f64>,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
    sample_weights: &[f64],
) -> DMatrix<f64> {
    let mut residual = labels - classifier * features;
    for (mut column, weight) in residual.column_iter_mut().zip(sample_weights) {
        column *= *weight;
    }
    residual
}

/// The weighted squared loss.
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_simulation::loss;
/// let z = DMatrix::from_row_slice(2, 2, &[0.5, -0.5, -0.5, 0.5]);
/// let zero = DMatrix::zeros(2, 2);
/// assert_eq!(loss::weighted_squared_loss(&z, &zero, &zero, &[1.0, 3.0]), 1.0);
/// ```
pub fn weighted_squared_loss(
    labels: &DMatrix<f64>,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
    sample_weights: &[f64],
) -> f64 {
    let residual = labels - classifier * features;
    let terms = residual.column_iter().zip(sample_weights);
    0.5 * terms
        .map(|(column, weight)| weight * column.norm_squared())
        .sum::<f64>()
}

/// The gradient of the loss: `−(Z − WH) Ω Hᵀ` (`k × d`) and `−Wᵀ (Z − WH) Ω` (`d × N`).
///
/// Gradient flow moves against it: time is gradient-flow time.
pub fn gradient(
    labels: &DMatrix<f64>,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
    sample_weights: &[f64],
) -> (DMatrix<f64>, DMatrix<f64>) {
    let residual = weighted_residual(labels, classifier, features, sample_weights);
    (
        -(&residual * features.transpose()),
        -(classifier.transpose() * residual),
    )
}

/// The weighted cross-entropy `−Σ_i ω_i Σ_c Y_ci ln softmax(Wh_i)_c`, for labels `Y` (`k × N`) whose columns sum to one.
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_simulation::loss;
/// let (y, zero) = (DMatrix::identity(2, 2), DMatrix::zeros(2, 2));
/// let value = loss::weighted_cross_entropy(&y, &zero, &zero, &[1.0, 3.0]);
/// assert!((value - 4.0 * 2.0_f64.ln()).abs() < 1e-15);
/// ```
pub fn weighted_cross_entropy(
    one_hot: &DMatrix<f64>,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
    sample_weights: &[f64],
) -> f64 {
    let logits = classifier * features;
    let columns = logits.column_iter().zip(one_hot.column_iter());
    columns
        .zip(sample_weights)
        .map(|((logit, label), weight)| {
            let highest = logit.max();
            let sum: f64 = logit.iter().map(|x| (x - highest).exp()).sum();
            weight * (highest + sum.ln() - logit.dot(&label))
        })
        .sum()
}

/// The gradient of the cross-entropy: `−(Y − softmax(WH)) Ω Hᵀ` (`k × d`) and `−Wᵀ (Y − softmax(WH)) Ω` (`d × N`).
pub fn cross_entropy_gradient(
    one_hot: &DMatrix<f64>,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
    sample_weights: &[f64],
) -> (DMatrix<f64>, DMatrix<f64>) {
    let mut residual = classifier * features;
    for ((mut column, label), weight) in residual
        .column_iter_mut()
        .zip(one_hot.column_iter())
        .zip(sample_weights)
    {
        softmax(&mut column);
        column.neg_mut();
        column += label;
        column *= *weight;
    }
    (
        -(&residual * features.transpose()),
        -(classifier.transpose() * residual),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ufm_theory::spectrum::labels::simplex_encoded_labels;

    fn matrix(rows: usize, columns: usize, values: &[f64]) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| {
            values[(i * columns + j) % values.len()]
        })
    }

    proptest! {
        #[test]
        fn gradient_is_the_finite_difference(
            counts in prop::collection::vec(1_usize..5, 2..5),
            dimension in 1_usize..5,
            values in prop::collection::vec(-1.0..1.0_f64, 37),
            weights in prop::collection::vec(0.1..2.0_f64, 20),
        ) {
            let z = simplex_encoded_labels(&counts);
            let w = matrix(z.nrows(), dimension, &values);
            let h = matrix(dimension, z.ncols(), &values[5..]);
            let weights = &weights[..z.ncols()];
            let (dw, dh) = gradient(&z, &w, &h, weights);
            let step = 1e-5;
            for i in 0..w.len() {
                let (mut up, mut down) = (w.clone(), w.clone());
                up[i] += step;
                down[i] -= step;
                let slope = (weighted_squared_loss(&z, &up, &h, weights)
                    - weighted_squared_loss(&z, &down, &h, weights)) / (2.0 * step);
                prop_assert!((slope - dw[i]).abs() < 1e-8 * (1.0 + dw[i].abs()));
            }
            for i in 0..h.len() {
                let (mut up, mut down) = (h.clone(), h.clone());
                up[i] += step;
                down[i] -= step;
                let slope = (weighted_squared_loss(&z, &w, &up, weights)
                    - weighted_squared_loss(&z, &w, &down, weights)) / (2.0 * step);
                prop_assert!((slope - dh[i]).abs() < 1e-8 * (1.0 + dh[i].abs()));
            }
        }
    }
}
