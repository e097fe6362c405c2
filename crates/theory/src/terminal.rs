//! What the flow ends at.
//!
//! At convergence `WH = Z` (arXiv:2601.12011). Moreover `WᵀW − HHᵀ` is constant along the flow for
//! *any* weights, so a balanced start (`W(0)ᵀW(0) = H(0)H(0)ᵀ`) that interpolates must end at
//! `WWᵀ = (ZZᵀ)^½`, `HᵀH = (ZᵀZ)^½`, whatever the weights were (this project): re-weighting leaves no trace.

use nalgebra::{DMatrix, DVector};

use crate::spectrum::LabelSvd;

/// `(ZZᵀ)^½ = U Σ Uᵀ`, `k × k`: the final `WWᵀ` from any balanced start, under any weights.
///
/// Claims: `terminal-geometry`, `general-starts`.
///
/// ```
/// use ufm_theory::{spectrum::LabelSvd, problem::StepProfile, terminal};
/// let gram = terminal::classifier_gram(&LabelSvd::step(&StepProfile::halves(2, 1.0)?));
/// assert!((gram[(0, 0)] - 0.5).abs() < 1e-15 && (gram[(0, 1)] + 0.5).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn classifier_gram(svd: &LabelSvd) -> DMatrix<f64> {
    sandwich(svd.left(), svd.singular_values())
}

/// `(ZᵀZ)^½ = V Σ Vᵀ` class by class, `k × k`: entry `(a, b)` is the final inner product `hᵢᵀhⱼ` of any
/// sample of class `a` with any of class `b`, from any balanced start, under any weights.
///
/// Claims: `terminal-geometry`.
pub fn feature_gram_by_class(svd: &LabelSvd) -> DMatrix<f64> {
    sandwich(&svd.right_by_class(), svd.singular_values())
}

fn sandwich(vectors: &DMatrix<f64>, values: &DVector<f64>) -> DMatrix<f64> {
    vectors * DMatrix::from_diagonal(values) * vectors.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{problem::StepProfile, spectrum::labels::simplex_encoded_labels};

    #[test]
    fn squares_are_the_gram_matrices_of_the_labels() {
        let step = StepProfile::new(3, 2, 5.0).unwrap();
        let counts = step.profile().counts().unwrap();
        let z = simplex_encoded_labels(&counts);
        let svd = LabelSvd::step(&step);
        let w = classifier_gram(&svd);
        assert!((&w * &w - &z * z.transpose()).amax() < 1e-12);
        let rows = crate::spectrum::labels::sample_classes(&counts);
        let h = feature_gram_by_class(&svd)
            .select_rows(&rows)
            .select_columns(&rows);
        assert!((&h * &h - z.transpose() * &z).amax() < 1e-12);
    }
}
