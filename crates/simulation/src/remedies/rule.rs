//! Which way to go from the gradients.

use nalgebra::{DMatrix, DVector};
use ufm_theory::numerics::left_singular::left_singular;

use super::{Layers, Pull};

/// Singular values of a gradient that are below this share of the largest are taken for zero by [`Rule::Spectral`].
const NEGLIGIBLE: f64 = 1e-12;

/// A rule of descent: how gradients of `W` and `H` become velocities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Minus the gradients: gradient flow.
    Gradient,
    /// Minus their polar factors, `W` and `H` (`d × N`) each for itself, singular values that vanish left out: spectral descent, as of Muon without momentum (arXiv:2510.22980).
    Spectral,
    /// Minus the signs of their entries, those of a feature sample by sample: sign descent, as of Adam without averages (Kunstner et al., arXiv:2402.19449). It
    /// depends on the basis of the hidden directions.
    Sign,
    /// Minus the sum over classes of the gradient, in `W` and `H` together, of the loss of the class over its length: per-class normalised descent (Francazi et
    /// al., arXiv:2207.00391). Counts and weights cancel.
    ClassNormalised,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 4] = [
        Self::Gradient,
        Self::Spectral,
        Self::Sign,
        Self::ClassNormalised,
    ];

    /// The velocity from what [`Pull::residual`] gives.
    pub(crate) fn velocity(self, at: &Layers, residual: &DMatrix<f64>, pull: &Pull<'_>) -> Layers {
        match self {
            Self::Gradient => gradient(at, residual),
            Self::Spectral => {
                let Layers {
                    classifier,
                    features,
                } = gradient(at, residual);
                Layers {
                    classifier: polar(classifier),
                    features: polar(features),
                }
            }
            Self::Sign => {
                let Layers {
                    classifier,
                    mut features,
                } = gradient(at, residual);
                features = features.map(sign);
                for (mut column, root) in features.column_iter_mut().zip(&pull.roots) {
                    column *= *root;
                }
                Layers {
                    classifier: classifier.map(sign),
                    features,
                }
            }
            Self::ClassNormalised => {
                let mut normalised = residual.clone();
                for (class, mut column) in normalised.column_iter_mut().enumerate() {
                    let to_features = (at.classifier.transpose() * &column).norm();
                    let length =
                        (column.norm() * at.features.column(class).norm()).hypot(to_features);
                    if length > 0.0 {
                        column /= length;
                    }
                }
                gradient(at, &normalised)
            }
        }
    }
}

fn gradient(at: &Layers, residual: &DMatrix<f64>) -> Layers {
    Layers {
        classifier: residual * at.features.transpose(),
        features: at.classifier.transpose() * residual,
    }
}

/// Zero for zero.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// `PQᵀ` of `PSQᵀ`, without the directions in which `S` vanishes; not a number where the matrix is none.
fn polar(matrix: DMatrix<f64>) -> DMatrix<f64> {
    let rows = matrix
        .row_iter()
        .map(|row| row.iter().copied().collect())
        .collect();
    let Some(values) = left_singular(rows) else {
        return matrix.map(|_| f64::NAN);
    };
    let smallest = values
        .first()
        .map_or(0.0, |(largest, _)| NEGLIGIBLE * largest);
    let mut factor = DMatrix::zeros(matrix.nrows(), matrix.ncols());
    for (value, vector) in values {
        if value > smallest {
            let left = DVector::from_vec(vector);
            factor += &left * (left.transpose() * &matrix) / value;
        }
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_that_vanish_are_left_out() {
        assert_eq!(polar(DMatrix::zeros(3, 2)), DMatrix::zeros(3, 2));
        // 3·10⁻¹³ of the largest is zero, 3·10⁻¹² is a direction.
        for (small, kept) in [(3e-13, 0.0), (3e-12, 1.0)] {
            let matrix = DMatrix::from_diagonal(&DVector::from_vec(vec![-5.0, 5.0 * small]));
            let expected = DMatrix::from_diagonal(&DVector::from_vec(vec![-1.0, kept]));
            assert!((polar(matrix) - expected).amax() < 1e-3, "{small}");
        }
    }
}
